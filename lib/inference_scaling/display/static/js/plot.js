// @ts-check
// Line plots as inline SVG. `display/line_plot.py` draws the same markup for pages without a script;
// a browser test holds the two equal, so a change here is a change there.
(function (ITS) {
  "use strict";

  /** @typedef {(value: number) => number} To */

  const WIDTH = 360, HEIGHT = 244, TOP = 32, BOTTOM = 46, RIGHT = 22, DIGIT = 8.6, HALF_BAR = 0.36;
  /** @type {Record<string, string>} */
  const DASHES = {
    dash: "7 4", dot: "1.5 4", dashdot: "8 3 1.5 3", longdash: "12 4", dashdotdot: "8 3 1.5 3 1.5 3",
  };
  /** @type {Record<string, string>} */
  const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

  /** @type {(value: number) => string} */
  const tenth = (value) => String(Math.floor(value * 10 + 0.5) / 10 + 0);

  /** @type {(value: number) => string} */
  function tickLabel(value) {
    if (value === 0) return "0";
    const size = Math.abs(value);
    if (size >= 1e-3 && size < 1e5) return String(Number(value.toPrecision(4))).replace("-", "−");
    const power = Math.floor(Math.log10(size) + 1e-9);
    const front = Number((value / 10 ** power).toPrecision(2));
    const raised = String(power).replace(/./g, (digit) => RAISED[digit]);
    return front === 1 ? `10${raised}` : `${front}·10${raised}`.replace("-", "−");
  }

  /** @type {(min: number, max: number) => number[]} */
  function linearTicks(min, max) {
    const rough = (max - min) / 4;
    const unit = 10 ** Math.floor(Math.log10(rough) + 1e-9);
    const step = [1, 2, 5, 10].map((times) => times * unit).find((size) => size >= rough * 0.8) || unit;
    const ticks = [];
    for (let i = Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i += 1) ticks.push(i * step);
    return ticks;
  }

  /** @type {(min: number, max: number, base: number | boolean) => number[]} */
  function logTicks(min, max, base) {
    const ticks = [];
    const decades = Math.log10(max / min);
    const fronts = base === 2 || decades > 2.2 ? [1] : [1, 2, 5];
    const step = base === 2 ? 2 : 10;
    const every = base === 2 ? 1 : Math.max(1, Math.ceil(decades / 6));
    const first = Math.floor(Math.log(min) / Math.log(step) + 1e-9);
    for (let power = first; step ** power <= max * 1.000001; power += every) {
      for (const front of fronts) {
        const tick = front * step ** power;
        if (tick >= min * 0.999999 && tick <= max * 1.000001) ticks.push(tick);
      }
    }
    return ticks;
  }

  /** @type {(axis: Axis) => number[]} */
  const ticksOf = (axis) => axis.ticks || (axis.log ? logTicks(axis.min, axis.max, axis.log) : linearTicks(axis.min, axis.max));
  /** @type {(axis: Axis, ticks: number[]) => string[]} */
  const tickTexts = (axis, ticks) => axis.names || ticks.map(tickLabel);
  /** @type {(axis: Axis) => string} */
  const named = (axis) => (axis.unit ? `${axis.label} (${axis.unit})` : axis.label);

  /** @type {(axis: Axis, from: number, to: number) => To} */
  function scale(axis, from, to) {
    /** @type {To} */
    const map = axis.log ? Math.log : (value) => value;
    const low = map(axis.min), high = map(axis.max);
    return (value) => from + ((map(value) - low) / (high - low)) * (to - from);
  }

  /* The way back from a place in the picture to a value. */
  /** @type {(axis: Axis, from: number, to: number) => To} */
  function back(axis, from, to) {
    /** @type {To} */
    const map = axis.log ? Math.log : (value) => value;
    const low = map(axis.min), high = map(axis.max);
    return (place) => {
      const value = low + ((place - from) / (to - from)) * (high - low);
      return axis.log ? Math.exp(value) : value;
    };
  }

  /* The frame in which a plot draws: its size, its edges, and values as places. */
  ITS.plotFrame = function (spec) {
    const left = 12 + DIGIT * Math.max(...ticksOf(spec.y).map((tick) => tickLabel(tick).length));
    const right = WIDTH - RIGHT, bottom = HEIGHT - BOTTOM;
    return {
      width: WIDTH, height: HEIGHT, left, right, top: TOP, bottom,
      x: scale(spec.x, left, right), y: scale(spec.y, bottom, TOP), backX: back(spec.x, left, right), backY: back(spec.y, bottom, TOP),
    };
  };

  /** @type {(points: Places, x: To, y: To) => string} */
  function path(points, x, y) {
    let text = "", open = false;
    for (const [at, value] of points) {
      const px = x(at), py = value === null ? NaN : y(value);
      if (!Number.isFinite(px) || !Number.isFinite(py)) { open = false; continue; }
      // Far outside the frame a coordinate is cut: it is not seen, and long numbers cost time.
      text += `${open ? "L" : "M"}${tenth(px)} ${tenth(Math.max(-9999, Math.min(9999, py)))}`;
      open = true;
    }
    return text;
  }

  /** @type {(one: Series, x: To, y: To, lowest: number) => string} */
  function drawSeries(one, x, y, lowest) {
    const kind = `its-s${one.colour ?? 1}${one.strong ? " its-strong" : ""}`;
    let text = "";
    if (one.band && one.band.length) {
      /** @type {Places} */
      const lower = one.band.map(([at, low]) => [at, low]);
      /** @type {Places} */
      const upper = one.band.map(([at, , high]) => [at, high]);
      text += `<path class="its-band ${kind}" d="${path([...lower, ...upper.reverse()], x, y)}Z"/>`;
    }
    if (one.style === "points") {
      const size = one.strong ? 4.5 : 3;
      for (const [at, value] of one.points) {
        if (value === null || !Number.isFinite(x(at)) || !Number.isFinite(y(value))) continue;
        text += `<circle class="its-point ${kind}" cx="${tenth(x(at))}" cy="${tenth(y(value))}" r="${size}"/>`;
      }
      return text;
    }
    if (one.style === "bars") {
      for (const [at, value] of one.points) {
        const left = x(at - HALF_BAR), right = x(at + HALF_BAR), top = y(Number(value));
        text += `<rect class="its-bar ${kind}" x="${tenth(left)}" y="${tenth(top)}" width="${tenth(right - left)}"` +
          ` height="${tenth(y(lowest) - top)}"/>`;
      }
      return text;
    }
    if (one.style === "cells") {
      const boxes = (one.cells || []).map(([x0, x1, y0, y1]) => `M${tenth(x(x0))} ${tenth(y(y0))}H${tenth(x(x1))}V${tenth(y(y1))}H${tenth(x(x0))}Z`);
      return `<path class="its-cells ${kind}" d="${boxes.join("")}"/>`;
    }
    const dash = DASHES[one.style] ? ` stroke-dasharray="${DASHES[one.style]}"` : "";
    return `${text}<path class="its-line ${kind}" d="${path(one.points, x, y)}"${dash}/>`;
  }

  /** @type {(mark: Mark, x: To, y: To, left: number, right: number, bottom: number) => string} */
  function drawMark(mark, x, y, left, right, bottom) {
    const px = x(mark.x), py = y(mark.y);
    if (!(px >= left - 1 && px <= right + 1 && py >= TOP - 1 && py <= bottom + 1)) return "";
    const before = px > right - 90;
    const above = py > TOP + 22;
    return `<circle class="its-mark" cx="${tenth(px)}" cy="${tenth(py)}" r="5"/>` +
      `<text class="its-marked" x="${tenth(px + (before ? -8 : 8))}" y="${tenth(py + (above ? -8 : 18))}"` +
      ` text-anchor="${before ? "end" : "start"}">${ITS.escape(mark.label || "")}</text>`;
  }

  /* An answer that the reader drew: a disc where it is right, a cross where it is wrong, ringed where it is picked. */
  /** @type {(dot: Dot, x: To, y: To) => string} */
  function drawDot(dot, x, y) {
    const px = tenth(x(dot.x)), py = tenth(y(dot.y)), kind = `its-dot ${dot.right ? "its-yes" : "its-no"}`;
    const ring = dot.picked ? `<circle class="its-ring" cx="${px}" cy="${py}" r="8"/>` : "";
    return ring + (dot.right ? `<circle class="${kind}" cx="${px}" cy="${py}" r="3.4"/>` : `<path class="${kind}" d="M${px} ${py}m-3 -3l6 6m0 -6l-6 6"/>`);
  }

  /* What does not change while a hand moves: axes, ticks and their words. */
  /** @type {(spec: Plot) => string} */
  function drawFrame(spec) {
    const ys = ticksOf(spec.y), xs = ticksOf(spec.x);
    const { left, right, bottom, x, y } = ITS.plotFrame(spec);
    let text = `<text class="its-axis" x="2" y="14">${ITS.escape(named(spec.y))}</text>`;
    for (const tick of ys) {
      text += `<path class="its-gridline" d="M${tenth(left)} ${tenth(y(tick))}H${tenth(right)}"/>` +
        `<text class="its-tick" x="${tenth(left - 5)}" y="${tenth(y(tick) + 4)}" text-anchor="end">${tickLabel(tick)}</text>`;
    }
    const texts = tickTexts(spec.x, xs);
    for (const [i, tick] of xs.entries()) {
      text += `<path class="its-base" d="M${tenth(x(tick))} ${tenth(bottom)}v4"/>` +
        `<text class="its-tick" x="${tenth(x(tick))}" y="${tenth(bottom + 19)}" text-anchor="middle">${ITS.escape(texts[i])}</text>`;
    }
    text += `<path class="its-base" d="M${tenth(left)} ${tenth(bottom)}H${tenth(right)}"/>`;
    return `${text}<text class="its-axis" x="${tenth(right)}" y="${HEIGHT - 6}" text-anchor="end">${ITS.escape(named(spec.x))}</text>`;
  }
  /** @type {(spec: Plot) => string} */
  function drawCurves(spec) {
    const { x, y } = ITS.plotFrame(spec);
    let text = "";
    for (const one of spec.series) if (!one.strong) text += drawSeries(one, x, y, spec.y.min);
    for (const one of spec.series) if (one.strong) text += drawSeries(one, x, y, spec.y.min);
    return text;
  }
  /** @type {(spec: Plot) => string} */
  function drawMarks(spec) {
    const { left, right, bottom, x, y } = ITS.plotFrame(spec);
    let text = "";
    for (const dot of spec.dots || []) text += drawDot(dot, x, y);
    for (const mark of spec.marks || []) text += drawMark(mark, x, y, left, right, bottom);
    return text;
  }

  ITS.plotSvg = function (spec) {
    const { bottom } = ITS.plotFrame(spec), high = tenth(bottom - TOP + 12);
    return `<svg class="its-plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${ITS.escape(spec.title)}">${drawFrame(spec)}` +
      // A nested picture clips what leaves the frame, without an id that two plots of a page would share.
      `<svg x="0" y="${TOP - 6}" width="${WIDTH}" height="${high}" viewBox="0 ${TOP - 6} ${WIDTH} ${high}">` +
      `${drawCurves(spec)}</svg>${drawMarks(spec)}</svg>`;
  };

  ITS.plotKey = function (spec) {
    const labelled = spec.series.filter((one) => one.label);
    if (labelled.length < 2) return "";
    const items = labelled.map((one) => {
      const kind = `its-s${one.colour ?? 1}${one.strong ? " its-strong" : ""}`;
      const dash = DASHES[one.style] ? ` stroke-dasharray="${DASHES[one.style]}"` : "";
      const sign = one.style === "points"
        ? `<circle class="its-point ${kind}" cx="14" cy="6" r="3"/>`
        : one.style === "cells"
        ? `<rect class="its-cells ${kind}" x="7" y="0" width="14" height="12"/>`
        : one.style === "bars"
        ? `<rect class="its-bar ${kind}" x="9" y="1" width="10" height="10"/>`
        : `<path class="its-line ${kind}" d="M1 6H27"${dash}/>`;
      return `<li${one.strong ? ' class="its-chosen"' : ""}>` +
        `<svg viewBox="0 0 28 12" width="28" height="12" aria-hidden="true">${sign}</svg>${ITS.escape(one.label)}</li>`;
    });
    return `<ul class="its-key">${items.join("")}</ul>`;
  };

  ITS.plot = function (host, spec) {
    // Handles lie beside what is drawn anew, in the same box.
    const drawing = ITS.el("div", {});
    host.replaceChildren(drawing);
    let shown = "";
    /** @type {{ x?: Axis; y?: Axis }} */
    let axes = {};
    /* While axes and key stay, curves and marks alone are drawn anew: words cost the browser most. */
    /** @type {(next: Plot) => void} */
    function update(next) {
      const named = next.series.map((one) => [one.label, one.style, one.colour, one.strong].join()).join(";");
      const picture = drawing.firstElementChild, curves = picture?.querySelector("svg");
      if (picture && curves && named === shown && next.x === axes.x && next.y === axes.y) {
        picture.setAttribute("aria-label", next.title);
        curves.innerHTML = drawCurves(next);
        while (curves.nextSibling) curves.nextSibling.remove();
        curves.insertAdjacentHTML("afterend", drawMarks(next));
      } else drawing.innerHTML = ITS.plotSvg(next) + ITS.plotKey(next);
      [shown, axes] = [named, { x: next.x, y: next.y }];
    }
    update(spec);
    return { update };
  };
})(globalThis.ITS);

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
  /** @type {Record<string, string>} */
  const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

  /** @type {(text: string) => string} */
  const escape = (text) => String(text).replace(/[&<>"']/g, (sign) => ESCAPED[sign]);
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
      ` text-anchor="${before ? "end" : "start"}">${escape(mark.label || "")}</text>`;
  }

  ITS.plotSvg = function (spec) {
    const ys = ticksOf(spec.y), xs = ticksOf(spec.x);
    const left = 12 + DIGIT * Math.max(...ys.map((tick) => tickLabel(tick).length));
    const right = WIDTH - RIGHT, bottom = HEIGHT - BOTTOM;
    const x = scale(spec.x, left, right), y = scale(spec.y, bottom, TOP);
    let text = `<svg class="its-plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(spec.title)}">` +
      `<text class="its-axis" x="2" y="14">${escape(named(spec.y))}</text>`;
    for (const tick of ys) {
      text += `<path class="its-gridline" d="M${tenth(left)} ${tenth(y(tick))}H${tenth(right)}"/>` +
        `<text class="its-tick" x="${tenth(left - 5)}" y="${tenth(y(tick) + 4)}" text-anchor="end">${tickLabel(tick)}</text>`;
    }
    const texts = tickTexts(spec.x, xs);
    for (const [i, tick] of xs.entries()) {
      text += `<path class="its-base" d="M${tenth(x(tick))} ${tenth(bottom)}v4"/>` +
        `<text class="its-tick" x="${tenth(x(tick))}" y="${tenth(bottom + 19)}" text-anchor="middle">${escape(texts[i])}</text>`;
    }
    text += `<path class="its-base" d="M${tenth(left)} ${tenth(bottom)}H${tenth(right)}"/>`;
    text += `<text class="its-axis" x="${tenth(right)}" y="${HEIGHT - 6}" text-anchor="end">${escape(named(spec.x))}</text>`;
    // A nested picture clips what leaves the frame, without an id that two plots of a page would share.
    text += `<svg x="0" y="${TOP - 6}" width="${WIDTH}" height="${tenth(bottom - TOP + 12)}"` +
      ` viewBox="0 ${TOP - 6} ${WIDTH} ${tenth(bottom - TOP + 12)}">`;
    for (const one of spec.series) if (!one.strong) text += drawSeries(one, x, y, spec.y.min);
    for (const one of spec.series) if (one.strong) text += drawSeries(one, x, y, spec.y.min);
    text += "</svg>";
    for (const mark of spec.marks || []) text += drawMark(mark, x, y, left, right, bottom);
    return `${text}</svg>`;
  };

  ITS.plotKey = function (spec) {
    const labelled = spec.series.filter((one) => one.label);
    if (labelled.length < 2) return "";
    const items = labelled.map((one) => {
      const kind = `its-s${one.colour ?? 1}${one.strong ? " its-strong" : ""}`;
      const dash = DASHES[one.style] ? ` stroke-dasharray="${DASHES[one.style]}"` : "";
      const sign = one.style === "points"
        ? `<circle class="its-point ${kind}" cx="14" cy="6" r="3"/>`
        : one.style === "bars"
        ? `<rect class="its-bar ${kind}" x="9" y="1" width="10" height="10"/>`
        : `<path class="its-line ${kind}" d="M1 6H27"${dash}/>`;
      return `<li${one.strong ? ' class="its-chosen"' : ""}>` +
        `<svg viewBox="0 0 28 12" width="28" height="12" aria-hidden="true">${sign}</svg>${escape(one.label)}</li>`;
    });
    return `<ul class="its-key">${items.join("")}</ul>`;
  };

  ITS.plot = function (host, spec) {
    /** @type {(next: Plot) => void} */
    const update = (next) => { host.innerHTML = ITS.plotSvg(next) + ITS.plotKey(next); };
    update(spec);
    return { update };
  };
})(globalThis.ITS);

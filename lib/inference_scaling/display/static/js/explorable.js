// @ts-check
// State in the address, choices as native controls, and figures with sliders whose curves were checked when the
// book was built. Expression trees arrive as data; nothing here runs text as code.
(function (ITS) {
  "use strict";

  const VERSION = "1";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let writing;

  /* One figure's state in the fragment: #its=ID&v=1&name=value…  */
  ITS.link = {
    read(id) {
      const found = new URLSearchParams(location.hash.slice(1));
      return found.get("its") === id ? found : null;
    },
    text: (id, state) => new URLSearchParams({ its: id, v: VERSION, ...state }).toString(),
    write(id, state) {
      // Browsers refuse an address that changes many times a second: it follows when the hand has rested.
      clearTimeout(writing);
      writing = setTimeout(() => {
        try { history.replaceState(null, "", `#${ITS.link.text(id, state)}`); } catch (_) { /* a sandboxed page keeps its address */ }
      }, 250);
    },
    /* Every named value must be one that `accept` knows; the first that is not is the reason given. */
    understood(found, accept) {
      if (found.get("v") !== VERSION) return { reason: "it was made by another version" };
      /** @type {Record<string, unknown>} */
      const state = {};
      for (const [name, check] of Object.entries(accept)) {
        const text = found.get(name);
        if (text === null) continue;
        const value = check(text);
        if (value === null || value === undefined || Number.isNaN(value)) return { reason: `“${name}” cannot be “${text.slice(0, 20)}”` };
        state[name] = value;
      }
      return { state };
    },
    sorry: (reason) => `The link’s state could not be used: ${reason}. This is the figure at rest.`,
  };

  ITS.radios = function (name, legend, options, chosen, onchange) {
    return ITS.el("fieldset", { class: "its-radios" }, ITS.el("legend", {}, legend), options.map((option) =>
      ITS.el("label", {}, ITS.el("input", {
        type: "radio", name, value: option.value, checked: String(option.value) === String(chosen),
        onchange: () => onchange(option.value),
      }), ` ${option.label}`)));
  };

  /* Text, not `number`: that one drops a decimal comma before anything can read it. */
  ITS.numberField = (attrs) => ITS.el("input", { type: "text", inputmode: "decimal", class: "its-number", autocomplete: "off", maxlength: 200, ...attrs });

  /* A slider with a number field beside it. `control`: {name, label, unit, min, max, step, log, value}. */
  ITS.slider = function (control, oninput) {
    /** @type {(value: number) => number} */
    const toSlider = (value) => (control.log ? Math.log(value / control.min) / Math.log(control.max / control.min) * 1000 : value);
    /** @type {(at: number) => number} */
    const fromSlider = (at) => {
      if (!control.log) return at;
      return ITS.hand.snap(control, control.min * (control.max / control.min) ** (at / 1000));
    };
    const unit = control.unit ? ` ${control.unit}` : "";
    const range = ITS.el("input", {
      type: "range", min: control.log ? 0 : control.min, max: control.log ? 1000 : control.max,
      step: control.log ? 1 : control.step, "aria-label": control.label,
      oninput: () => change(fromSlider(Number(range.value))),
    });
    const asked = `${control.whole ? "A whole number from" : "From"} ${ITS.format(control.min)} to ${ITS.format(control.max)}, please.`;
    const field = ITS.numberField({
      "aria-label": `${control.label}, as a number`,
      onchange: () => {
        const { number: value, says } = ITS.expr.number(field.value);
        const fits = value !== undefined && value >= control.min && value <= control.max && !(control.whole && value % 1);
        remark.textContent = fits ? "" : value === undefined && field.value.trim() ? `${says} ${asked}` : asked;
        if (fits) change(value);
      },
    });
    const remark = ITS.el("span", { class: "its-remark", role: "alert" });
    /** @type {(value: number) => void} */
    function show(value) {
      range.value = String(toSlider(value));
      range.setAttribute("aria-valuetext", ITS.format(value) + unit);
      if (ITS.expr.number(field.value).number !== value) field.value = String(value);
    }
    /** @type {(value: number) => void} */
    function change(value) { remark.textContent = ""; show(value); oninput(value); }
    show(control.value);
    const node = ITS.el("div", { class: "its-slider" }, ITS.el("span", { class: "its-name" }, control.label), range, ITS.el("span", {}, field, unit), remark);
    return { node, show };
  };

  ITS.dataTable = (head, rows) => [
    ITS.el("thead", {}, ITS.el("tr", {}, head.map((cell) => ITS.el("th", { scope: "col" }, cell)))),
    ITS.el("tbody", {}, rows.map((row) => ITS.el("tr", {}, row.map((cell, i) => (i ? ITS.el("td", {}, cell) : ITS.el("th", { scope: "row" }, cell)))))),
  ];

  /* Multilinear interpolation on a grid, in the scale in which the build measured its error. */
  /** @type {Record<Scale, (x: number) => number>} */
  const scales = { linear: (x) => x, log: Math.log, logit: (x) => Math.log(x / (1 - x)) };
  /** @type {Record<Scale, (x: number) => number>} */
  const back = { linear: (x) => x, log: Math.exp, logit: (x) => 1 / (1 + Math.exp(-x)) };

  /** @type {(grid: Grid, at: number[]) => number} */
  function interpolate(grid, at) {
    const places = grid.axes.map((axis, i) => {
      const nodes = axis.scaled || (axis.scaled = axis.nodes.map(scales[axis.scale]));
      const x = Math.min(nodes[nodes.length - 1], Math.max(nodes[0], scales[axis.scale](at[i])));
      let cell = 0;
      while (cell < nodes.length - 2 && nodes[cell + 1] < x) cell += 1;
      return [cell, (x - nodes[cell]) / (nodes[cell + 1] - nodes[cell])];
    });
    let total = 0;
    for (let corner = 0; corner < 2 ** places.length; corner += 1) {
      let index = 0, weight = 1;
      places.forEach(([cell, part], i) => {
        const up = (corner >> i) & 1;
        weight *= up ? part : 1 - part;
        index = index * grid.axes[i].nodes.length + cell + up;
      });
      if (weight) total += weight * grid.values[index];
    }
    return back[grid.scale](total);
  }

  /** @type {Record<string, (x: number) => string>} */
  const format = {
    number: (x) => ITS.format(x, 3),
    chance: (x) => (x < 5e-4 && x > 0 ? "less than 0.001" : x > 0.9995 ? "more than 0.999" : String(Math.floor(x * 1000 + 0.5) / 1000)),
    whole: (x) => ITS.grouped(Math.floor(x + 0.5)),
    up: (x) => ITS.grouped(Math.ceil(x - 1e-9 * Math.max(1, Math.abs(x)))),
    points: (x) => (x > 0 && x < 1e-5 ? "less than 0.001" : ITS.format(100 * x, 2)),
  };

  ITS.explore = {
    interpolate,
    formats: format,
    value(payload, quantity, env) {
      if (quantity.grid !== undefined) {
        return interpolate(payload.grids[quantity.grid], quantity.at.map((tree) => ITS.expr.evaluate(tree, env)));
      }
      return ITS.expr.evaluate(quantity.tree, env);
    },
    env(payload, state) {
      const env = { ...state };
      for (const one of payload.derived) env[one.name] = ITS.explore.value(payload, one, env);
      return env;
    },
    xs(axis) {
      /** @type {number[]} */
      const found = [];
      for (let i = 0; i <= axis.points; i += 1) {
        const x = axis.log ? axis.min * (axis.max / axis.min) ** (i / axis.points) : axis.min + (axis.max - axis.min) * i / axis.points;
        found.push(axis.whole ? Math.floor(x + 0.5) : x);
      }
      return [...new Set(found)];
    },
    /* A map as series, one for each option. Its cells do not move with the handle that points at one of them. */
    cells(payload, panel, env) {
      const { across, up, edges, options } = /** @type {Regions} */ (panel.regions);
      /** @type {[number, number, number, number][][]} */
      const found = options.map(() => []);
      /** @type {(axis: Axis, low: number, high: number) => number} */
      const middle = (axis, low, high) => (axis.log ? Math.sqrt(low * high) : (low + high) / 2);
      /** @type {Point} */
      const state = Object.fromEntries(payload.controls.map(({ name }) => [name, env[name]]));
      for (let i = 1; i < edges[0].length; i += 1) {
        for (let j = 1; j < edges[1].length; j += 1) {
          const [x0, x1, y0, y1] = [edges[0][i - 1], edges[0][i], edges[1][j - 1], edges[1][j]];
          const there = ITS.explore.env(payload, { ...state, [across]: middle(panel.x, x0, x1), [up]: middle(panel.y, y0, y1) });
          const values = options.map(({ name }) => there[name]);
          found[values.indexOf(Math.max(...values))].push([x0, x1, y0, y1]);
        }
      }
      return options.map(({ name, label, colour }, i) => ({ id: name, label, style: "cells", colour, points: [], cells: found[i] }));
    },
    mapped(payload, panel, env) {
      if (!panel.regions) return [];
      const { across, up } = panel.regions;
      const of = JSON.stringify(payload.controls.map(({ name }) => (name === across || name === up ? 0 : env[name])));
      if (panel.regions.of !== of) Object.assign(panel.regions, { of, drawn: ITS.explore.cells(payload, panel, env) });
      return panel.regions.drawn || [];
    },
    spec(payload, panel, env, said = ITS.explore.sentence(payload, env)) {
      const xs = ITS.explore.xs(panel.x), there = { ...env };
      return {
        title: `${panel.title}. ${said}`, x: panel.x, y: panel.y,
        series: ITS.explore.mapped(payload, panel, env).concat(panel.curves.map((curve) => {
          const points = /** @type {[number, number][]} */ (curve.points
            ? curve.points.map(([x, y]) => [ITS.expr.evaluate(x, env), ITS.expr.evaluate(y, env)])
            : xs.map((x) => { there[panel.variable] = x; return [x, ITS.explore.value(payload, curve, there)]; }));
          const { id, label, style, colour, strong } = curve;
          return { id, label, style, colour, strong, points, ...(curve.filled ? { band: points.map(([x, y]) => [x, 0, y]) } : {}) };
        })),
        marks: panel.marks.map((mark) => ({
          x: ITS.expr.evaluate(mark.x, env), y: ITS.expr.evaluate(mark.y, env), label: mark.label,
        })),
      };
    },
    sentence(payload, env) {
      const said = payload.sentences.find((one) => !one.when || ITS.expr.evaluate(one.when, env) > 0);
      return said ? ITS.explore.filled(said.text, env) : "";
    },
    filled: (text, env) => text.replace(/\{(\w+):(\w+)\}/g, (_, name, form) => format[form](env[name])),
  };

  ITS.define("its-explorable", function (host, /** @type {Explorable} */ payload) {
    /** @type {Point} */
    const rest = Object.fromEntries(payload.controls.map((control) => [control.name, control.value]));
    let state = { ...rest };
    const menu = host.querySelector(".its-menu"), says = host.querySelector(".its-says"), table = host.querySelector(".its-data table");
    const places = [...host.querySelectorAll(".its-picture")];
    let here = ITS.explore.env(payload, state);
    const first = payload.panels.map((panel) => ITS.explore.spec(payload, panel, here));
    const plots = places.map((place, i) => ITS.plot(place, first[i]));
    const drawn = places.map((place, i) => {
      const { draws } = payload.panels[i];
      return draws && ITS.draws(place, draws, draw);
    });
    const hands = places.map((place, i) => ITS.handles(place, (payload.panels[i].handles || []).map(grip)));
    /** @type {Record<string, { node: HTMLElement; show(value: number): void }>} */
    const widgets = {};

    /* A plot that is far from the window waits until it comes near, or until all of them go to paper. */
    const far = new Set();
    /** @type {(i: number) => Plot} */
    const spec = (i) => ({ ...ITS.explore.spec(payload, payload.panels[i], here), dots: drawn[i]?.dots(here) });
    /** @type {(i: number, near: boolean) => void} */
    function come(i, near) {
      if (near && far.delete(i)) plots[i].update(spec(i));
      else if (!near) far.add(i);
    }
    if (globalThis.IntersectionObserver) {
      const watch = new IntersectionObserver((seen) => seen.forEach((one) => come(places.indexOf(one.target), one.isIntersecting)), { rootMargin: "60px" });
      places.forEach((place) => watch.observe(place));
    }
    addEventListener("beforeprint", () => [...far].forEach((i) => plots[i].update(spec(i))));

    /* Room for the longest sentence: were it to grow or shrink, the figure would move away from the hand that moves it. */
    let room = 0, wide = 0;
    function makeRoom() {
      const said = says.textContent;
      says.style.minHeight = "";
      const heights = payload.sentences.map(({ text }) => { says.textContent = ITS.explore.filled(text, here); return says.offsetHeight; });
      says.textContent = said;
      [room, wide] = [Math.max(...heights), says.offsetWidth];
      says.style.minHeight = `${room}px`;
    }
    new ResizeObserver(() => {
      if (says.offsetWidth !== wide) makeRoom();
      else if (says.offsetHeight > room) { room = says.offsetHeight; says.style.minHeight = `${room}px`; }
    }).observe(says);

    function draw() {
      here = ITS.explore.env(payload, state);
      const said = ITS.explore.sentence(payload, here);
      plots.forEach((plot, i) => { if (!far.has(i)) plot.update(spec(i)); else drawn[i]?.dots(here); });
      hands.forEach((hand, i) => hand.show(payload.panels[i]));
      says.textContent = said;
      // Seen in print only, where the sliders are not.
      host.querySelector(".its-settings").textContent = `Set to ${payload.controls.map((control) => {
        const value = state[control.name];
        const shown = control.options ? control.options.find((one) => one.value === value)?.label : `${ITS.format(value)} ${control.unit}`.trim();
        return `${control.label}: ${shown}`;
      }).join("; ")}.`;
      if (host.querySelector(".its-data").open) fill(spec(payload.panels.findLastIndex((panel) => !panel.aside)));
    }
    /** @type {(last: Plot) => void} */
    function fill(last) {
      const curves = last.series.filter((one) => one.points.length === last.series[0].points.length);
      const every = Math.max(1, Math.floor((last.series[0].points.length - 1) / 10));
      const rows = last.series[0].points.map((point, i) => [point[0], ...curves.map((one) => one.points[i][1] ?? NaN)]).filter((_, i) => i % every === 0);
      table.replaceChildren(...ITS.dataTable([last.x.label, ...curves.map((one) => one.label)], rows.map((row) => row.map((x, i) => (i === 0 && last.x.names ? last.x.names[x - 1] : ITS.format(x, 4))))));
    }
    /** @type {(name: string, value: number) => void} */
    function put(name, value) {
      state[name] = value;
      widgets[name].show(value);
      // Values that must rise in order push their neighbours along.
      for (const names of payload.ordered) {
        const at = names.indexOf(name);
        if (at < 0) continue;
        names.forEach((other, i) => {
          if ((i < at && state[other] > value) || (i > at && state[other] < value)) { state[other] = value; widgets[other].show(value); }
        });
      }
    }
    /** @type {(values: Point) => void} */
    function move(values) {
      for (const [name, value] of Object.entries(values)) put(name, value);
      message.textContent = "";
      draw();
      ITS.link.write(payload.id, state);
      ITS.announce(host, says.textContent);
    }
    /** @type {(name: string, value: number) => void} */
    const set = (name, value) => move({ [name]: value });
    /* What a handle stands for, where it stands now, and what a move of it sets. */
    /** @type {(handle: Handle) => Grip} */
    function grip(handle) {
      const [across, up] = [handle.across, handle.up].map((name) => payload.controls.find((control) => control.name === name));
      const main = /** @type {Control} */ (up || across);
      /** @type {(control: Control, from: Point) => (value: number) => number} */
      function place(control, from) {
        const tree = control === across ? handle.x : handle.y, plain = ITS.expr.names(tree).every((name) => name in rest);
        return (value) => {
          const there = { ...from, [control.name]: value };
          return ITS.expr.evaluate(tree, plain ? there : ITS.explore.env(payload, there));
        };
      }
      return {
        label: handle.label, way: across && up ? "free" : across ? "across" : "up",
        at: () => [ITS.expr.evaluate(handle.x, here), ITS.expr.evaluate(handle.y, here)],
        value: () => ({
          now: state[main.name], low: main.min, high: main.max,
          text: [across, up].map((one) => (one ? `${one.label}: ${ITS.format(state[one.name])} ${one.unit}`.trim() : "")).filter(Boolean).join("; "),
        }),
        move(x, y) {
          const next = { ...state };
          if (across) next[across.name] = ITS.hand.found(across, place(across, next), x) ?? next[across.name];
          if (up) next[up.name] = ITS.hand.found(up, place(up, next), y) ?? next[up.name];
          const changed = Object.entries(next).filter(([name, value]) => state[name] !== value);
          if (changed.length) move(Object.fromEntries(changed));
        },
        key(axis, by, how) {
          const control = (axis === "x" ? across : up) || main, at = place(control, state);
          const way = at(control.max) < at(control.min) ? -by : by;
          set(control.name, how === "end" ? (way > 0 ? control.max : control.min) : ITS.hand.stepped(control, state[control.name], way, how));
        },
      };
    }
    for (const control of payload.controls) {
      if (control.options) {
        const node = ITS.radios(`${payload.id}-${control.name}`, control.label, control.options, control.value, (value) => set(control.name, Number(value)));
        widgets[control.name] = { node, show: (value) => node.querySelectorAll("input").forEach((input) => { input.checked = Number(input.value) === value; }) };
      } else widgets[control.name] = ITS.slider(control, (value) => set(control.name, value));
      menu.append(widgets[control.name].node);
    }
    const message = ITS.el("p", { class: "its-message", role: "alert" });
    menu.append(ITS.el("button", { type: "button", onclick: () => { message.textContent = ""; take(rest); ITS.link.write(payload.id, state); } }, "Back to the start"), message);
    host.querySelector(".its-data").addEventListener("toggle", draw);

    /** @type {(next: Point) => void} */
    function take(next) {
      state = { ...rest, ...next };
      for (const [name, value] of Object.entries(state)) widgets[name].show(value);
      draw();
    }
    function follow() {
      const found = ITS.link.read(payload.id);
      if (!found) return;
      /** @type {Record<string, (text: string) => number | null>} */
      const accept = {};
      for (const control of payload.controls) {
        accept[control.name] = (text) => {
          const value = text.trim() === "" ? NaN : Number(text);
          if (control.options) return control.options.some((option) => option.value === value) ? value : null;
          return Number.isFinite(value) && value >= control.min && value <= control.max && !(control.whole && value % 1) ? value : null;
        };
      }
      const read = ITS.link.understood(found, accept);
      const given = { ...rest, ...read.state };
      const broken = payload.ordered.some((names) => names.some((name, i) => i && given[name] < given[names[i - 1]]));
      const reason = read.reason || (broken ? "its values do not rise in order" : "");
      message.textContent = reason ? ITS.link.sorry(reason) : "";
      take(reason ? {} : given);
      host.scrollIntoView({ block: "start" });
    }
    addEventListener("hashchange", follow);
    draw();
    follow();
  });
})(globalThis.ITS);

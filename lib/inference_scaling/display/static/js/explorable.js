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
    write(id, state) {
      const text = new URLSearchParams({ its: id, v: VERSION, ...state }).toString();
      // Browsers refuse an address that changes many times a second: it follows when the hand has rested.
      clearTimeout(writing);
      writing = setTimeout(() => {
        try { history.replaceState(null, "", `#${text}`); } catch (_) { /* a sandboxed page keeps its address */ }
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
      const value = control.min * (control.max / control.min) ** (at / 1000);
      const snapped = Math.round(value / control.step) * control.step;
      return Math.min(control.max, Math.max(control.min, Number((control.whole ? Math.round(value) : control.step < value / 50 ? Number(value.toPrecision(3)) : snapped).toPrecision(10))));
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
    whole: (x) => Math.floor(x + 0.5).toLocaleString("en-GB"),
    up: (x) => Math.ceil(x - 1e-9 * Math.max(1, Math.abs(x))).toLocaleString("en-GB"),
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
    spec(payload, panel, env) {
      const xs = ITS.explore.xs(panel.x);
      return {
        title: `${panel.title}. ${ITS.explore.sentence(payload, env)}`, x: panel.x, y: panel.y,
        series: panel.curves.map((curve) => ({
          id: curve.id, label: curve.label, style: curve.style, colour: curve.colour, strong: curve.strong,
          points: curve.points
            ? curve.points.map(([x, y]) => [ITS.expr.evaluate(x, env), ITS.expr.evaluate(y, env)])
            : xs.map((x) => [x, ITS.explore.value(payload, curve, { ...env, [panel.variable]: x })]),
        })),
        marks: panel.marks.map((mark) => ({
          x: ITS.expr.evaluate(mark.x, env), y: ITS.expr.evaluate(mark.y, env), label: mark.label,
        })),
      };
    },
    sentence(payload, env) {
      for (const one of payload.sentences) {
        if (one.when && !(ITS.expr.evaluate(one.when, env) > 0)) continue;
        return one.text.replace(/\{(\w+):(\w+)\}/g, (_, name, form) => format[form](env[name]));
      }
      return "";
    },
  };

  ITS.define("its-explorable", function (host, /** @type {Explorable} */ payload) {
    /** @type {Point} */
    const rest = Object.fromEntries(payload.controls.map((control) => [control.name, control.value]));
    let state = { ...rest };
    const menu = host.querySelector(".its-menu"), says = host.querySelector(".its-says"), table = host.querySelector(".its-data table");
    const plots = [...host.querySelectorAll(".its-picture")].map((place, i) =>
      ITS.plot(place, ITS.explore.spec(payload, payload.panels[i], ITS.explore.env(payload, state))));
    /** @type {Record<string, { node: HTMLElement; show(value: number): void }>} */
    const widgets = {};

    function draw() {
      const env = ITS.explore.env(payload, state);
      const specs = payload.panels.map((panel) => ITS.explore.spec(payload, panel, env));
      plots.forEach((plot, i) => plot.update(specs[i]));
      says.textContent = ITS.explore.sentence(payload, env);
      // Seen in print only, where the sliders are not.
      host.querySelector(".its-settings").textContent = `Set to ${payload.controls.map((control) => {
        const value = state[control.name];
        const shown = control.options ? control.options.find((one) => one.value === value)?.label : `${ITS.format(value)} ${control.unit}`.trim();
        return `${control.label}: ${shown}`;
      }).join("; ")}.`;
      if (host.querySelector(".its-data").open) fill(specs);
    }
    /** @type {(specs: Plot[]) => void} */
    function fill(specs) {
      const last = specs[specs.length - 1];
      const curves = last.series.filter((one) => one.points.length === last.series[0].points.length);
      const every = Math.max(1, Math.floor((last.series[0].points.length - 1) / 10));
      const rows = last.series[0].points.map((point, i) => [point[0], ...curves.map((one) => one.points[i][1] ?? NaN)]).filter((_, i) => i % every === 0);
      table.replaceChildren(...ITS.dataTable([last.x.label, ...curves.map((one) => one.label)], rows.map((row) => row.map((x, i) => (i === 0 && last.x.names ? last.x.names[x - 1] : ITS.format(x, 4))))));
    }
    /** @type {(name: string, value: number) => void} */
    function set(name, value) {
      state[name] = value;
      // Values that must rise in order push their neighbours along.
      for (const names of payload.ordered) {
        const at = names.indexOf(name);
        if (at < 0) continue;
        names.forEach((other, i) => {
          if ((i < at && state[other] > value) || (i > at && state[other] < value)) { state[other] = value; widgets[other].show(value); }
        });
      }
      draw();
      ITS.link.write(payload.id, state);
      ITS.announce(host, says.textContent);
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
    follow();
  });
})(globalThis.ITS);

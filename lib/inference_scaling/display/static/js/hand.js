// @ts-check
/* The parts that a hand moves, the same in every figure: a handle, play, a tally, a link to pass on. What they compute
   stands first and needs no page. */
(function (ITS) {
  "use strict";

  const PART = 0.01, LEAP = 0.1;
  // Far finer than the smallest step of any slider.
  const HALVINGS = 24;
  /** @type {(value: number, low: number, high: number) => number} */
  const within = (value, low, high) => Math.min(high, Math.max(low, value));

  /* Where a value lies on its slider's way, from 0 to 1, and back. */
  /** @type {(control: Control, value: number) => number} */
  const part = (control, value) => (control.log ? Math.log(value / control.min) / Math.log(control.max / control.min) : (value - control.min) / (control.max - control.min));
  /** @type {(control: Control, at: number) => number} */
  const at = (control, at) => (control.log ? control.min * (control.max / control.min) ** at : control.min + (control.max - control.min) * at);

  ITS.hand = {
    snap(control, value) {
      const { min, max, step, log, whole } = control;
      const steps = log ? Math.round(value / step) * step : min + Math.round((value - min) / step) * step;
      const near = whole ? Math.round(value) : log && step < value / 50 ? Number(value.toPrecision(3)) : steps;
      return within(Number(near.toPrecision(10)), min, max);
    },
    /* `place` rises or falls with the control's value; halving finds the value whose place is the one wanted. */
    found(control, place, wanted) {
      let low = 0, high = 1;
      const first = place(control.min), last = place(control.max), rises = last > first;
      if (first === last) return null;
      for (let i = 0; i < HALVINGS; i += 1) {
        const middle = (low + high) / 2;
        if ((place(at(control, middle)) < wanted) === rises) low = middle;
        else high = middle;
      }
      return ITS.hand.snap(control, at(control, (low + high) / 2));
    },
    /* A key moves a hundredth of the way, a page key a tenth, with shift the smallest step; always at least one step. */
    stepped(control, value, by, key) {
      const fine = key === "fine", way = part(control, value) + by * (key === "leap" ? LEAP : PART);
      const next = fine ? value : ITS.hand.snap(control, at(control, within(way, 0, 1)));
      const least = control.whole ? Math.max(1, control.step) : control.step;
      return (next - value) * by > 0 ? next : ITS.hand.snap(control, within(value + by * least, control.min, control.max));
    },
    nearest(places, x, y) {
      let best = 0;
      places.forEach(([px, py], i) => {
        const [bx, by] = places[best];
        if (Math.hypot(px - x, py - y) < Math.hypot(bx - x, by - y)) best = i;
      });
      return best;
    },
  };

  /** The pointer that holds a handle; a second finger finds it taken. @type {number | null} */
  let held = null;
  const calm = ITS.calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  /* Handles over a plot. A pointer takes the nearest one and keeps it, wherever it goes, until it lets go; a second
     finger is not heard. `grips` say where each stands and what a move asks for. */
  ITS.handles = function (/** @type {HTMLElement} */ place, grips) {
    const layer = ITS.el("div", { class: "its-hands" });
    let taken = 0, waiting = 0;
    /** @type {[number, number]} */
    let aim = [0, 0];
    /** @type {[number, number][]} */
    let places = [];
    /** @type {Frame | null} */
    let frame = null;
    /** @type {string[]} */
    const stood = [];

    /** @type {(event: { clientX: number; clientY: number }) => [number, number]} */
    function inPlot(event) {
      const box = layer.getBoundingClientRect(), wide = frame ? frame.width : 1, high = frame ? frame.height : 1;
      return [(event.clientX - box.left) / box.width * wide, (event.clientY - box.top) / box.height * high];
    }
    function follow() {
      waiting = 0;
      if (frame) grips[taken].move(frame.backX(within(aim[0], frame.left, frame.right)), frame.backY(within(aim[1], frame.top, frame.bottom)));
    }
    function soon() { if (!waiting) waiting = requestAnimationFrame(follow); }
    /** @type {(event: PointerEvent) => void} */
    function down(event) {
      if (held !== null || event.button > 0) return;
      aim = inPlot(event);
      taken = ITS.hand.nearest(places, aim[0], aim[1]);
      held = event.pointerId;
      try { /** @type {Element} */ (event.currentTarget).setPointerCapture(held); } catch (_) { /* a pointer that is gone already */ }
      listen(addEventListener);
      event.preventDefault();
      knobs[taken].focus({ preventScroll: true });
      knobs[taken].classList.add("its-held");
    }
    /** @type {(event: PointerEvent) => void} */
    function moved(event) {
      if (event.pointerId !== held) return;
      aim = inPlot(event);
      soon();
    }
    /** @type {(event: PointerEvent) => void} */
    function up(event) {
      if (event.pointerId !== held) return;
      held = null;
      listen(removeEventListener);
      knobs[taken].classList.remove("its-held");
    }
    /* Of the window, not of the handle: a second finger may end the capture. */
    /** @type {(how: (type: string, heard: any) => void) => void} */
    function listen(how) {
      how("pointermove", moved);
      how("pointerup", up);
      how("pointercancel", up);
    }
    /** @type {(grip: Grip, event: KeyboardEvent) => void} */
    function pressed(grip, event) {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const by = { ArrowRight: 1, ArrowUp: 1, PageUp: 1, End: 1, ArrowLeft: -1, ArrowDown: -1, PageDown: -1, Home: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      const far = event.key === "Home" || event.key === "End";
      grip.key(/Right|Left/.test(event.key) ? "x" : "y", by, far ? "end" : event.key.startsWith("Page") ? "leap" : event.shiftKey ? "fine" : "part");
    }
    const knobs = grips.map((grip) => ITS.el("span", {
      class: `its-hand its-${grip.way}`, role: "slider", tabindex: 0, "aria-label": grip.label, onpointerdown: down,
      onkeydown: (/** @type {KeyboardEvent} */ event) => pressed(grip, event),
    }));
    layer.append(...knobs);
    place.append(layer);
    // Where there is one handle, a click on the plot says where it should stand.
    if (grips.length === 1) {
      place.addEventListener("click", (/** @type {MouseEvent} */ event) => {
        if (!(event.target instanceof Element) || !event.target.closest("svg.its-plot")) return;
        taken = 0;
        aim = inPlot(event);
        follow();
        knobs[0].focus({ preventScroll: true });
      });
    }
    return {
      show(spec) {
        frame = ITS.plotFrame(spec);
        places = grips.map((grip) => {
          const [x, y] = grip.at();
          // What lies outside the picture is held at its edge.
          return frame ? [within(frame.x(x), frame.left, frame.right), within(frame.y(y), frame.top, frame.bottom)] : [0, 0];
        });
        knobs.forEach((knob, i) => {
          const { now, low, high, text } = grips[i].value(), [x, y] = places[i];
          // Most handles stay where they are while one moves.
          const stands = [x, y, text].join();
          if (stood[i] === stands) return;
          stood[i] = stands;
          knob.style.left = `${x / (frame?.width || 1) * 100}%`;
          knob.style.top = `${y / (frame?.height || 1) * 100}%`;
          knob.setAttribute("aria-valuenow", String(now));
          knob.setAttribute("aria-valuemin", String(low));
          knob.setAttribute("aria-valuemax", String(high));
          knob.setAttribute("aria-valuetext", text);
        });
      },
    };
  };

  /* Does `step` once a frame, or every so many milliseconds, until it says that nothing is left; all of it at once for
     those who asked for less motion. */
  ITS.play = function (step, pace = 0) {
    /** @type {ReturnType<typeof setTimeout> | number | null} */
    let running = null;
    function stop() {
      if (pace) clearTimeout(running ?? undefined);
      else cancelAnimationFrame(Number(running));
      running = null;
    }
    function soon() { running = pace ? setTimeout(next, pace) : requestAnimationFrame(next); }
    // A step may itself have stopped the playing.
    function next() { if (step() && running !== null) soon(); else running = null; }
    return {
      get running() { return running !== null; },
      start() {
        stop();
        if (!calm()) { soon(); return; }
        while (step());
      },
      stop,
    };
  };

  /* A strip of right and wrong with its count in words. */
  ITS.tally = function (label) {
    const strip = ITS.el("span", { class: "its-strip", "aria-hidden": "true" });
    const says = ITS.el("span", { class: "its-counted" });
    const node = ITS.el("p", { class: "its-tally" }, strip, says);
    /** @type {boolean[]} */
    let marks = [];
    return {
      node,
      get count() { return marks.length; },
      get right() { return marks.filter(Boolean).length; },
      clear() { marks = []; strip.replaceChildren(); says.textContent = ""; },
      add(right) {
        marks.push(right);
        strip.append(ITS.el("i", { class: right ? "its-yes" : "its-no" }, right ? "✓" : "×"));
        says.textContent = label(marks.filter(Boolean).length, marks.length);
      },
    };
  };

  /* The address of what is on the screen, for somebody else. */
  ITS.share = function (text, address, label = "Link to what is shown") {
    const said = ITS.el("span", { class: "its-shared", role: "status" });
    async function share() {
      try {
        await navigator.clipboard.writeText(address());
        said.textContent = "Link copied.";
      } catch (_) {
        // Not every browser lets a page write there, none does it for a file.
        const field = ITS.el("input", { readonly: true, value: address(), "aria-label": label });
        said.replaceChildren(field);
        field.select();
      }
    }
    return { button: ITS.el("button", { type: "button", onclick: share }, text), said };
  };
})(globalThis.ITS);

// @ts-check
/* A story: one picture beside the text that scrolls. The page holds every scene with its own picture; here a part that
   two pictures share by its key moves from one to the other. */
(function (ITS) {
  "use strict";

  const story = ITS.story = {
    /** The scene that an address names, from 0; nothing for any other address. */
    named(hash, count) {
      const found = /^#scene-([1-9]\d{0,2})$/.exec(hash);
      return found && Number(found[1]) <= count ? Number(found[1]) - 1 : null;
    },
    /** The last scene that begins above a line of the window; the first where none does. */
    reached: (tops, line) => Math.max(0, tops.findLastIndex((top) => top <= line)),
    /** Every key once, in an order that keeps that of each picture as far as it can. */
    merged(lists) {
      /** @type {string[]} */
      const all = [];
      for (const list of lists) {
        let at = 0;
        for (const key of list) {
          const known = all.indexOf(key);
          if (known < 0) all.splice(at++, 0, key);
          else at = Math.max(at, known + 1);
        }
      }
      return all;
    },
  };

  ITS.define("its-story", function (host) {
    const el = ITS.el;
    const scenes = /** @type {HTMLElement[]} */ ([...host.querySelectorAll(".its-scene")]);
    const last = scenes.length - 1;
    const pictures = scenes.map((scene) => /** @type {SVGElement} */ (scene.querySelector("svg")));
    const parts = pictures.map((one) => new Map(/** @type {SVGGElement[]} */ ([...one.children]).map((part) => [part.dataset.key || "", part])));
    const stage = /** @type {SVGElement} */ (pictures[0].cloneNode(false));
    // Each scene's own picture stays for screen readers, where it belongs to its text.
    stage.setAttribute("aria-hidden", "true");
    ["role", "aria-label"].forEach((name) => stage.removeAttribute(name));
    /** @type {Map<string, SVGGElement>} */
    const actors = new Map();
    for (const key of story.merged(parts.map((one) => [...one.keys()]))) {
      const actor = /** @type {SVGGElement} */ (ITS.svg("g", {}));
      // Whatever comes later waits at its place, but for the further answers: they come out of the first one.
      const from = parts[0].get(key.replace(/\d+$/, "0")) || parts.find((one) => one.has(key))?.get(key);
      if (from) place(actor, from);
      actor.setAttribute("class", "its-part its-away");
      actors.set(key, actor);
      stage.append(actor);
    }
    let at = -1;

    /* Attributes do not glide in every browser, styles do; there lengths have units. */
    /** @type {(actor: SVGGElement, part: SVGGElement) => void} */
    function place(actor, part) {
      const move = (part.getAttribute("transform") || "").replace(/translate\((\S+) (\S+)\)/, "translate($1px, $2px)");
      if (actor.style.transform !== move) actor.style.transform = move;
    }

    /** @param {number} scene */
    function show(scene) {
      if (scene === at) return;
      at = scene;
      for (const [key, actor] of actors) {
        const part = parts[scene].get(key);
        if (!part) {
          actor.classList.add("its-away");
          continue;
        }
        if (actor.innerHTML !== part.innerHTML) actor.innerHTML = part.innerHTML;
        place(actor, part);
        actor.setAttribute("class", part.getAttribute("class") || "");
      }
      count.textContent = `${at + 1} of ${last + 1}`;
      said.textContent = "";
      // Never `disabled`: it would drop the keyboard's place at the last scene.
      back.setAttribute("aria-disabled", String(at === 0));
      next.setAttribute("aria-disabled", String(at === last));
    }

    // Where the page is scrolling to: who presses twice in a row goes two scenes on.
    let aim = /** @type {number | null} */ (null);
    /** @param {number} by */
    function go(by) {
      const to = Math.min(last, Math.max(0, (aim ?? at) + by));
      if (to === (aim ?? at)) return;
      aim = to;
      scenes[to].scrollIntoView({ behavior: ITS.calm() ? "auto" : "smooth" });
      ITS.announce(host, `${to + 1} of ${last + 1}: ${scenes[to].querySelector("h2")?.textContent}`);
    }
    const address = () => `${location.href.split("#")[0]}#${scenes[at].id}`;
    const { button: share, said } = ITS.share("Share", address, "Link to this scene");
    const count = el("span", { class: "its-count" });
    const back = el("button", { type: "button", onclick: () => go(-1) }, "Back");
    const next = el("button", { type: "button", onclick: () => go(1) }, "Next");
    const bar = el("div", { class: "its-scenebar", role: "group", "aria-label": "Scenes" },
      back, count, next, share, said);
    const held = el("div", { class: "its-stageplace" }, stage, bar);
    host.querySelector(".its-scenes").prepend(held);

    const beside = () => held.getBoundingClientRect().left > scenes[0].getBoundingClientRect().left + 40;
    function measure() {
      // The theme's own bar stays at the top of the window.
      const top = document.querySelector(".bd-header-article")?.clientHeight || 0;
      host.style.setProperty("--its-top", `${top}px`);
      host.style.setProperty("--its-covered", `${beside() ? 0 : top + held.offsetHeight}px`);
      follow();
    }
    /* On a phone the picture covers the top of the window: what counts is the text below. */
    function line() {
      const box = held.getBoundingClientRect();
      return beside() ? innerHeight * 0.5 : box.bottom + (innerHeight - box.bottom) * 0.4;
    }
    let waiting = false, settled = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let writing;
    function follow() {
      waiting = false;
      const before = at;
      show(story.reached(scenes.map((one) => one.getBoundingClientRect().top), line()));
      if (at === aim) aim = null;
      if (at === before || !settled) return;
      // Browsers refuse an address that changes many times a second.
      clearTimeout(writing);
      writing = setTimeout(() => { try { history.replaceState(null, "", address()); } catch (_) { /* a sandboxed page keeps its address */ } }, 250);
    }
    addEventListener("scroll", () => {
      if (!waiting) requestAnimationFrame(follow);
      waiting = true;
    }, { passive: true });
    addEventListener("resize", measure);
    for (const hand of ["wheel", "touchmove"]) addEventListener(hand, () => { aim = null; }, { passive: true });
    addEventListener("keydown", (event) => {
      const here = event.target instanceof Element && (event.target === document.body || host.contains(event.target));
      const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (!by || !here || event.target instanceof HTMLInputElement || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go(by);
    });

    show(0);
    measure();
    const wanted = story.named(location.hash, scenes.length);
    if (wanted !== null) scenes[wanted].scrollIntoView();
    follow();
    settled = true;
  });
})(globalThis.ITS);

// @ts-check
/* Keys of a file of slides: without this script the same slides scroll, and their links lead on and back. */
(function () {
  "use strict";

  const slides = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".slide")]);
  let digits = "";

  /* The slide that takes up the upper half of the window. */
  function current() {
    const at = slides.findIndex((one) => one.getBoundingClientRect().bottom > innerHeight / 2);
    return at < 0 ? slides.length - 1 : at;
  }

  /** @param {number} number counted from 0; beyond an end it is that end */
  function show(number) {
    const slide = slides[Math.min(Math.max(number, 0), slides.length - 1)];
    // Moved at once: a key that is held down must not wait for a moving page.
    slide.scrollIntoView({ behavior: "instant" });
    slide.focus({ preventScroll: true });
    history.replaceState(null, "", `#${slide.id}`);
  }

  /* A slide higher than the window is first read to its end. */
  /** @param {number} way 1 for down, -1 for up */
  function hidden(way) {
    const box = slides[current()].getBoundingClientRect();
    return way > 0 ? box.bottom > innerHeight + 2 : box.top < -2;
  }

  /** @type {Record<string, () => void>} */
  const KEYS = {
    ArrowRight: () => show(current() + 1),
    PageDown: () => show(current() + 1),
    ArrowLeft: () => show(current() - 1),
    PageUp: () => show(current() - 1),
    Home: () => show(0),
    End: () => show(slides.length - 1),
  };

  /* A number is complete when no longer one could be meant, or with Enter. */
  /** @param {string} key @returns {boolean} whether the key belonged to a number */
  function counted(key) {
    const begun = digits !== "";
    if (/^[0-9]$/.test(key)) digits += key;
    else if (key !== "Enter" || !begun) {
      digits = "";
      return false;
    }
    if (key === "Enter" || 10 * Number(digits) > slides.length) {
      const wanted = Number(digits);
      digits = "";
      show(wanted - 1);
    }
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // A table that scrolls takes its own arrows.
    if (event.target instanceof Element && event.target.closest(".its-scroll")) return;
    let done = counted(event.key);
    if (!done && event.key in KEYS) {
      KEYS[event.key]();
      done = true;
    } else if (!done && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const way = event.key === "ArrowDown" ? 1 : -1;
      done = !hidden(way);
      if (done) show(current() + way);
    }
    if (done) event.preventDefault();
  });
})();

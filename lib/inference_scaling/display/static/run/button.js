// @ts-check
/* The one button below a page's title, and a link below each piece of code that presses it and leads back. All that
   running the page needs is fetched then. */
(function () {
  "use strict";
  const place = /** @type {HTMLElement} */ (document.querySelector(".its-run"));
  const button = /** @type {HTMLButtonElement} */ (place.querySelector("button"));
  const status = /** @type {HTMLElement} */ (place.querySelector("[role=status]"));
  const folder = new URL(String(place.dataset.folder), location.href).href;

  /** @param {Element} [code] where the reader wants to be afterwards */
  function press(code) {
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    const script = document.createElement("script");
    script.src = `${folder}page.js?v=${place.dataset.build}`;
    script.onload = () => globalThis.ITS.run.open(place, folder, code).finally(() => button.removeAttribute("aria-disabled"));
    script.onerror = () => {
      button.removeAttribute("aria-disabled");
      status.textContent = "What runs the page could not be fetched. Check the connection and press the button again.";
    };
    document.head.append(script);
  }
  for (const code of document.querySelectorAll(".cell .cell_input pre")) {
    const link = document.createElement("button");
    link.type = "button";
    link.className = "its-run__enter";
    link.textContent = "Change this cell";
    link.addEventListener("click", () => press(code));
    (code.closest(".cell_input > div") || code).after(link);
  }
  button.addEventListener("click", () => press());
  button.hidden = false;
})();

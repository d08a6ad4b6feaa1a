// @ts-check
/* Before printing: what is wider than the paper is set smaller, and the page numbers are put in. */
(function () {
  "use strict";

  // In pixels of CSS: 6.5 points.
  const SMALLEST = 8.7;

  /** @type {(node: Element) => number} */
  const width = (node) => node.getBoundingClientRect().width;

  /* How much of the column a node may fill, inside the boxes around it. */
  /** @type {(node: Element, left: number, column: number) => number} */
  function room(node, left, column) {
    const around = /** @type {Element} */ (node.parentElement), style = getComputedStyle(around);
    const inner = around.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return Math.min(inner || column, column - (node.getBoundingClientRect().left - left));
  }

  /** @param {number} column the width between the margins @returns {string[]} what is wider even so */
  function fit(column) {
    const main = /** @type {Element} */ (document.querySelector("main")), left = main.getBoundingClientRect().left;
    for (const math of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('math[display="block"]'))) {
      const wide = width(math), space = room(math, left, column);
      if (wide > space) math.style.fontSize = `${parseFloat(getComputedStyle(math).fontSize) * Math.max(0.5, 0.99 * space / wide)}px`;
    }
    for (const table of document.querySelectorAll("table")) {
      const wide = () => width(table) > room(table, left, column) + 0.5;
      // First the long names in it break, then the type shrinks, and at last the columns are made even.
      if (wide()) table.classList.add("its-narrow");
      for (let size = parseFloat(getComputedStyle(table).fontSize); wide() && size > SMALLEST; size -= 0.5) table.style.fontSize = `${size - 0.5}px`;
      if (wide()) table.classList.add("its-even");
    }
    return beyond(main, left, column);
  }

  /* Where text reaches beyond the column: the place and its words. */
  /** @type {(main: Element, left: number, column: number) => string[]} */
  function beyond(main, left, column) {
    const found = [], walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT), range = document.createRange();
    while (walker.nextNode()) {
      const text = /** @type {Text} */ (walker.currentNode);
      if (!text.data.trim()) continue;
      range.selectNodeContents(text);
      const out = [...range.getClientRects()].some((box) => box.width && (box.right > left + column + 1 || box.left < left - 1));
      if (out) found.push(`${text.parentElement?.closest("[id]")?.id}: “${text.data.trim().slice(0, 40)}”`);
    }
    return found;
  }

  /** @param {Record<string, number>} pages the page of each place */
  function number(pages) {
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-page-of]"))) {
      place.textContent = String(pages[place.dataset.pageOf || ""] ?? "?");
    }
  }

  Object.assign(globalThis, { paper: { fit, number } });
})();

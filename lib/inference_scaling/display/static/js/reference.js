// @ts-check
/* Tables of the part Reference: sort by a head, filter by words. Definitions of terms: Escape puts them away. */
(function (ITS) {
  "use strict";
  const { el } = ITS;

  /** @type {(row: HTMLTableRowElement, column: number) => { text: string; number: number }} */
  function key(row, column) {
    const text = row.cells[column].textContent.trim();
    const number = parseFloat(text.replace(/,/g, "").replace(/−/g, "-"));
    return { text: text.toLowerCase(), number };
  }

  /** @type {(table: any) => void} */
  function sortable(table) {
    const body = table.tBodies[0];
    /** @type {HTMLTableRowElement[]} */
    const rows = [...body.rows];
    /** @type {HTMLTableCellElement[]} */
    const heads = [...table.tHead.rows[0].cells];
    const host = table.closest(".its-scroll");

    heads.forEach((head, column) => {
      const name = head.textContent;
      const button = el("button", { type: "button", class: "its-sort", onclick: sort }, name);
      head.replaceChildren(button);
      function sort() {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const keyed = rows.map((row) => ({ ...key(row, column), row }));
        const numbers = keyed.every((one) => one.text === "" || Number.isFinite(one.number) || one.text === "open");
        keyed.sort((a, b) => (numbers ? (a.number || 0) - (b.number || 0) : a.text.localeCompare(b.text)));
        if (down) keyed.reverse();
        body.append(...keyed.map(({ row }) => row));
      }
    });

    if (rows.length < 8) return;
    const input = el("input", { type: "search", class: "its-filter", oninput: filter });
    const count = el("span", { class: "its-filter__count" }, `${rows.length} rows`);
    host.before(el("p", { class: "its-filter__line" }, el("label", {}, "Show rows with ", input), " ", count));
    const live = el("div", { class: "its-filter__live" });
    host.before(live);
    function filter() {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let left = 0;
      rows.forEach((row) => {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        left += row.hidden ? 0 : 1;
      });
      count.textContent = words.length ? `${left} of ${rows.length} rows` : `${rows.length} rows`;
      ITS.announce(live, count.textContent);
    }
  }

  /* A finger cannot hover: its first tap shows the definition, a second one leads to the glossary. */
  let finger = false;
  document.addEventListener("pointerdown", (event) => { finger = event.pointerType === "touch" || event.pointerType === "pen"; });
  /** @type {(event: MouseEvent) => void} */
  function touched(event) {
    const at = event.target instanceof Element ? event.target : null;
    const term = at?.closest(".its-term") || null;
    const link = /** @type {HTMLAnchorElement | null} */ (at?.closest(".its-term > a") || null);
    const known = term?.classList.contains("is-tapped");
    // A press of Enter is a click too, without a pointer.
    if (finger && link && !known && event.detail) {
      event.preventDefault();
      link.focus({ preventScroll: true });
    }
    document.querySelectorAll(".its-term.is-tapped").forEach((other) => { if (other !== term) other.classList.remove("is-tapped"); });
    if (finger && term) {
      term.classList.remove("is-away");
      term.classList.add("is-tapped");
    }
  }

  function ready() {
    document.querySelectorAll("table.its-sortable").forEach(sortable);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") document.querySelectorAll(".its-term").forEach((term) => {
        term.classList.add("is-away");
        term.classList.remove("is-tapped");
      });
    });
    /** @type {(event: any) => void} */
    const back = (event) => event.target.closest?.(".its-term")?.classList.remove("is-away");
    document.addEventListener("click", touched);
    document.addEventListener("pointerout", back);
    document.addEventListener("focusout", back);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})(globalThis.ITS);

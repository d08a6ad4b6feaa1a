// Sorts tables by their heads and shows the rows that hold some words. Without it the page is whole.
"use strict";

/** @param {HTMLTableRowElement} row @param {number} column @returns {string} */
const shown = (row, column) => (row.cells[column]?.textContent ?? "").trim();

/** @param {string} text @returns {number} */
const number = (text) => (/^-?[\d.]+(e[-+]?\d+)?%?$/.test(text) ? parseFloat(text) : NaN);

/** Numbers by size and before words; words as people sort them. @param {string} a @param {string} b */
const order = (a, b) => {
  const [x, y] = [number(a), number(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
  return a.localeCompare(b, undefined, { numeric: true });
};

/** @param {HTMLTableElement} table */
const sortable = (table) => {
  const heads = [...table.querySelectorAll("thead th")];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const body = table.tBodies[0];
      const rows = [...body.rows].sort((a, b) => order(shown(a, column), shown(b, column)));
      body.append(...(down ? rows.reverse() : rows));
    });
  });
};

/** @param {HTMLTableElement} table */
const searchable = (table) => {
  const label = document.createElement("label");
  const input = document.createElement("input");
  const count = document.createElement("output");
  input.type = "search";
  label.append("Show rows with ", input);
  const line = document.createElement("p");
  line.append(label, " ", count);
  table.parentElement?.before(line);
  input.addEventListener("input", () => {
    const words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const row of table.tBodies[0].rows) {
      const text = (row.textContent ?? "").toLocaleLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      left += row.hidden ? 0 : 1;
    }
    count.textContent = words.length ? `${left} of ${table.tBodies[0].rows.length}` : "";
  });
};

for (const table of document.querySelectorAll("table")) {
  if (table.tBodies[0].rows.length > 1) sortable(table);
  if (table.dataset.search !== undefined) searchable(table);
}

"use strict";
(function () {
  const NUMBER = 0, TEXT = 1, NOTHING = 2;  // classes of cells, in the order of sorting
  const BEYOND = 1e5;  // more decades than any number has, so that size + BEYOND is positive

  // Cells are ordered by [class, key]. A number's key is its logarithm with its sign, since growths
  // such as 1.00e400 lie beyond a double; "1:12" is a ratio; of "0.5 ± 0.1" the first number counts.
  function sortKey(text) {
    if (/^\s*\+?inf/.test(text)) return [NUMBER, Infinity];
    if (/^\s*-inf/.test(text)) return [NUMBER, -Infinity];
    const number = /^\s*([-+]?)(\d[\d.]*)(?:e([-+]?\d+))?(?::(\d[\d.]*))?(?![0-9A-Za-z])/;
    const parts = text.match(number);
    if (!parts) return ["", "–", "nan"].includes(text.trim()) ? [NOTHING, 0] : [TEXT, text];
    const [, sign, mantissa, exponent, divisor] = parts;
    let size = Math.log10(Number(mantissa)) + Number(exponent || 0);
    if (divisor) size -= Math.log10(Number(divisor));
    if (size === -Infinity) return [NUMBER, 0];
    return [NUMBER, (sign === "-" ? -1 : 1) * (size + BEYOND)];
  }

  function compareKeys(a, b) {
    if (a[0] !== b[0]) return a[0] - b[0];
    return a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
  }

  function sortBy(header) {
    const table = header.closest("table"), body = table.tBodies[0];
    const rising = header.getAttribute("aria-sort") !== "ascending";
    const entries = Array.from(body.rows, (row) => ({
      row, key: sortKey(row.cells[header.cellIndex].textContent),
    }));
    entries.sort((a, b) => {
      const order = compareKeys(a.key, b.key);
      const isEmpty = a.key[0] === NOTHING || b.key[0] === NOTHING;
      return rising || isEmpty ? order : -order;  // what has no value stays last either way
    });
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", rising ? "ascending" : "descending");
    body.append(...entries.map((entry) => entry.row));
  }

  for (const button of document.querySelectorAll("table.sortable thead button")) {
    button.addEventListener("click", () => sortBy(button.closest("th")));
  }
})();

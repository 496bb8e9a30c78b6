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

  const tip = document.getElementById("tip");
  let shown = null;  // the element whose values the tip shows

  function show(target, x, y) {
    if (shown) shown.classList.remove("on");
    shown = target;
    target.classList.add("on");
    tip.textContent = target.dataset.tip;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const left = Math.min(Math.max(8, x + 14), window.innerWidth - box.width - 8);
    const above = y - box.height - 14;
    const below = Math.min(y + 18, window.innerHeight - box.height - 8);
    tip.style.left = Math.max(8, left) + "px";
    tip.style.top = (above > 8 ? above : below) + "px";
  }

  function showBeside(target) {
    const box = target.getBoundingClientRect();
    show(target, box.right - 8, box.top + 30);
  }

  function hide() {
    if (shown) shown.classList.remove("on");
    shown = null;
    tip.hidden = true;
  }

  // Titles serve readers without scripts; with one the tip is quicker, also for touch and keys.
  for (const title of document.querySelectorAll(".hits title")) {
    title.parentNode.dataset.tip = title.textContent;
    title.remove();
  }

  for (const kind of ["pointermove", "pointerdown"]) {
    document.addEventListener(kind, (event) => {
      const target = event.target.closest("[data-tip]");
      if (target) show(target, event.clientX, event.clientY);
      else hide();
    });
  }
  document.addEventListener("focusin", (event) => {
    const { target } = event;
    const hasTip = target.dataset && target.dataset.tip;
    if (hasTip && target.matches(":focus-visible")) showBeside(target);
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", hide, { passive: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

  // A plot is one stop of the tab key; the arrows move over its columns.
  for (const plot of document.querySelectorAll("svg.plot")) {
    plot.addEventListener("keydown", (event) => {
      const columns = Array.from(plot.querySelectorAll(".hits rect"));
      const last = columns.length - 1, now = columns.indexOf(shown);
      const moves = { ArrowRight: now + 1, ArrowLeft: now < 0 ? last : now - 1, Home: 0, End: last };
      if (!(event.key in moves)) return;
      event.preventDefault();
      showBeside(columns[Math.min(last, Math.max(0, moves[event.key]))]);
    });
  }
})();

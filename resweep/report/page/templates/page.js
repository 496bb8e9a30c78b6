"use strict";
(function () {
  // A number as [class, key] that orders it, far beyond what a double holds; text by itself; a dash last.
  function key(text) {
    const found = text.match(/^\s*([-+]?)(\d[\d.]*)(?:e([-+]?\d+))?(?::(\d[\d.]*))?(?![0-9A-Za-z])/);
    if (/^\s*\+?inf/.test(text)) return [0, Infinity];
    if (/^\s*-inf/.test(text)) return [0, -Infinity];
    if (!found) return text.trim() === "" || text.trim() === "–" || text.trim() === "nan" ? [2, 0] : [1, text];
    let size = Math.log10(Number(found[2])) + Number(found[3] || 0);
    if (found[4]) size -= Math.log10(Number(found[4]));
    if (size === -Infinity) return [0, 0];
    return [0, (found[1] === "-" ? -1 : 1) * (size + 1e5)];
  }

  function compare(a, b) {
    if (a[0] !== b[0]) return a[0] - b[0];
    return a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
  }

  function sort(header) {
    const table = header.closest("table"), body = table.tBodies[0];
    const way = header.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    const column = header.cellIndex;
    const rows = Array.from(body.rows, (row) => ({ row, key: key(row.cells[column].textContent) }));
    // what has no value stays last either way
    rows.sort((a, b) => (a.key[0] === 2 || b.key[0] === 2 || way === "ascending" ? 1 : -1) * compare(a.key, b.key));
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", way);
    body.append(...rows.map((entry) => entry.row));
  }

  for (const button of document.querySelectorAll("table.sortable thead button")) {
    button.addEventListener("click", () => sort(button.closest("th")));
  }

  const tip = document.getElementById("tip");
  let shown = null;

  function show(target, x, y) {
    if (shown) shown.classList.remove("on");
    shown = target;
    target.classList.add("on");
    tip.textContent = target.dataset.tip;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const left = Math.min(Math.max(8, x + 14), window.innerWidth - box.width - 8);
    const above = y - box.height - 14;
    tip.style.left = Math.max(8, left) + "px";
    tip.style.top = (above > 8 ? above : Math.min(y + 18, window.innerHeight - box.height - 8)) + "px";
  }

  function hide() {
    if (shown) shown.classList.remove("on");
    shown = null;
    tip.hidden = true;
  }

  // The titles serve readers without scripts; with one the tip is quicker and answers touch and keys too.
  for (const title of document.querySelectorAll(".hits title")) {
    title.parentNode.dataset.tip = title.textContent;
    title.remove();
  }

  for (const event of ["pointermove", "pointerdown"]) {
    document.addEventListener(event, (e) => {
      const target = e.target.closest("[data-tip]");
      if (target) show(target, e.clientX, e.clientY);
      else hide();
    });
  }
  document.addEventListener("focusin", (e) => {
    if (e.target.dataset && e.target.dataset.tip && e.target.matches(":focus-visible")) beside(e.target);
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", hide, { passive: true });
  document.addEventListener("keydown", (e) => { if (e.key === "Escape") hide(); });

  function beside(target) {
    const box = target.getBoundingClientRect();
    show(target, box.right - 8, box.top + 30);
  }

  for (const plot of document.querySelectorAll("svg.plot")) {
    plot.addEventListener("keydown", (e) => {
      const columns = Array.from(plot.querySelectorAll(".hits rect"));
      const now = columns.indexOf(shown);
      const next = { ArrowRight: now + 1, ArrowLeft: now < 0 ? columns.length - 1 : now - 1, Home: 0, End: columns.length - 1 }[e.key];
      if (next === undefined) return;
      e.preventDefault();
      beside(columns[Math.min(columns.length - 1, Math.max(0, next))]);
    });
  }
})();

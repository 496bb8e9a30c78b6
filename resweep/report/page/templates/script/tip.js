"use strict";
(function () {
  const tip = document.getElementById("tip");
  let shown = null;  // the element whose values the tip shows

  // The values at a place, without those of lines that are hidden.
  function visible(target) {
    const figure = target.closest("figure.chart");
    const off = "[aria-pressed=false], .out, .out *";
    const keys = figure ? Array.from(figure.querySelectorAll(".legend li, .legend button")) : [];
    const hidden = keys.filter((key) => key.matches(off)).map((key) => key.textContent + ": ");
    const lines = target.dataset.tip.split("\n");
    return lines.filter((line) => !hidden.some((start) => line.startsWith(start))).join("\n");
  }

  function show(target, x, y) {
    if (shown) shown.classList.remove("on");
    shown = target;
    target.classList.add("on");
    tip.textContent = visible(target);
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

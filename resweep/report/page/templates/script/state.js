"use strict";
(function () {
  // A page that is being rewritten loads itself again and keeps what its reader did: the place, the
  // filters, axes, hidden lines, opened parts and sorted tables. A finished page does neither.
  const seconds = Number((document.querySelector("meta[name=resweep-watch]") || {}).content);
  const KEY = "resweep " + location.pathname;
  const all = (selector) => Array.from(document.querySelectorAll(selector));

  function nameOf(element) {
    const figure = element.closest("figure"), section = element.closest("section");
    const chapter = element.closest(".chapter");
    const headings = [
      chapter && chapter.querySelector("h2"), section && section.querySelector("h2, h3"),
      figure && figure.querySelector("figcaption"),
    ];
    const words = headings.map((heading) => heading ? heading.textContent : "");
    return [...words, element.textContent.trim().slice(0, 80)].join("|");
  }

  function sorted() {
    return all("table.sortable [aria-sort]").map((header) =>
      [nameOf(header), header.getAttribute("aria-sort")]);
  }

  function save() {
    const focused = document.activeElement;
    const state = {
      y: scrollY,
      fields: all(".filter input, .explore select, .explore input").map((field) =>
        [field.id, field.type === "checkbox" ? field.checked : field.value]),
      off: all(".legend button[aria-pressed=false]").map(nameOf),
      every: all(".take button[aria-pressed=true]").map(nameOf),
      open: all("details[open] > summary").map(nameOf),
      sorted: sorted(),
      focused: focused && focused.id ? [focused.id, focused.selectionStart] : null,
    };
    try { sessionStorage.setItem(KEY, JSON.stringify(state)); } catch { return; }
  }

  function fill([id, value]) {
    const field = document.getElementById(id);
    if (!field || field.value === value) return;
    if (field.type === "checkbox") field.checked = value;
    else field.value = value;
    field.dispatchEvent(new Event(field.type === "search" ? "input" : "change"));
  }

  function restore() {
    let text = null;
    try { text = sessionStorage.getItem(KEY); sessionStorage.removeItem(KEY); } catch { return; }
    if (!text) return;
    const state = JSON.parse(text);
    for (const summary of all("details > summary")) {
      if (state.open.includes(nameOf(summary))) summary.parentElement.open = true;
    }
    state.fields.forEach(fill);
    for (const key of all(".legend button")) if (state.off.includes(nameOf(key))) key.click();
    for (const key of all(".take button[aria-pressed]")) {
      if (state.every.includes(nameOf(key))) key.click();
    }
    const orders = new Map(state.sorted);
    for (const header of all("table.sortable thead th")) {
      const order = orders.get(nameOf(header)), button = header.querySelector("button");
      if (order) button.click();
      if (order === "descending") button.click();
    }
    if (state.focused) {
      const field = document.getElementById(state.focused[0]);
      if (field) field.focus({ preventScroll: true });
      if (field && state.focused[1] != null) field.setSelectionRange(state.focused[1], state.focused[1]);
    }
    scrollTo({ top: state.y, behavior: "instant" });
  }

  if (seconds > 0) history.scrollRestoration = "manual";
  restore();
  if (!(seconds > 0)) return;
  let touched = 0;  // when the reader last did something: a page is not pulled from under a hand
  for (const kind of ["keydown", "pointerdown", "wheel"]) {
    document.addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
  }
  setInterval(() => {
    const busy = Date.now() - touched < 1500 || String(getSelection()) || document.querySelector("select:focus");
    if (busy) return;
    save();
    location.reload();
  }, seconds * 1000);
})();

"use strict";
(function () {
  // The signs of a legend are buttons that hide and show their lines; a double click shows one alone.
  function redraw(figure) {
    const off = new Set(), kinds = new Set();
    for (const key of figure.querySelectorAll(".legend button[aria-pressed=false]")) {
      if (key.dataset.colour) off.add(key.dataset.colour);
      if (key.dataset.kind) kinds.add(key.dataset.kind);
    }
    for (const line of figure.querySelectorAll(".plot [data-colour]")) {
      line.classList.toggle("off", off.has(line.dataset.colour) || kinds.has(line.dataset.kind));
    }
  }

  function press(key, on) {
    key.setAttribute("aria-pressed", String(on));
  }

  for (const figure of document.querySelectorAll("figure.chart")) {
    const items = Array.from(figure.querySelectorAll(".legend li"));
    if (items.length < 2) continue;
    const keys = items.map((item) => {
      const key = document.createElement("button");
      key.type = "button";
      Object.assign(key.dataset, item.dataset);
      for (const name of Object.keys(item.dataset)) delete item.dataset[name];
      key.append(...item.childNodes);
      press(key, true);
      item.append(key);
      return key;
    });
    for (const key of keys) {
      key.addEventListener("click", () => {
        press(key, key.getAttribute("aria-pressed") === "false");
        redraw(figure);
      });
      key.addEventListener("dblclick", () => {
        const arms = keys.filter((other) => other.dataset.colour);
        if (!arms.includes(key)) return;
        const others = arms.filter((other) => other !== key);
        const alone = others.every((other) => other.getAttribute("aria-pressed") === "false");
        for (const other of others) press(other, alone);
        press(key, true);
        redraw(figure);
      });
    }
  }
})();

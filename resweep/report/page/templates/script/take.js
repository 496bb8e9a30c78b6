"use strict";
(function () {
  // Buttons that take a table or a chart away: to the clipboard, as CSV, as PNG.
  function button(text, name, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", `${text}: ${name}`);
    made.addEventListener("click", () => act(made));
    return made;
  }

  function bar(...buttons) {
    const made = document.createElement("p");
    made.className = "take";
    made.append(...buttons);
    return made;
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  function fileName(text, kind) {
    return (text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "table") + kind;
  }

  // The header and the rows that are shown; of a shortened number the whole one.
  function cells(table) {
    const rows = [...table.tHead.rows, ...table.tBodies[0].rows].filter((row) => !row.hidden);
    return rows.map((row) => Array.from(row.cells, (cell) => (cell.title || cell.textContent).trim()));
  }

  function csv(rows) {
    const quoted = (text) => /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    return rows.map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
  }

  function copied(rows) {
    const text = rows.map((row) => row.map((cell) => cell.replace(/\s+/g, " ")).join("\t")).join("\n");
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");  // also where a file may not use navigator.clipboard
    area.remove();
    return done;
  }

  function tell(made, words) {
    const before = made.textContent;
    made.textContent = words;
    setTimeout(() => { made.textContent = before; }, 1500);
  }

  function takeTable(table, name) {
    return bar(
      button("Copy", name, (made) => {
        const done = copied(cells(table));
        made.focus({ preventScroll: true });
        tell(made, done ? "Copied" : "Not allowed");
      }),
      button("CSV", name, () => {
        save(new Blob([csv(cells(table))], { type: "text/csv" }), fileName(name, ".csv"));
      }),
    );
  }

  const DRAWN = ["stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "fill", "opacity",
    "font-family", "font-size", "text-anchor", "display"];

  // A copy of the plot that needs no style sheet, with its title and its legend above.
  function standalone(figure) {
    const plot = figure.querySelector("svg.plot"), copy = plot.cloneNode(true);
    const from = plot.querySelectorAll("*"), to = copy.querySelectorAll("*");
    from.forEach((element, place) => {
      const style = getComputedStyle(element);
      for (const name of DRAWN) to[place].style.setProperty(name, style.getPropertyValue(name));
    });
    copy.querySelector(".hits").remove();
    const [, , width, height] = plot.getAttribute("viewBox").split(" ").map(Number);
    const body = getComputedStyle(document.body), soft = getComputedStyle(figure.querySelector("text"));
    const lines = [[figure.querySelector("figcaption").textContent, body.color]];
    for (const key of figure.querySelectorAll(".legend [data-colour]:not([aria-pressed=false]):not(.out)")) {
      const sign = key.querySelector("svg *");
      const ink = getComputedStyle(sign);
      lines.push([key.textContent, ink.stroke === "none" ? ink.fill : ink.stroke]);
    }
    const above = 14 * lines.length + 8;
    lines.forEach(([text, colour], place) => {
      const word = document.createElementNS(plot.namespaceURI, "text");
      word.textContent = text;
      word.setAttribute("x", "8");
      word.setAttribute("y", String(14 * (place + 1) - above));
      word.setAttribute("style", `fill:${colour};font:${place ? "" : "bold "}11px ${soft.fontFamily}`);
      copy.prepend(word);
    });
    const ground = document.createElementNS(plot.namespaceURI, "rect");
    ground.setAttribute("y", String(-above));
    ground.setAttribute("width", width);
    ground.setAttribute("height", height + above);
    ground.setAttribute("style", `fill:${body.backgroundColor}`);
    copy.prepend(ground);
    copy.setAttribute("viewBox", `0 ${-above} ${width} ${height + above}`);
    copy.setAttribute("width", width * 3);
    copy.setAttribute("height", (height + above) * 3);
    return copy;
  }

  function png(figure, name) {
    const copy = standalone(figure), image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = image.width;
      canvas.height = image.height;
      canvas.getContext("2d").drawImage(image, 0, 0);
      canvas.toBlob((blob) => save(blob, fileName(name, ".png")));
    };
    const text = new XMLSerializer().serializeToString(copy);
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  }

  // Columns that do not fit the window, shown by whoever wants them.
  function columnsOf(table, name) {
    const count = table.tHead.rows[0].cells.length;
    const made = button(`All ${count} columns`, name, () => {
      made.setAttribute("aria-pressed", String(table.classList.toggle("every")));
    });
    made.setAttribute("aria-pressed", "false");
    return made;
  }

  for (const sheet of document.querySelectorAll(".sheet")) {
    const table = sheet.querySelector("table.sortable");
    if (!table) continue;
    const section = sheet.closest("section").querySelector("h3");
    const name = table.caption.textContent || (section ? section.textContent : "table");
    const made = takeTable(table, name);
    if (table.querySelector(".further")) made.append(columnsOf(table, name));
    sheet.querySelector(".scroll").after(made);
  }
  for (const figure of document.querySelectorAll("figure.chart")) {
    const name = figure.querySelector("figcaption").textContent;
    const made = takeTable(figure.querySelector("table.values"), name);
    made.append(button("PNG", name, () => png(figure, name)));
    figure.querySelector("details").after(made);
  }
})();

"use strict";
(function () {
  // One column of the table of arms against another, as the reader chooses; it follows the filter.
  const WIDTH = 520, HEIGHT = 300, LEFT = 60, RIGHT = 12, TOP = 10, BOTTOM = 42;
  const holder = document.createElement("div");
  holder.innerHTML = "<svg></svg>";
  const SVG = holder.firstChild.namespaceURI;  // the page names no address, not even this one

  function numberOf(text) {
    const found = text.match(/^\s*[-+]?\d[\d.]*(?:e[-+]?\d+)?/);
    return found ? Number(found[0]) : NaN;
  }

  function made(name, attributes, text) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  }

  // Even round steps, of a column of whole numbers no shorter than 1.
  function even(low, high, whole) {
    const rough = (high - low) / 5, unit = 10 ** Math.floor(Math.log10(rough));
    const round = [1, 2, 5, 10].map((digit) => digit * unit).find((size) => size >= rough);
    const step = whole ? Math.max(1, round) : round, places = [];
    for (let n = Math.ceil(low / step); n * step <= high; n += 1) places.push(n * step);
    return places;
  }

  // Places of an axis with their values: where it is logarithmic 1, 2 and 5 of each decade.
  function ticks(low, high, log, whole) {
    const places = [];
    if (log) {
      for (let decade = Math.floor(low); decade <= high; decade += 1) {
        for (const digit of high - low > 3 ? [1] : [1, 2, 5]) {
          const place = decade + Math.log10(digit);
          if (place >= low && place <= high) places.push([place, 10 ** place]);
        }
      }
      const step = Math.ceil(places.length / 7);
      if (places.length > 1) return places.filter((_, place) => place % step === 0);
      return even(10 ** low, 10 ** high, whole).map((value) => [Math.log10(value), value]);
    }
    return even(low, high, whole).map((value) => [value, value]);
  }

  function scale(values, log, from, to) {
    const seen = values.map((value) => log ? Math.log10(value) : value);
    let low = Math.min(...seen), high = Math.max(...seen);
    const room = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
    low -= room;
    high += room;
    const at = (value) => from + ((log ? Math.log10(value) : value) - low) / (high - low) * (to - from);
    const whole = values.every(Number.isInteger);
    const marks = ticks(low, high, log, whole).map(([place, value]) =>
      [from + (place - low) / (high - low) * (to - from), String(Number(value.toPrecision(3)))]);
    return { at, marks };
  }

  function draw(plot, rows, x, y) {
    const usable = (value, axis) => isFinite(value) && (!axis.log || value > 0);
    const points = rows.map((row) => ({
      name: row.cells[0].textContent, tone: row.dataset.tone,
      x: numberOf(row.cells[x.place].textContent), y: numberOf(row.cells[y.place].textContent),
    })).filter((point) => usable(point.x, x) && usable(point.y, y));
    plot.replaceChildren();
    if (!points.length) return 0;
    const across = scale(points.map((point) => point.x), x.log, LEFT, WIDTH - RIGHT);
    const up = scale(points.map((point) => point.y), y.log, HEIGHT - BOTTOM, TOP);
    const foot = HEIGHT - BOTTOM;
    for (const [at, text] of up.marks) {
      plot.append(made("path", { class: "rule", d: `M${LEFT} ${at.toFixed(1)}H${WIDTH - RIGHT}` }),
        made("text", { class: "y", x: LEFT - 5, y: (at + 4).toFixed(1) }, text));
    }
    plot.append(made("path", { class: "axis", d: `M${LEFT} ${TOP}V${foot}H${WIDTH - RIGHT}` }));
    for (const [at, text] of across.marks) {
      plot.append(made("path", { class: "axis", d: `M${at.toFixed(1)} ${foot}v4` }),
        made("text", { class: "x", x: at.toFixed(1), y: foot + 16 }, text));
    }
    plot.append(made("text", { class: "x", x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 5 }, x.name),
      made("text", { class: "x", transform: `translate(11 ${(TOP + foot) / 2}) rotate(-90)` }, y.name));
    for (const point of points) {
      plot.append(made("circle", {
        class: `dot ${point.tone}`, cx: across.at(point.x).toFixed(1), cy: up.at(point.y).toFixed(1), r: 3.6,
        "data-tip": `${point.name}\n${x.name}: ${point.x}\n${y.name}: ${point.y}`,
      }));
    }
    return points.length;
  }

  let number = 0;
  function control(panel, text, field) {
    number += 1;
    const label = document.createElement("label");
    field.id = `explore${number}`;
    label.htmlFor = field.id;
    label.textContent = text;
    const pair = document.createElement("span");
    pair.append(label, field);
    panel.append(pair);
    return field;
  }

  function explore(chapter, table) {
    const rows = Array.from(table.tBodies[0].rows);
    const columns = Array.from(table.tHead.rows[0].cells, (cell, place) => {
      const values = rows.map((row) => numberOf(row.cells[place].textContent));
      const finite = values.filter(isFinite);
      return { place, name: cell.textContent.trim(), known: finite.length, values: new Set(finite) };
    }).filter((column) => column.values.size > 1);
    if (rows.length < 3 || columns.length < 2) return;
    const reached = columns.find((column) => column.name.includes("mean")) || columns[1];
    const scaled = ["multiplier", "c", "blocks"].map((name) => columns.find((one) => one.name === name));
    scaled.sort((a, b) => (b ? b.known : 0) - (a ? a.known : 0));  // that of most arms, else the first
    const first = scaled[0] || columns.find((column) => column !== reached);
    const panel = document.createElement("div"), bar = document.createElement("p");
    panel.className = "explore";
    bar.className = "choices";
    const choose = (text, chosen) => {
      const field = document.createElement("select");
      for (const column of columns) field.append(new Option(column.name, column.place));
      field.value = chosen.place;
      return control(bar, text, field);
    };
    const check = (text, on) => {
      const field = document.createElement("input");
      field.type = "checkbox";
      field.checked = on;
      return control(bar, text, field);
    };
    const across = choose("Across", first);
    const acrossLog = check("logarithmic", Math.max(...first.values) > 8 * Math.min(...first.values));
    const up = choose("Up", reached), upLog = check("logarithmic", false);
    const plot = made("svg", { class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
    const said = document.createElement("p");
    said.className = "caption";
    panel.append(bar, plot, said);
    const redraw = () => {
      const axis = (field, log) => ({
        place: Number(field.value), name: field.selectedOptions[0].text, log: log.checked,
      });
      const x = axis(across, acrossLog), y = axis(up, upLog);
      const shown = rows.filter((row) => !row.hidden);
      const drawn = draw(plot, shown, x, y);
      plot.setAttribute("aria-label", `${y.name} against ${x.name} of ${drawn} arms`);
      said.textContent = `${drawn} of ${rows.length} arms, a dot each, coloured by verdict; ` +
        "an arm without both values has none.";
    };
    for (const field of [across, acrossLog, up, upLog]) field.addEventListener("change", redraw);
    chapter.addEventListener("filtered", redraw);
    table.closest(".sheet").after(panel);
    redraw();
  }

  for (const chapter of document.querySelectorAll("section.chapter")) {
    for (const table of chapter.querySelectorAll("table.sortable")) {
      const names = Array.from(table.tHead.rows[0].cells, (cell) => cell.textContent.trim());
      const verdict = names.indexOf("verdict");
      if (names[0] !== "arm" || verdict < 0) continue;
      for (const row of table.tBodies[0].rows) {
        row.dataset.tone = row.cells[verdict].textContent.trim().replaceAll(" ", "-");
      }
      explore(chapter, table);
    }
  }
})();

"use strict";
(function () {
  // What a chapter shows is narrowed by words, all of which a row must have. "blocks=24", "L>10" and
  // the like ask a table's column, or what a name says: he:multiplier=2 has a multiplier.
  const ASKED = /^([^<>=]+)(<=|>=|=|<|>)(.+)$/;
  const CHECKS = {
    "=": (a, b) => a === b, "<": (a, b) => a < b, ">": (a, b) => a > b,
    "<=": (a, b) => a <= b, ">=": (a, b) => a >= b,
  };

  function holds(text, sign, wanted) {
    const a = Number(text), b = Number(wanted);
    if (text.trim() !== "" && !isNaN(a) && !isNaN(b)) return CHECKS[sign](a, b);
    return sign === "=" && text.trim().toLowerCase() === wanted;
  }

  // Whether the text, with the values of its columns by name, has every word.
  function matches(words, text, columns) {
    const lower = text.toLowerCase();
    return words.every((word) => {
      const asked = word.match(ASKED);
      if (!asked) return lower.includes(word);
      const [, name, sign, wanted] = asked;
      if (columns && name in columns) return holds(columns[name], sign, wanted);
      for (const [, key, value] of lower.matchAll(/([\w-]+)=([^\s,]+)/g)) {
        if (key === name) return holds(value, sign, wanted);
      }
      return false;
    });
  }

  function columnsOf(row, names) {
    return Object.fromEntries(names.map((name, place) => [name, row.cells[place].textContent]));
  }

  // Whether rows of the table can answer: those of a law over depth know no single depth.
  function answers(table, names, word) {
    const asked = word.match(ASKED);
    return !asked || names.includes(asked[1]) || table.tBodies[0].textContent.includes(`${asked[1]}=`);
  }

  function filterTable(table, every) {
    const names = Array.from(table.tHead.rows[0].cells, (cell) => cell.textContent.trim().toLowerCase());
    if (names[0] !== "arm" && names[0] !== "key") return 0;
    const words = every.filter((word) => answers(table, names, word));
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      row.hidden = !matches(words, row.textContent, columnsOf(row, names));
      shown += !row.hidden;
    }
    return shown;
  }

  // Lines of other arms are faded out, unless a chart has none that matches.
  function filterChart(figure, words) {
    const keys = Array.from(figure.querySelectorAll(".legend [data-colour]"));
    const fitting = keys.filter((key) => matches(words, key.textContent, null));
    for (const key of keys) {
      const out = fitting.length > 0 && !fitting.includes(key);
      key.classList.toggle("out", out);
      for (const line of figure.querySelectorAll(`.plot [data-colour="${key.dataset.colour}"]`)) {
        line.classList.toggle("out", out);
      }
    }
  }

  function filterChapter(chapter, text, said) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let arms = 0, all = 0;
    for (const table of chapter.querySelectorAll("table.standings, table.sortable")) {
      const shown = filterTable(table, words);
      if (table.matches(".standings")) {
        arms += shown;
        all += table.tBodies[0].rows.length;
      }
    }
    for (const folded of chapter.querySelectorAll("details.arms")) {
      if (words.length) folded.open = true;
    }
    for (const figure of chapter.querySelectorAll("figure.chart")) filterChart(figure, words);
    said.textContent = words.length ? `${arms} of ${all} arms match` : "";
    chapter.dispatchEvent(new Event("filtered"));
  }

  let number = 0;
  for (const chapter of document.querySelectorAll("section.chapter")) {
    const first = chapter.querySelector("table.standings");
    if (!first) continue;
    number += 1;
    const bar = document.createElement("p");
    bar.className = "filter";
    const label = document.createElement("label");
    label.htmlFor = `filter${number}`;
    label.textContent = "Show only";
    const input = document.createElement("input");
    Object.assign(input, { id: label.htmlFor, type: "search", autocomplete: "off", spellcheck: false });
    input.placeholder = first.dataset.example;
    const said = document.createElement("output");
    said.htmlFor = input.id;
    bar.append(label, input, said);
    first.before(bar);
    input.addEventListener("input", () => filterChapter(chapter, input.value, said));
  }
})();

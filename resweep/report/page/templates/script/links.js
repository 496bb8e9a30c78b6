"use strict";
(function () {
  // The key of a run leads to its part of the page; a heading has a link to itself, to send around.
  for (const chapter of document.querySelectorAll("section.chapter")) {
    const place = chapter.querySelector("h2").id;
    for (const table of chapter.querySelectorAll("table.sortable")) {
      if (table.tHead.rows[0].cells[0].textContent.trim() !== "key") continue;
      for (const row of table.tBodies[0].rows) {
        const cell = row.cells[0], id = place + "r" + cell.textContent.trim();
        if (!document.getElementById(id)) continue;
        const link = document.createElement("a");
        link.href = "#" + id;
        link.append(...cell.childNodes);
        cell.append(link);
      }
    }
  }
  for (const heading of document.querySelectorAll("h2[id], h3[id]")) {
    const link = document.createElement("a");
    link.href = "#" + heading.id;
    link.className = "anchor";
    link.textContent = "#";
    link.setAttribute("aria-label", "Link to " + heading.textContent);
    heading.append(" ", link);
  }

  function open() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
    }
    if (target && target.tagName === "DETAILS") target.scrollIntoView();
  }
  window.addEventListener("hashchange", open);
  open();
})();

"""The page: one self-contained file with tables that sort and charts that answer the pointer.

It computes nothing, and it trusts nothing: Jinja escapes every string, the policy in the page's
head admits no script but its own, known by its hash, and nothing can be fetched.
"""

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from resweep import __version__
from resweep.printable import printable
from resweep.report.charts.chart import Chart
from resweep.report.charts.colours import light, rgb
from resweep.report.charts.heat_map import HeatCell, HeatMap
from resweep.report.numbers import fixed, from_log10
from resweep.report.page import heat_width
from resweep.report.page.assets import TEMPLATES, script, style
from resweep.report.page.powers import raised
from resweep.report.page.records import Chapter
from resweep.report.page.svg import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Drawing, drawing
from resweep.report.page.table_width import fitted

FRAME = {
    "width": WIDTH,
    "height": HEIGHT,
    "left": LEFT,
    "right": RIGHT,
    "top": TOP,
    "bottom": BOTTOM,
}


def document(
    title: str,
    subtitle: str,
    chapters: Sequence[Chapter],
    notes: Sequence[str] = (),
    watch: float = 0,
) -> str:
    """The whole document as text; `notes` are sentences that concern all of it.

    With `watch`, the open page loads itself again after so many seconds, and keeps what its reader
    did.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["printable"] = lambda text: printable(str(text))
    environment.filters["raised"] = raised
    text = script()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return environment.get_template("page.html").render(
        title=title,
        subtitle=subtitle,
        chapters=[_chapter(chapter, place) for place, chapter in enumerate(chapters, 1)],
        notes=notes,
        watch=watch,
        version=__version__,
        style=style(),
        script=text,
        digest=digest,
        frame=FRAME,
    )


def _chapter(chapter: Chapter, number: int) -> dict[str, Any]:
    """What the template is given of a chapter, the `number`th; empty sections are left out."""
    sections = []
    for section in chapter.sections:
        if section:
            sections.append(
                {
                    "title": section.title,
                    "words": section.words,
                    "reasons": section.reasons,
                    "parts": section.parts,
                    "tables": [fitted(sheet) for sheet in section.sheets],
                    "drawings": _drawings(section.charts),
                    "fold": section.fold,
                    "folded": _drawings(section.folded),
                    "heats": [_heat(heat) for heat in section.heats],
                }
            )
    return {
        "number": number,
        "title": chapter.title,
        "answer": chapter.answer,
        "heats": [_heat(heat) for heat in chapter.heats],
        "sections": sections,
    }


def _drawings(charts: Sequence[Chart]) -> list[Drawing]:
    drawings = [drawing(chart) for chart in charts]
    return [drawn for drawn in drawings if drawn]


def _heat(heat: HeatMap) -> dict[str, Any]:
    """A heat map with the colours of its cells, its rows from the highest down as on a graph."""
    rows = []
    for text, cells in zip(heat.row_texts, heat.cells, strict=True):
        rows.append({"text": text, "cells": [_cell(heat, cell) for cell in cells]})
    extent = heat.extent()
    scale = [from_log10(v) if heat.log else fixed(v) for v in extent] if extent else []
    colours = ", ".join(f"rgb{rgb(i / 8)}" for i in range(9))
    return {
        "heat": heat,
        "classes": heat_width.classes(heat),
        "rows": rows[::-1],
        "scale": scale,
        "colours": colours,
    }


def _cell(heat: HeatMap, cell: HeatCell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    level = heat.level(cell)
    if level is None:
        return {"cell": cell, "background": "", "ink": ""}
    ink = "#000" if light(level) else "#fff"
    return {"cell": cell, "background": f"rgb{rgb(level)}", "ink": ink}

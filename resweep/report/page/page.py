"""The page: one self-contained file with tables that sort and charts that answer the pointer. It computes nothing.

No string becomes markup: Jinja escapes all of them, the policy in the page's head admits no script but its own, known
by its hash, and nothing can be fetched.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resweep import __version__
from resweep.report.charts.chart import Chart, HeatMap, Square
from resweep.report.charts.colours import light, rgb
from resweep.report.numbers import fixed, from_log10
from resweep.report.page.svg import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Drawing, drawing
from resweep.report.page.table_width import BREAKPOINTS, table
from resweep.report.sheet import Sheet
from resweep.report.text import printable

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Section:
    """A heading over tables, charts and heat maps; `words` say what is shown and what is left out. Empty ones go."""

    title: str
    words: tuple[str, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    charts: tuple[Chart, ...] = ()
    heats: tuple[HeatMap, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sheets or self.charts or self.heats)


@dataclass(frozen=True)
class Chapter:
    """The results of one dataset; results of different data never meet in a table or chart."""

    title: str
    verdicts: tuple[tuple[str, str, str], ...]  # arm, word, why
    sections: tuple[Section, ...]


def page(title: str, subtitle: str, chapters: Sequence[Chapter], notes: Sequence[str] = ()) -> str:
    """The whole document; `notes` are sentences that concern all of it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["printable"] = lambda text: printable(str(text))
    script = _read("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment.get_template("page.html").render(
        title=title,
        subtitle=subtitle,
        chapters=[_drawn(chapter) for chapter in chapters],
        notes=notes,
        version=__version__,
        style=_style(),
        script=script,
        digest=digest,
        frame={
            "width": WIDTH,
            "height": HEIGHT,
            "left": LEFT,
            "right": RIGHT,
            "top": TOP,
            "bottom": BOTTOM,
        },
    )


def _style() -> str:
    """The page's style, with the rules that turn a table into cards in a narrow window or on paper."""
    cards = _read("cards.css")
    narrow = (
        f"@media screen and (max-width: {point - 1}px) {{\n{cards.replace('TABLE', f'.sortable.t{point}')}}}\n"
        for point in BREAKPOINTS
    )
    printed = f"@media print {{\n{cards.replace('TABLE', '.sortable.wide')}.sortable.wide thead {{ display: none; }}\n}}\n"
    return "".join((_read("page.css"), *narrow, printed))


def _read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _drawn(chapter: Chapter) -> dict[str, Any]:
    sections = [
        {
            "title": section.title,
            "words": section.words,
            "tables": [table(sheet) for sheet in section.sheets],
            "drawings": _drawings(section.charts),
            "heats": [_heat(heat) for heat in section.heats],
        }
        for section in chapter.sections
        if section
    ]
    return {"title": chapter.title, "verdicts": chapter.verdicts, "sections": sections}


def _drawings(charts: Sequence[Chart]) -> list[Drawing]:
    return [found for chart in charts if (found := drawing(chart))]


def _heat(heat: HeatMap) -> dict[str, Any]:
    """Rows from the highest down, as a graph has them; each cell with its colours."""
    rows = [
        {"text": text, "cells": [_cell(heat, square) for square in squares]}
        for text, squares in zip(heat.row_texts, heat.squares, strict=True)
    ]
    extent = heat.extent()
    scale = [from_log10(v) if heat.log else fixed(v) for v in extent] if extent else []
    colours = ", ".join(f"rgb{rgb(i / 8)}" for i in range(9))
    return {"heat": heat, "rows": rows[::-1], "scale": scale, "colours": colours}


def _cell(heat: HeatMap, square: Square | None) -> dict[str, Any] | None:
    level = heat.level(square)
    if square is None:
        return None
    if level is None:
        return {"square": square, "background": "", "ink": ""}
    return {
        "square": square,
        "background": f"rgb{rgb(level)}",
        "ink": "#000" if light(level) else "#fff",
    }

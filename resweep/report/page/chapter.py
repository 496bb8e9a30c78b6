"""The chapters of a page: which sections each has, in which order."""

from collections.abc import Sequence
from dataclasses import replace

from resweep.report.charts.heat_map import HeatMap
from resweep.report.material import Material
from resweep.report.page.answer import answer_block
from resweep.report.page.records import Chapter, Section
from resweep.report.page.sections import (
    arms_section,
    critical_section,
    depth_section,
    heat_section,
    learning_section,
    parts_section,
    profile_section,
    provenance_section,
    runs_section,
    sensitivity_section,
    trend_section,
)
from resweep.report.sheet import Sheet

MANY = 15  # arms that are taken in as rows


def chapter(material: Material) -> Chapter:
    """The chapter on one dataset: the answer, charts, then tables of everything.

    Many arms over scale and depth are one map, which then stands before their rows.
    Empty sections are left out when the page is written.
    """
    sections: list[Section] = [trend_section(material)]
    first: tuple[HeatMap, ...] = ()
    if material.survey:
        heats = heat_section(material.survey)
        if _is_answer(heats, len(material.answer.standings)):
            first = heats.heats
        else:
            sections.append(heats)
    sections += [learning_section(material), profile_section(material)]
    if material.survey:
        sections += [
            sensitivity_section(material.survey),
            depth_section(material.survey),
            critical_section(material.survey),
        ]
    sections += [
        arms_section(material.comparison),
        runs_section(material),
        parts_section(material),
        provenance_section(material.listed),
    ]
    return Chapter(material.data_name, tuple(sections), answer_block(material.answer), first)


def _is_answer(heats: Section, arms: int) -> bool:
    """Whether one whole map holds most of many arms."""
    if len(heats.heats) != 1 or heats.words or arms <= MANY:
        return False
    return 2 * len(heats.heats[0].run_cells()) > arms


def progress_chapter(sheets: Sequence[Sheet]) -> Chapter | None:
    """The chapter on sweeps and studies that are not done, from their tables; None without any."""
    if not sheets:
        return None
    sections = []
    for sheet in sheets:
        title = sheet.title[:1].upper() + sheet.title[1:]
        sections.append(Section(title, sheets=(replace(sheet, title=""),)))
    return Chapter("Sweeps and studies", tuple(sections))

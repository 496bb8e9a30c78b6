"""The chapters of a page: which sections each has, in which order."""

from collections.abc import Sequence
from dataclasses import replace

from resweep.report import shared_fields
from resweep.report.charts.chart import COLOURS
from resweep.report.material import Material
from resweep.report.page.records import Chapter, Section
from resweep.report.page.sections import (
    arms_section,
    critical_section,
    depth_section,
    heat_section,
    learning_section,
    profile_section,
    provenance_section,
    runs_section,
    sensitivity_section,
)
from resweep.report.sheet import Sheet

VERDICTS = 2 * COLOURS  # arms whose verdicts stand at the top of a chapter; of more, none do


def chapter(material: Material) -> Chapter:
    """The chapter on one dataset; empty sections are left out when the page is written."""
    sections: list[Section] = [
        arms_section(material.comparison),
        learning_section(material),
        profile_section(material),
    ]
    if material.survey:
        sections += [
            heat_section(material.survey),
            sensitivity_section(material.survey),
            depth_section(material.survey),
            critical_section(material.survey),
        ]
    sections += [runs_section(material), provenance_section(material.listed)]
    return Chapter(material.data_name, _verdicts(material), tuple(sections))


def _verdicts(material: Material) -> tuple[tuple[str, str, str], ...]:
    arms = material.comparison.arms
    if len(arms) > VERDICTS:
        return ()
    names = shared_fields.names([arm.experiment for arm in arms], [arm.arm for arm in arms])
    return tuple((name, arm.verdict, arm.reason) for name, arm in zip(names, arms, strict=True))


def progress_chapter(sheets: Sequence[Sheet]) -> Chapter | None:
    """The chapter on sweeps and studies that are not done, from their tables; None without any."""
    if not sheets:
        return None
    sections = []
    for sheet in sheets:
        title = sheet.title[:1].upper() + sheet.title[1:]
        sections.append(Section(title, sheets=(replace(sheet, title=""),)))
    return Chapter("Sweeps and studies", (), tuple(sections))

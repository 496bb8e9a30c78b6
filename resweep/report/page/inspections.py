"""The chapter on inspections: a row for each network that was read before any training."""

from collections.abc import Sequence
from dataclasses import replace

from resweep.numerals import counted
from resweep.outcome.question import Answer
from resweep.report.numbers import DASH
from resweep.report.page.records import Chapter, Section
from resweep.report.tables.inspections import inspections_table, unusual

MORE = (
    "The newest inspection comes first. resweep show KEY prints one of them whole: every block, "
    "and the law behind each weight."
)
NAMED = 3  # networks that the sentence names


def inspections_chapter(answers: Sequence[Answer]) -> Chapter | None:
    """One section with a table of all inspections; None without any."""
    if not answers:
        return None
    sheet = replace(inspections_table(answers), title="")
    words = (_sentence(answers), MORE)
    return Chapter("Inspections", (Section("Networks at step 0", words, (sheet,)),))


def _sentence(answers: Sequence[Answer]) -> str:
    """How many inspections found a sound network, which did not, and where parameters are unusual.

    `2 of 3 inspections found a sound network; unstable: net.py:a; unusual parameters: net.py:a.`
    """
    by_status: dict[str, list[str]] = {}
    for one in answers:
        by_status.setdefault(one.inspection.status, []).append(one.question.called)
    sound = len(by_status.pop("sound", []))
    parts = [f"{sound} of {counted(len(answers), 'inspection')} found a sound network"]
    parts += [f"{status}: {_listed(names)}" for status, names in by_status.items()]
    odd = [one.question.called for one in answers if unusual(one.inspection) != DASH]
    if odd:
        parts.append(f"unusual parameters: {_listed(odd)}")
    return f"{'; '.join(parts)}."


def _listed(names: Sequence[str]) -> str:
    """The names, those that repeat once; of many some and how many more there are."""
    distinct = list(dict.fromkeys(names))
    shown = distinct[:NAMED]
    if len(distinct) > NAMED:
        shown.append(f"{len(distinct) - NAMED} more")
    return ", ".join(shown)

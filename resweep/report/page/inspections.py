"""The chapter on inspections: a row for each network that was read before any training."""

from collections.abc import Sequence
from dataclasses import replace

from resweep.outcome.question import Answer
from resweep.report.page.records import Chapter, Section
from resweep.report.tables.inspections import inspections_table

WORDS = (
    "What each network shows at step 0, the newest inspection first.",
    "`resweep show KEY` prints one of them whole: every block, and the law behind each weight.",
)


def inspections_chapter(answers: Sequence[Answer]) -> Chapter | None:
    """One section with a table of all inspections; None without any."""
    if not answers:
        return None
    sheet = replace(inspections_table(answers), title="")
    return Chapter("Inspections", (Section("Networks at step 0", WORDS, (sheet,)),))

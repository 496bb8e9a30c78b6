"""The chapter on studies: trials, what matters, history, slices, and fields side by side."""

from collections.abc import Sequence
from dataclasses import replace

from resweep.plans.trials import Summary
from resweep.report.charts.study import study_charts
from resweep.report.page.records import Chapter, Section
from resweep.report.tables.trials import importance_table, trials_table


def studies_chapter(summaries: Sequence[Summary], studies: int) -> Chapter | None:
    """A section for each study; None without any. `studies` counts those of the store."""
    sections: list[Section] = []
    for summary in summaries:
        found = trials_table(summary)
        words: tuple[str, ...] = (found.title[:1].upper() + found.title[1:] + ".",)
        if not sections and len(summaries) < studies:
            words += (f"The newest {len(summaries)} of {studies} studies are shown.",)
        sheets = [replace(found, title="")]
        if summary.importance:
            sheets.append(importance_table(summary))
        charts = tuple(study_charts(summary))
        sections.append(Section(f"Study {summary.name}", words, tuple(sheets), charts))
    return Chapter("Studies", tuple(sections)) if sections else None

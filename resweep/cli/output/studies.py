"""The studies beside a store, for the page; Optuna is imported where there are any."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resweep.plans.trials import Summary
    from resweep.store import Store

SHOWN = 5  # studies that a page shows, the newest


def summaries(store: "Store") -> "tuple[list[Summary], int]":
    """What the newest studies have found, and how many studies there are."""
    begun = store.study_progress()
    if not begun:
        return [], 0
    from resweep.plans.study_storage import storage
    from resweep.plans.study_summary import load, summarize
    from resweep.store.beside import studies_url

    kept = storage(studies_url(store.url, create=False), create=False)
    return [summarize(load(one.name, kept), "ped-anova") for one in begun[:SHOWN]], len(begun)

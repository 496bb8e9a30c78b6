"""What every word of the tables means, in a line each, for `resweep help words` and the page.

`glossary` is the one source of these texts. A test holds it to the columns that the tables have, to
the words that statuses, verdicts and differences can take, and to the metrics of a real run.
"""

from collections.abc import Sequence
from typing import NamedTuple

from resweep import registry
from resweep.experiment import Experiment
from resweep.outcome.facts import RULES
from resweep.outcome.metrics import METRICS, PROFILES
from resweep.report.words.columns import COLUMNS
from resweep.report.words.verdicts import FINDINGS, VERDICTS


class Word(NamedTuple):
    """A word as the tables write it, and what it means in one line."""

    name: str
    line: str


class Part(NamedTuple):
    """The words of one kind, under a title."""

    title: str
    words: tuple[Word, ...]


def glossary() -> tuple[Part, ...]:
    """Return every word of the tables with its line, by kind, in a good order for reading."""
    fields = {name: str(f.description) for name, f in Experiment.model_fields.items()}
    kinds = {
        "status of a run": dict(RULES),
        "verdict on an arm, from the statuses of its runs": VERDICTS,
        "difference between two arms": FINDINGS,
        "columns": COLUMNS,
        "metrics of a run": METRICS,
        "profiles of a run, a value for each block": PROFILES,
        "fields of an experiment": fields,
    }
    return tuple(Part(title, _words(lines)) for title, lines in kinds.items())


def _words(lines: dict[str, str]) -> tuple[Word, ...]:
    return tuple(Word(name, line) for name, line in lines.items())


def look_up(names: Sequence[str]) -> tuple[Part, ...]:
    """Return the parts of the glossary that hold one of `names`, with these words alone.

    A name may have dashes or spaces for underscores. Raises UsageError for a name that no part has.
    """
    parts = glossary()
    known = {_plain(word.name): word.name for part in parts for word in part.words}
    for name in names:
        if _plain(name) not in known:
            registry.check("word", name, tuple(dict.fromkeys(known.values())))
    wanted = set(map(_plain, names))
    chosen = (
        Part(part.title, tuple(word for word in part.words if _plain(word.name) in wanted))
        for part in parts
    )
    return tuple(part for part in chosen if part.words)


def meaning(metric: str) -> str:
    """Return the line of a metric; "" for one of somebody else's probe."""
    return METRICS.get(metric, "")


def _plain(name: str) -> str:
    return name.lower().replace("-", " ").replace("_", " ")

"""Tables, means and paragraphs of docs/paper.md."""

import math
import statistics
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from paper_figures import Row
from paper_results import Result

from resweep.numerals import counted as counted_words
from resweep.report.numbers import number

WIDTH = 120


def paragraph(*parts: str) -> str:
    """A paragraph of Markdown at the width of the pages."""
    filled = textwrap.fill("".join(parts), WIDTH, break_long_words=False, break_on_hyphens=False)
    return f"\n{filled}\n"


def accuracies(group: Iterable[Row], name: str = "first_epoch_accuracy") -> list[float]:
    """Those that were measured."""
    return [row[name] for row in group if name in row]


def spread(group: Sequence[Row], name: str = "first_epoch_accuracy") -> tuple[str, str, str, str]:
    """Mean, sample standard deviation, lowest and highest; dashes where there is none."""
    values = accuracies(group, name)
    if not values:
        return "", "", "", ""
    sd = digits(statistics.stdev(values)) if len(values) > 1 else ""
    return digits(statistics.mean(values)), sd, digits(min(values)), digits(max(values))


def with_error(values: Sequence[float]) -> str:
    """Mean and standard error."""
    if len(values) < 2:
        return number(values[0])
    error = statistics.stdev(values) / math.sqrt(len(values))
    return f"{number(statistics.mean(values))} ± {number(error)}"


def digits(value: float | None) -> str:
    """An accuracy in three digits."""
    return "" if value is None else f"{value:.3f}"


def counted(group: Iterable[Row]) -> str:
    """How many runs have each status."""
    found = Counter(row["status"] for row in group)
    return ", ".join(f"{count} {status}" for status, count in found.most_common())


def picture(result: Result, caption: str) -> str:
    """The figure of a result."""
    return f"![{caption}](figures/{result['sweep']}.svg)\n"


def lines(table: Sequence[Sequence[str]]) -> Iterator[str]:
    """A Markdown table, of which the first row is the header."""
    header, *body = table
    yield f"\n| {' | '.join(header)} |\n|{':---|' * len(header)}\n"
    for row in body:
        yield f"| {' | '.join(row)} |\n"


def size(result: Result) -> str:
    """The size at which it ran."""
    fixed = result["fixed"]
    words = [counted_words(fixed[name], *texts) for name, *texts in SIZES if name in fixed]
    return paragraph(f"At {', '.join(words)}.")


SIZES = (
    ("blocks", "block"),
    ("channels", "channel"),
    ("kernel", "pixel of kernel width", "pixels of kernel width"),
    ("train_size", "training image"),
    ("epochs", "epoch"),
    ("batch_size", "image a batch", "images a batch"),
)

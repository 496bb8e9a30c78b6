"""Sparklines: a learning curve on one line of text."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from resweep.outcome import Epoch
from resweep.printable import printable
from resweep.report.numbers import fixed

BARS = "▁▂▃▄▅▆▇█"
METRICS = (
    ("train_loss", "training loss"),
    ("test_loss", "test loss"),
    ("test_accuracy", "test accuracy"),
)
MOST = 60  # bars on a line; of more epochs, every second, third, ... is drawn


@dataclass(frozen=True)
class SparkCurve:
    """A run's learning curve: for each metric its first value, one bar an epoch, its last value."""

    epochs: Sequence[Epoch]

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        step = -(-len(self.epochs) // MOST)
        last = self.epochs[-1]
        thinned = [*self.epochs[:-1:step], last]
        every = f", every {step} epochs" if step > 1 else ""
        title = f"learning curve: first value, epochs 1 to {last.epoch}{every}, last value"
        yield Text(title, "bold")
        for name, words in METRICS:
            values = [getattr(epoch, name) for epoch in thinned]
            bars = spark(values, options.ascii_only)
            line = f"{words:>13} {fixed(values[0]):>6} {bars} {fixed(values[-1])}"
            yield Text(line, overflow="fold")


def spark(values: Sequence[float], ascii_only: bool = False) -> str:
    """One bar a value, the lowest and the highest value having the lowest and the highest bar.

    Values that are not finite are written as `x`. ASCII has no bars: the digits 0 to 7 stand for
    them.
    """
    finite = [value for value in values if math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    bars = "".join(bar(value, low, high) if math.isfinite(value) else "x" for value in values)
    return printable(bars, ascii_only)


def bar(value: float, low: float, high: float) -> str:
    """The bar of one value on a scale from `low` to `high`."""
    share = (value - low) / ((high - low) or 1.0)
    return BARS[round(share * (len(BARS) - 1))]

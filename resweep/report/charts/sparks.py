"""Sparklines: a curve in one line of text."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from resweep.outcome import Epoch
from resweep.report.numbers import fixed

BARS = "▁▂▃▄▅▆▇█"
DIGITS = "01234567"
SHOWN = (
    ("train_loss", "training loss"),
    ("test_loss", "test loss"),
    ("test_accuracy", "test accuracy"),
)
MOST = 60  # epochs in a line; of more, every second, third, ...


@dataclass(frozen=True)
class Curve:
    """A run's learning curve: for each metric its first value, a bar an epoch, its last value."""

    epochs: Sequence[Epoch]

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        step = -(-len(self.epochs) // MOST)
        thinned = [*self.epochs[:-1:step], self.epochs[-1]]
        every = f", every {step} epochs" if step > 1 else ""
        yield Text(
            f"learning curve: first value, epochs 1 to {self.epochs[-1].epoch}{every}, last value",
            "bold",
        )
        for name, words in SHOWN:
            values = [getattr(epoch, name) for epoch in thinned]
            bars = spark(values, options.ascii_only)
            yield Text(
                f"{words:>13} {fixed(values[0]):>6} {bars} {fixed(values[-1])}", overflow="fold"
            )


def spark(values: Sequence[float], ascii_only: bool = False) -> str:
    """One bar a value from the lowest to the highest, `x` where it is not finite; digits 0 to 7 in ASCII."""
    bars = DIGITS if ascii_only else BARS
    finite = [v for v in values if math.isfinite(v)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    span = (high - low) or 1.0
    return "".join(
        bars[round((v - low) / span * (len(bars) - 1))] if math.isfinite(v) else "x" for v in values
    )

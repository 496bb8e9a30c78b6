"""The words of `--device`, told apart without torch, so that a wrong one is refused at once."""

import re

from resweep.errors import UsageError

WORD = re.compile(r"auto|cpu|mps|(cuda|xpu)(:[0-9]{1,3})?")


def check(word: str) -> None:
    """Raise UsageError for a word that names no device on any machine."""
    if not WORD.fullmatch(word):
        raise UsageError(f"unknown device {word!r}: use auto, cpu, cuda, cuda:0, mps or xpu")

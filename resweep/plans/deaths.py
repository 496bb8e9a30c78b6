"""How often the worker of an experiment may die before the experiment itself is held at fault."""

from collections import Counter

MOST_TRIES = 3


class Deaths:
    """Counts the workers that died over each experiment, for plans that no store counts for."""

    def __init__(self) -> None:
        self._by_key: Counter[str] = Counter()

    def another_try(self, key: str) -> bool:
        """Count one death; return whether the experiment of that key may be tried again."""
        self._by_key[key] += 1
        return self._by_key[key] < MOST_TRIES

"""CIFAR-10's names (Krizhevsky, 2009): the ten classes in their canonical order, and other words for them."""

from collections.abc import Iterable

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SHAPE = (3, 32, 32)
TRAIN, TEST = 50_000, 10_000
ALIASES = {"plane": "airplane", "aeroplane": "airplane", "car": "automobile", "auto": "automobile"}


def canonical(name: str) -> str:
    """CIFAR-10's own word for a class folder's name (`Car` -> `automobile`), or the name itself in lower case."""
    return ALIASES.get(name.lower(), name.lower())


def matches(names: Iterable[str]) -> bool:
    """Whether these are CIFAR-10's ten classes, each once."""
    return sorted(map(canonical, names)) == list(CLASSES)

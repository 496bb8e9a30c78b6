"""CIFAR-10's sizes and class names (Krizhevsky 2009), and other names that are in use for them."""

from collections.abc import Iterable

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SHAPE = (3, 32, 32)
ALIASES = {"plane": "airplane", "aeroplane": "airplane", "car": "automobile", "auto": "automobile"}


def canonical(name: str) -> str:
    """CIFAR-10's own name for a class (`Car` -> `automobile`), else the name in lower case."""
    return ALIASES.get(name.lower(), name.lower())


def matches(names: Iterable[str]) -> bool:
    """Whether these are the names of CIFAR-10's ten classes, each once."""
    return sorted(map(canonical, names)) == list(CLASSES)

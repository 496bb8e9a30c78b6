"""The only dataset I/O: find CIFAR-10, an ImageFolder tree or the built-in set, and load it as uint8 arrays."""

from resweep.data.images import Images, load
from resweep.data.search import find
from resweep.data.source import Source

__all__ = ["Images", "Source", "find", "load"]

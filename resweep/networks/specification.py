"""The specification of a network, as users write it.

    resnet                              the built-in network, which the other fields describe
    torchvision:resnet18                a model of torchvision, untrained
    timm:convnext_tiny                  a model of timm, untrained
    hf:gpt2                             a model of Transformers, made from its configuration alone
    package.module:factory              what a function or class of an installed module returns
    path/to/file.py:factory             the same of a file

After an `@` stands the state of its source: the version of the library, or the first 12 digits of
the sha256 of the file. `resweep.networks.source.pinned` adds it.
"""

import re
from typing import NamedTuple

from resweep.errors import UsageError

BUILT_IN = "resnet"
LIBRARIES = {"torchvision": "torchvision", "timm": "timm", "hf": "transformers"}
FORMS = (
    f"say {BUILT_IN}, torchvision:NAME, timm:NAME, hf:NAME, package.module:factory or "
    "path/file.py:factory"
)
WRITTEN = re.compile(r"(?P<place>[^@]+?):(?P<name>[^:@]+)(@(?P<pin>[0-9A-Za-z.!-]+))?")
DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
MODEL = re.compile(r"[\w./-]+")


class Specification(NamedTuple):
    """A network of somebody else.

    place    a prefix of LIBRARIES, a dotted module, or the path of a file that ends in .py
    name     the name of the model, or of the factory in that place
    pin      the state of the source that was named, "" where none was
    """

    place: str
    name: str
    pin: str = ""

    @property
    def library(self) -> str:
        """The distribution that has the model; "" for a factory of a module or a file."""
        return LIBRARIES.get(self.place, "")

    @property
    def is_file(self) -> bool:
        """Whether the factory is in a file that is named by its path."""
        return self.place.endswith(".py")

    @property
    def bare(self) -> str:
        """The text without the state of the source."""
        return f"{self.place}:{self.name}"

    def __str__(self) -> str:
        return f"{self.bare}@{self.pin}" if self.pin else self.bare


def _meant(text: str) -> str:
    """What a text that lacks its other half may have meant; else ""."""
    if text.endswith(".py"):
        return f"name a function or class of it, as in {text}:resnet; "
    if MODEL.fullmatch(text) and text not in LIBRARIES:
        return f"did you mean torchvision:{text} or timm:{text}? "
    return ""


def parse(text: str) -> Specification:
    """Return the parts of a specification that is not the built-in network.

    Raises UsageError for a text that has none of the forms.
    """
    written = WRITTEN.fullmatch(text.strip())
    if written is None or not text.isprintable():
        raise UsageError(f"network {text!r} cannot be read: {_meant(text.strip())}{FORMS}")
    place, name = written["place"], written["name"]
    in_library = place in LIBRARIES and MODEL.fullmatch(name)
    in_code = place.endswith(".py") or DOTTED.fullmatch(place)
    if not in_library and not (in_code and DOTTED.fullmatch(name)):
        raise UsageError(f"network {text!r} cannot be read: {FORMS}")
    return Specification(place, name, written["pin"] or "")

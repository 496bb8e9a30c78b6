"""The directory is the registry: a module's file name is the name that users type.

`nets/schemes/depth_scaled.py` is the scheme `depth-scaled`. Underscores become dashes, and a module
is imported only when its name is asked for. To add a scheme, a block or a probe is to add a file.
"""

import difflib
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from resweep.errors import UsageError

# What other programs and papers call things, and our word for it.
SYNONYMS = {
    "accuracy": "final_accuracy",
    "act": "activation",
    "arg": "arguments",
    "args": "arguments",
    "batch": "batch_size",
    "batch_norm": "residual-bn",
    "bs": "batch_size",
    "default": "torch-default",
    "depth": "blocks",
    "depth_scaling": "depth-scaled",
    "dtype": "precision",
    "kaiming": "he",
    "kernel_size": "kernel",
    "layers": "blocks",
    "learning_rate": "lr",
    "msra": "he",
    "nonlinearity": "activation",
    "random_seed": "seed",
    "resnet": "residual",
    "swish": "silu",
    "taki": "depth-scaled",
    "vgg": "plain",
    "wd": "weight_decay",
    "width": "channels",
    "xavier": "glorot",
}


@cache
def names(package: str) -> tuple[str, ...]:
    """Return the names of the modules directly in `package`, sorted, as users type them.

    `package` is a dotted name such as `resweep.nets.schemes`. A file whose name begins with an
    underscore is left out.
    """
    stems = [file.stem for file in folder(package).glob("*.py")]
    return tuple(sorted(stem.replace("_", "-") for stem in stems if not stem.startswith("_")))


def folder(package: str) -> Path:
    """Return the folder of a package of resweep."""
    return Path(__file__).parent.joinpath(*package.split(".")[1:])


def path(package: str, name: str) -> Path:
    """Return the file of the module of `package` that users call `name`."""
    return folder(package) / f"{name.replace('-', '_')}.py"


def load(package: str, name: str) -> ModuleType:
    """Import and return the module of `package` that users call `name`.

    Raises UsageError, listing all names of the package, if there is no such module.
    """
    kind = package.rsplit(".", 1)[1].rstrip("s")
    check(kind, name, names(package))
    return import_module(f"{package}.{name.replace('-', '_')}")


def check(kind: str, name: str, known: Sequence[str]) -> str:
    """Return `name` if it is one of `known`.

    Otherwise raise UsageError: it calls the name an unknown `kind`, and proposes the nearest match,
    or lists `known` where none is near.
    """
    if name in known:
        return name
    meant = SYNONYMS.get(name.lower().replace("-", "_"))
    near = [meant] if meant in known else difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
    raise UsageError(f"unknown {kind} {name!r}: {hint}")

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
    "acc": "final_accuracy",
    "accuracy": "final_accuracy",
    "act": "activation",
    "arg": "arguments",
    "args": "arguments",
    "batch": "batch_size",
    "batch_norm": "residual-bn",
    "batchnorm": "residual-bn",
    "bs": "batch_size",
    "data_dir": "data",
    "database": "store",
    "db": "store",
    "default": "torch-default",
    "depth": "blocks",
    "depth_scaling": "depth-scaled",
    "dtype": "precision",
    "epoch": "epochs",
    "init": "scheme",
    "initialization": "scheme",
    "initializer": "scheme",
    "jobs": "workers",
    "kaiming": "he",
    "kernel_size": "kernel",
    "layers": "blocks",
    "learning_rate": "lr",
    "model": "network",
    "msra": "he",
    "n_blocks": "blocks",
    "n_layers": "blocks",
    "nonlinearity": "activation",
    "num_blocks": "blocks",
    "num_epochs": "epochs",
    "num_layers": "blocks",
    "num_workers": "workers",
    "prenorm": "preact",
    "random_seed": "seed",
    "resnet": "residual",
    "swish": "silu",
    "taki": "depth-scaled",
    "val_acc": "final_accuracy",
    "vanilla": "plain",
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
    near = nearest(name, known)
    hint = f"did you mean {near!r}?" if near else f"known: {', '.join(known) or 'none'}"
    raise UsageError(f"unknown {kind} {name!r}: {hint}")


def canonical(kind: str, name: str, known: Sequence[str]) -> str:
    """Return `name` if it is one of `known`, or the one that it is a synonym of, such as xavier.

    Otherwise raise UsageError as `check` does.
    """
    ours = SYNONYMS.get(_plain(name), "")
    if name not in known and ours in known:
        return ours
    return check(kind, name, known)


def nearest(name: str, known: Sequence[str], like: float = 0.6) -> str | None:
    """Return the one of `known` that `name` is most like, by itself or by a synonym; or None.

    `like` is how alike they must be, from 0 to 1.
    """
    plain = {_plain(word): word for word in known}
    meaning = {other: ours for other, ours in SYNONYMS.items() if ours in known}
    candidates = meaning | plain
    near = difflib.get_close_matches(_plain(name), candidates, n=1, cutoff=like)
    return candidates[near[0]] if near else None


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")

"""Building a network from its specification and its arguments, with weights of its own drawing.

`resweep.networks` says what a specification is. Nothing is downloaded: models of torchvision and of
timm are made untrained, and those of Transformers from a configuration of their type.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn

from resweep import registry
from resweep.errors import MissingError, NoNetworkError, ResweepError, UsageError
from resweep.nets.foreign import libraries
from resweep.nets.foreign.making import line, made
from resweep.networks import Specification, parse, pinned
from resweep.networks.factory import ANYTHING, CLASSES, of_callable, refuse
from resweep.networks.source import file_of
from resweep.sources import executed, importing


def build(
    network: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    classes: int | None = None,
    seed: int | None = None,
) -> nn.Module:
    """Return the module that the factory of `network` makes.

    Arguments:
        network: a specification (`resweep.networks.parse`), not the built-in network.
        arguments: what the factory is called with, by name.
        classes: the number of classes; the factory gets it as `num_classes` (`num_labels` for `hf`)
            if it has such an argument and `arguments` do not set it.
        seed: of torch's generator while the factory runs, which is as it was afterwards. Without
            it the factory draws from torch's generator as it is.

    Raises UsageError for a specification that cannot be read, a name that is not there, a factory
    that cannot be called like this or returns no module, and a source that is in another state
    than the specification names; MissingError for a library, a module or a file that is not there;
    ResweepError where the source itself fails.
    """
    specification = parse(pinned(network))
    arguments = dict(arguments or {})
    with importing(_folder(specification)):
        # seeded only after it: a module that draws while it is imported does so once a process
        with torch.random.fork_rng(devices=[]):
            factory = _factory(specification, arguments, classes)
        with torch.random.fork_rng(devices=[], enabled=seed is not None):
            if seed is not None:
                torch.manual_seed(seed)
            return made(specification, factory, arguments)


def check(network: str, arguments: Mapping[str, Any]) -> None:
    """Raise NoNetworkError where the factory of `network` does not take arguments of these names.

    A library hands on whatever it gets, so that its model is made to see it, without memory (on
    torch's meta device); the factory of a user is asked for its signature and not called. Raises
    what `build` raises for a source that there is none of or that cannot be imported.
    """
    specification = parse(pinned(network))
    arguments = dict(arguments)
    with importing(_folder(specification)), torch.random.fork_rng(devices=[]):
        factory = _factory(specification, arguments, None)
        if not specification.library:
            refuse(specification.bare, of_callable(factory) or ANYTHING, arguments)
        elif arguments:
            try:
                with torch.device("meta"):
                    made(specification, factory, arguments)
            except NoNetworkError:
                raise
            except UsageError:
                return  # of a value: the run says it


def _factory(
    specification: Specification, arguments: dict[str, Any], classes: int | None
) -> Callable[..., Any]:
    """What makes the module; the number of classes is added to `arguments` where it is taken."""
    if specification.library:
        factory, word = libraries.factory(specification, arguments)
    else:
        factory = _named(specification, _module(specification))
        takes = of_callable(factory) or ANYTHING
        word = "".join(name for name in takes.names if name == CLASSES)
    if word and classes is not None:
        arguments.setdefault(word, classes)
    return factory


def _named(specification: Specification, module: ModuleType) -> Callable[..., Any]:
    """The function or class of that name in the module."""
    found: Any = module
    for part in specification.name.split("."):
        found = getattr(found, part, None)
    if found is None:
        factories = [name for name, held in vars(module).items() if callable(held)]
        near = registry.nearest(specification.name, factories)
        meant = f"did you mean {near!r}?" if near else "name its factory"
        raise NoNetworkError(f"{specification.place} has no {specification.name!r}: {meant}")
    if isinstance(found, nn.Module) or not callable(found):
        raise NoNetworkError(
            f"{specification.place}:{specification.name} is of type {type(found).__name__}: "
            "name a function or a class that makes a new network with each call"
        )
    factory: Callable[..., Any] = found
    return factory


def _module(specification: Specification) -> ModuleType:
    path = file_of(specification)
    try:
        if specification.is_file:
            return executed(str(path.resolve()), specification.pin, "network")
        return import_module(specification.place)
    except ImportError as error:
        raise MissingError(f"{specification.place} cannot be imported: {line(error)}") from error
    except Exception as error:
        raise ResweepError(
            f"{specification.place} cannot be imported: {type(error).__name__}: {line(error)}"
        ) from error


def _folder(specification: Specification) -> Path:
    """From where a source may import: the folder of its file, else from here."""
    if specification.is_file:
        return file_of(specification).resolve().parent
    return Path.cwd()

"""Building a network from its specification and its arguments, with weights of its own drawing.

`resweep.networks` says what a specification is. Nothing is downloaded: models of torchvision and of
timm are made untrained, and those of Transformers from a configuration of their type.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn

from resweep import registry
from resweep.errors import MissingError, NoNetworkError, ResweepError, UsageError
from resweep.networks import Specification, parse, pinned
from resweep.networks.source import file_of, version
from resweep.sources import executed, importing

# The classes of Transformers that a configuration is tried with, in order.
HEADS = ("AutoModelForImageClassification", "AutoModelForCausalLM", "AutoModelForMaskedLM")
CLASSES = "num_classes"  # what factories call the number of classes
HF_CLASSES = "num_labels"


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
            return _made(specification, factory, arguments)


def called(specification: Specification, arguments: Mapping[str, Any]) -> str:
    """Return the call as people read it, such as `examples/net.py:resnet(depth=20)`."""
    written = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    return f"{specification._replace(pin='')}({written})"


def _factory(
    specification: Specification, arguments: dict[str, Any], classes: int | None
) -> Callable[..., Any]:
    """What makes the module; the number of classes is added to `arguments` where it is taken."""
    if specification.place == "torchvision":
        factory, known = _torchvision(specification)
    elif specification.place == "timm":
        factory, known = _timm(specification)
    elif specification.place == "hf":
        return _transformers(specification, arguments, classes)
    else:
        factory = _named(specification, _module(specification))
        known = _takes(factory, CLASSES)
    if known and classes is not None:
        arguments.setdefault(CLASSES, classes)
    return factory


def _made(
    specification: Specification, factory: Callable[..., Any], arguments: dict[str, Any]
) -> nn.Module:
    try:
        made = factory(**arguments)
    except ResweepError:
        raise
    except Exception as error:
        raise UsageError(
            f"{called(specification, arguments)} fails: {type(error).__name__}: {_line(error)}"
        ) from error
    if not isinstance(made, nn.Module):
        raise UsageError(
            f"{called(specification, arguments)} returns a {type(made).__name__}: "
            "name a factory that returns a torch.nn.Module"
        )
    return made


def _torchvision(specification: Specification) -> tuple[Callable[..., Any], bool]:
    models = import_module("torchvision.models")
    try:
        models.get_model_builder(specification.name)
    except ValueError:
        raise _none("torchvision.models", specification.name, models.list_models()) from None
    return lambda **given: models.get_model(specification.name, weights=None, **given), True


def _none(library: str, name: str, models: Sequence[str]) -> NoNetworkError:
    """The error for a model that a library has none of, with the nearest name."""
    near = registry.nearest(name, models)
    meant = "".join(f"did you mean {word!r}? " for word in filter(None, [near]))
    package = library.partition(".")[0]
    return NoNetworkError(
        f"{package} has no model {name!r}: {meant}{library}.list_models() lists them"
    )


def _timm(specification: Specification) -> tuple[Callable[..., Any], bool]:
    version("timm")
    timm = import_module("timm")
    if not timm.is_model(specification.name.partition(".")[0]):
        raise _none("timm", specification.name, timm.list_models())
    return lambda **given: timm.create_model(specification.name, pretrained=False, **given), True


def _transformers(
    specification: Specification, arguments: dict[str, Any], classes: int | None
) -> Callable[..., Any]:
    """What makes a model from the configuration of a type, such as gpt2 or vit."""
    version("transformers")
    library = import_module("transformers")
    try:
        library.AutoConfig.for_model(specification.name)
    except ValueError:
        raise NoNetworkError(
            f"transformers has no configuration of type {specification.name!r}: "
            "name a type, as hf:gpt2 or hf:vit, and set its fields with --arg"
        ) from None

    def make(**given: Any) -> Any:
        config = library.AutoConfig.for_model(specification.name, **given)
        for name in HEADS:
            head = getattr(library, name)
            if type(config) in head._model_mapping:
                return head.from_config(config)
        return library.AutoModel.from_config(config)

    images = library.AutoModelForImageClassification._model_mapping
    config = type(library.AutoConfig.for_model(specification.name))
    if classes is not None and config in images:
        arguments.setdefault(HF_CLASSES, classes)
    return make


def _named(specification: Specification, module: ModuleType) -> Callable[..., Any]:
    """The function or class of that name in the module."""
    found: Any = module
    for part in specification.name.split("."):
        found = getattr(found, part, None)
    if found is None:
        raise NoNetworkError(
            f"{specification.place} has no {specification.name!r}: name its factory"
        )
    if isinstance(found, nn.Module) or not callable(found):
        raise NoNetworkError(
            f"{specification.place}:{specification.name} is of type {type(found).__name__}: "
            "name a function or a class that makes a new network with each call"
        )
    factory: Callable[..., Any] = found
    return factory


def _takes(factory: Callable[..., Any], argument: str) -> bool:
    """Whether a call of the factory may name this argument, by its own word."""
    try:
        return argument in inspect.signature(factory).parameters
    except (TypeError, ValueError):
        return False


def _module(specification: Specification) -> ModuleType:
    path = file_of(specification)
    try:
        if specification.is_file:
            return executed(str(path.resolve()), specification.pin, "network")
        return import_module(specification.place)
    except ImportError as error:
        raise MissingError(f"{specification.place} cannot be imported: {_line(error)}") from error
    except Exception as error:
        raise ResweepError(
            f"{specification.place} cannot be imported: {type(error).__name__}: {_line(error)}"
        ) from error


def _folder(specification: Specification) -> Path:
    """From where a source may import: the folder of its file, else from here."""
    if specification.is_file:
        return file_of(specification).resolve().parent
    return Path.cwd()


def _line(error: BaseException) -> str:
    """The first line of an error's text."""
    return str(error).strip().partition("\n")[0] or "no reason given"

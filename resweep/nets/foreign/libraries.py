"""Models of torchvision, timm and Transformers: how each library makes one, untrained.

Nothing is downloaded: an argument that would load weights is refused.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any

from resweep import registry
from resweep.errors import NoNetworkError
from resweep.networks import Specification
from resweep.networks.factory import ANYTHING, CLASSES, not_taken, of_callable
from resweep.networks.source import version

# By these a model would be trained; torchvision's segmentation takes a trained backbone by itself.
WEIGHTS = ("weights", "weights_backbone")
TRAINED = (*WEIGHTS, "pretrained", "pretrained_backbone")
# The classes of Transformers that a configuration is tried with, in order.
HEADS = ("AutoModelForImageClassification", "AutoModelForCausalLM", "AutoModelForMaskedLM")
HF_CLASSES = "num_labels"
# Names that a configuration reads and does not keep under them.
HF_EARLIER = ("torch_dtype", "rope_theta", "rope_scaling", "attn_implementation")


def factory(
    specification: Specification, arguments: Mapping[str, Any]
) -> tuple[Callable[..., Any], str]:
    """Return what makes the model, and its argument for the number of classes, "" for none.

    Raises NoNetworkError for a model that there is none of and for an argument by which it would
    be trained, and MissingError for a library that is not installed.
    """
    for name in TRAINED:
        if name in arguments:
            raise NoNetworkError(
                f"network {specification.bare} is made untrained, nothing is downloaded: "
                f"drop --arg {name}=..."
            )
    makers = {"torchvision": _torchvision, "timm": _timm, "hf": _transformers}
    return makers[specification.place](specification, arguments)


def _torchvision(
    specification: Specification, arguments: Mapping[str, Any]
) -> tuple[Callable[..., Any], str]:
    models = import_module("torchvision.models")
    try:
        builder = models.get_model_builder(specification.name)
    except ValueError:
        raise _none("torchvision.models", specification.name, models.list_models()) from None
    takes = of_callable(builder) or ANYTHING
    untrained = dict.fromkeys(name for name in WEIGHTS if name in takes.names)
    return partial(builder, **untrained), CLASSES


def _timm(
    specification: Specification, arguments: Mapping[str, Any]
) -> tuple[Callable[..., Any], str]:
    version("timm")
    timm = import_module("timm")
    if not timm.is_model(specification.name.partition(".")[0]):
        raise _none("timm", specification.name, timm.list_models())
    return partial(timm.create_model, specification.name, pretrained=False), CLASSES


def _none(library: str, name: str, models: Sequence[str]) -> NoNetworkError:
    """The error for a model that a library has none of, with the nearest name."""
    near = registry.nearest(name, models)
    meant = "".join(f"did you mean {word!r}? " for word in filter(None, [near]))
    package = library.partition(".")[0]
    return NoNetworkError(
        f"{package} has no model {name!r}: {meant}{library}.list_models() lists them"
    )


def _transformers(
    specification: Specification, arguments: Mapping[str, Any]
) -> tuple[Callable[..., Any], str]:
    """What makes a model from the configuration of a type, such as gpt2 or vit.

    A configuration keeps every name that it is given, and its model reads those alone that it has
    by itself: others are refused.
    """
    version("transformers")
    library = import_module("transformers")
    try:
        plain = library.AutoConfig.for_model(specification.name)
    except ValueError:
        raise NoNetworkError(
            f"transformers has no configuration of type {specification.name!r}: "
            "name a type, as hf:gpt2 or hf:vit, and set its fields with --arg"
        ) from None
    for name in arguments:
        if not hasattr(plain, name) and name not in HF_EARLIER:
            raise not_taken(specification.bare, name, tuple(plain.to_dict()))

    def make(**given: Any) -> Any:
        config = library.AutoConfig.for_model(specification.name, **given)
        for name in HEADS:
            head = getattr(library, name)
            if type(config) in head._model_mapping:
                return head.from_config(config)
        return library.AutoModel.from_config(config)

    images = library.AutoModelForImageClassification._model_mapping
    if type(plain) in images:
        return make, HF_CLASSES
    return make, ""

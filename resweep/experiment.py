"""Experiment: everything that determines the numbers of one run.

It is a record of frozen scalars, with a canonical JSON form whose hash is the experiment's key.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, Self, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from resweep import networks, numerals, registry
from resweep.errors import UsageError
from resweep.scheme_pages import BLOCKS, check, named, of_user, pinned, settled, uses

LEARNING_RATES = {"adam": 1e-4, "adamw": 1e-4, "sgd": 1e-4}  # docs/recipe.md has the evidence
WORDS = ("auto", "all")  # what a number may be until it is resolved
# No network is larger and no training longer than this: far beyond what anybody can compute, and
# small enough that no message, loop or column overflows.
MOST = 1_000_000
MOST_BLOCKS = 100_000  # theory goes through them one by one
MOST_IMAGES = 1_000_000_000
# The fields that only training reads: with epochs=0 they have no effect.
TRAINING = (
    "train_size",
    "test_size",
    "augment",
    "validation",
    "batch_size",
    "optimizer",
    "lr",
    "momentum",
    "weight_decay",
)
# The fields that describe the built-in network: another one has its own of each.
OF_BUILT_IN = (
    "block",
    "channels",
    "kernel",
    "convs",
    "activation",
    "effective_fan_in",
    "head",
    "head_init",
    "conv_bias",
)


class Experiment(BaseModel):
    """One physical setting: the network, its initialization, the images and the training.

    The name of a field is also its flag on the command line, its key in a sweep file, its column in
    the database and its header in a table. The device, the number of workers and the database are
    provenance and no fields.

    `dataset`, `lr` and `precision` may be `auto`, and `train_size` may be `all`, until `resolve`
    replaces them; only a resolved experiment has a `key`. `test_size` stays `all` where every test
    image is used, however many there are.

    A `network` that is not the built-in one is described by its specification and by `arguments`
    (see `resweep.networks`) in place of the fields in `OF_BUILT_IN`. Its number of `blocks` is
    found when it is measured, and belongs to no key.

    Make experiments from user input with `parse`, which raises UsageError for an unknown field or
    name, for a value out of range, and for a field that has no effect beside the others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    network: str = Field(
        networks.BUILT_IN,
        description="resnet (built in), torchvision:NAME, timm:NAME, hf:NAME, "
        "package.module:factory, or path/file.py:factory",
    )
    arguments: str = Field("", description="arguments of that network's factory, NAME=VALUE")
    block: str = Field("residual", description="block form")
    blocks: int = Field(100, ge=1, le=MOST_BLOCKS, description="number of residual blocks L")
    channels: int = Field(16, ge=1, le=MOST, description="channels of every block")
    kernel: int = Field(8, ge=1, le=31, description="side of the square convolution kernel")
    convs: int = Field(1, ge=1, le=MOST, description="convolutions in a branch")
    activation: Literal["relu", "identity", "tanh", "gelu", "silu", "leaky-relu"] = Field(
        "relu", description="activation f"
    )
    scheme: str = Field("depth-scaled", description="initialization scheme")
    c: float = Field(
        1.0, ge=0, allow_inf_nan=False, description="c of the depth-scaled variance c/(n L)"
    )
    multiplier: float = Field(
        1.0, ge=0, allow_inf_nan=False, description="factor on the variance of the weights"
    )
    effective_fan_in: bool = Field(
        False, description="fan-in n counts only taps inside the image: true, false"
    )
    distribution: Literal["normal", "truncated-normal", "uniform"] = Field(
        "normal", description="distribution of the weights"
    )
    head: Literal["gap", "flatten"] = Field(
        "gap", description="what the linear head sees: means over pixels, or every pixel"
    )
    head_init: Literal["lecun", "glorot", "zero"] = Field(
        "lecun", description="variance of the head's weights: 1/n, 2/(n + classes) or 0"
    )
    conv_bias: bool = Field(
        False, description="convolutions have biases, 0 at the start: true, false"
    )
    dataset: str = Field("auto", description="auto, cifar10, synthetic or folder")
    train_size: int | Literal["all"] = Field("all", description="training images used")
    test_size: int | Literal["all"] = Field(
        "all", description="test images used, as many of each class as can be"
    )
    pixels: Literal["standardized", "unit"] = Field(
        "standardized", description="mean 0 and variance 1 in each channel, or 0 to 1"
    )
    augment: Literal["none", "flip-crop"] = Field(
        "none", description="random changes of the training images"
    )
    validation: str = Field(
        "test", description="what is tested on: test, or a share of the training images, as 0.1"
    )
    epochs: int = Field(1, ge=0, le=MOST, description="epochs; 0 stops after the step-0 probes")
    batch_size: int = Field(128, ge=1, le=MOST_IMAGES, description="images a step")
    optimizer: Literal["adam", "adamw", "sgd"] = Field("adam", description="optimizer")
    lr: float | Literal["auto"] = Field("auto", description="learning rate")
    momentum: float = Field(0.0, ge=0, lt=1, allow_inf_nan=False, description="momentum of sgd")
    weight_decay: float = Field(0.0, ge=0, allow_inf_nan=False, description="weight decay")
    precision: Literal["auto", "float64", "float32", "tf32", "bfloat16", "float16"] = Field(
        "auto",
        description="dtype of weights, activations and gradients; a half type steps in float32, "
        "tf32 (GPU only) is float32 with factors of 11 bits",
    )
    seed: int = Field(0, ge=0, lt=2**63, description="seed of the weights and of the data order")

    @field_validator("*", mode="before")
    @classmethod
    def _one_number_one_value(cls, written: Any, info: ValidationInfo) -> Any:
        kinds = number_kinds(str(info.field_name))
        if not kinds or (isinstance(written, str) and written in WORDS):
            return written
        if float in kinds:
            return numerals.real(written)
        return numerals.whole(written)

    @field_validator("network")
    @classmethod
    def _known_network(cls, network: str) -> str:
        if network == networks.BUILT_IN:
            return network
        return str(networks.parse(network))

    @field_validator("arguments", mode="before")
    @classmethod
    def _one_text(cls, written: Any) -> str:
        return networks.canonical(written)

    @field_validator("block")
    @classmethod
    def _known_block(cls, name: str) -> str:
        return registry.canonical("block", name, registry.names(BLOCKS))

    @field_validator("scheme")
    @classmethod
    def _known_scheme(cls, name: str) -> str:
        scheme = named(name.strip())
        for field in uses(scheme) if of_user(scheme) else ():
            if field not in cls.model_fields:
                raise UsageError(
                    f"scheme {scheme}: its law reads {field}, which is no field of an experiment: "
                    "keyword-only arguments name fields, such as c"
                )
        return scheme

    @field_validator("dataset")
    @classmethod
    def _known_dataset(cls, name: str) -> str:
        if re.fullmatch(r"folder:[0-9a-f]+", name):
            return name
        return registry.check("dataset", name, ("auto", "cifar10", "synthetic", "folder"))

    @field_validator("train_size")
    @classmethod
    def _counts_images(cls, size: int | str) -> int | str:
        if isinstance(size, int) and not 0 <= size <= MOST_IMAGES:
            raise ValueError(f"must be 'all' or a count of images, at most {MOST_IMAGES:,}")
        return size

    @field_validator("test_size")
    @classmethod
    def _tests_images(cls, size: int | str) -> int | str:
        if isinstance(size, int) and not 1 <= size <= MOST_IMAGES:
            raise ValueError(f"must be 'all' or a count of images from 1 to {MOST_IMAGES:,}")
        return size

    @field_validator("validation", mode="before")
    @classmethod
    def _test_or_share(cls, written: Any) -> str:
        if written == "test":
            return "test"
        share = numerals.real(written)
        if not 0 < share < 1:
            raise ValueError("must be 'test' or a share of the training images, between 0 and 1")
        return repr(share)

    @field_validator("lr")
    @classmethod
    def _finite_rate(cls, lr: float | str) -> float | str:
        if isinstance(lr, float) and not 0 <= lr < float("inf"):
            raise ValueError("must be a finite number above 0 or 'auto'")
        return lr

    @model_validator(mode="after")
    def _no_field_without_effect(self) -> Self:
        self._only_what_the_network_reads()
        if self.c != 1.0 and "c" not in uses(self.scheme):
            raise UsageError(
                f"c={self.c:g} has no effect on scheme {self.scheme!r}: "
                "drop it, or set --scheme depth-scaled"
            )
        if self.epochs == 0:
            self._no_training_field_set()
            return self
        if self.train_size == 0 or self.lr == 0:
            raise UsageError("train_size 0 and lr 0 mean no training: say --epochs 0 instead")
        if self.momentum and self.optimizer != "sgd":
            raise UsageError(
                f"momentum has no effect on optimizer {self.optimizer!r}: "
                "drop it, or set --optimizer sgd"
            )
        return self

    def _only_what_the_network_reads(self) -> None:
        if not self.foreign:
            if self.arguments:
                raise UsageError(
                    f"arguments {self.arguments} have no effect on the built-in network: "
                    "drop --arg, or name the network that takes them (--network)"
                )
            return
        # A network whose source is named exactly may say how many blocks were found in it.
        named = networks.parse(self.network).pin
        for name in OF_BUILT_IN if named else ("blocks", *OF_BUILT_IN):
            if getattr(self, name) != type(self).model_fields[name].default:
                raise UsageError(
                    f"{name}={getattr(self, name)} has no effect on network {self.network}, "
                    f"which is built by its own arguments (--arg): drop it, or set --network "
                    f"{networks.BUILT_IN}"
                )

    def _no_training_field_set(self) -> None:
        idle = []
        for name in TRAINING:
            default = type(self).model_fields[name].default
            if getattr(self, name) not in (default, 0):
                idle.append(name)
        if idle:
            raise UsageError(
                f"{', '.join(idle)} cannot matter with epochs 0: drop it, or set --epochs 1"
            )

    @classmethod
    def parse(cls, **fields: Any) -> Self:
        """Return the experiment with these fields, given as values or as the texts that a user
        typed.

        Raises UsageError for the first fault; its message names the field and the value.
        """
        try:
            return cls(**fields)
        except ValidationError as error:
            raise UsageError(explain(error)) from None

    def but(self, **fields: Any) -> Self:
        """Return this experiment with some fields changed, checked again as by `parse`."""
        return self.parse(**(self.model_dump() | fields))

    def resolve(self, dataset: str, train_images: int, test_images: int = MOST_IMAGES) -> Self:
        """Return the experiment with `auto`, `all` and `folder` replaced by what they stand for
        here.

        A network and a scheme from a user's file get the state of their source behind their names.
        `dataset` names the images that were found; `train_images` and `test_images` say how many of
        them are for training and for the test. The learning rate comes from `LEARNING_RATES`, the
        precision becomes float32, and a `test_size` of all test images becomes `all`, so that one
        test has one key. Without training (`epochs=0`) `train_size` and `lr` become 0, so that
        probes alone have one key whatever the training would be.

        Raises UsageError if `train_size` exceeds `train_images` or `test_size` exceeds
        `test_images`, or if the scheme is not defined for this network, and MissingError if the
        source of the network is not there.
        """
        check(self)
        network = networks.pinned(self.network)
        left = train_images - self.held_out(train_images)
        size = left if self.train_size == "all" else self.train_size
        if size > left:
            of_these = f" that validation={self.validation} leaves" if left < train_images else ""
            raise UsageError(
                f"train_size={size} is more than the {left} training images of {dataset}{of_these}"
            )
        tested, there = self.test_size, train_images - left or test_images
        if isinstance(tested, int) and tested > there:
            raise UsageError(
                f"test_size={tested} is more than the {there} test images of {dataset}"
            )
        tested = "all" if tested == there else tested
        lr = LEARNING_RATES[self.optimizer] if self.lr == "auto" else self.lr
        if self.epochs == 0:
            size, lr = 0, 0.0
        precision = "float32" if self.precision == "auto" else self.precision
        return self.but(
            scheme=pinned(self.scheme),
            network=network,
            dataset=dataset,
            train_size=size,
            test_size=tested,
            lr=lr,
            precision=precision,
        )

    def held_out(self, train_images: int) -> int:
        """Return how many of a dataset's training images are tested on and never trained on.

        Raises UsageError where `validation` is a share of so few images that none is held out, or
        none is left.
        """
        if self.validation == "test":
            return 0
        held = round(float(self.validation) * train_images)
        if not 0 < held < train_images:
            raise UsageError(
                f"validation={self.validation} of {train_images} training images holds out "
                f"{held}: say --validation test, or another share"
            )
        return held

    @property
    def resolved(self) -> bool:
        """Whether no field is `auto`, `all`, a `folder` without the fingerprint of its images, or
        a network or a user's scheme without the state of its source.
        """
        open_ended = {"auto", "folder"} & {self.dataset, self.lr, self.precision}
        known = settled(self.scheme) and (
            not self.foreign or bool(networks.parse(self.network).pin)
        )
        return known and not open_ended and self.train_size != "all"

    @property
    def foreign(self) -> bool:
        """Whether the network is another one than the built-in network."""
        return self.network != networks.BUILT_IN

    @property
    def key(self) -> str:
        """The sha256 of the canonical JSON, in hexadecimal: what a run is stored and found under.

        The canonical JSON has sorted keys and no spaces, and leaves out every field that has its
        default, so that a field added later keeps the old keys. Of a network that is not built in
        it leaves out `blocks`, which follows from the network. Raises ValueError for an experiment
        that is not resolved.
        """
        if not self.resolved:
            raise ValueError("an experiment has a key only after resolve()")
        found = {"blocks"} if self.foreign else set()
        fields = self.model_dump(exclude_defaults=True, exclude=found)
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


FIELDS = tuple(Experiment.model_fields)


def quantity(experiment: Experiment | None, name: str) -> float:
    """Return the number in a field, for sorting and for axes; `all` is inf, beyond every count."""
    value = getattr(experiment, name)
    return math.inf if value == "all" else float(value)


class _FieldByField(Experiment):
    """Checks each field by itself; whether it has an effect shows only in the whole experiment."""

    @model_validator(mode="after")
    def _no_field_without_effect(self) -> Self:
        return self


def checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of these fields, each checked and converted by itself, in field order.

    Whether a field has an effect beside the others is not asked. Raises UsageError for the first
    value that its field cannot have.
    """
    return _FieldByField.parse(**fields).model_dump(include=set(fields))


@cache
def number_kinds(name: str) -> frozenset[type]:
    """Return which of int and float the values of a field are; empty for words and truth values."""
    annotation = Experiment.model_fields[name].annotation
    kinds = set(get_args(annotation) or (annotation,))
    return frozenset(kinds & {int, float})


def explain(error: ValidationError) -> str:
    """Return one line about the first fault in a pydantic error: the field, its value, and what it
    must be.
    """
    fault = error.errors()[0]
    name = str(fault["loc"][0]) if fault["loc"] else "experiment"
    if fault["type"] == "extra_forbidden":
        try:
            registry.check("field", name, FIELDS)
        except UsageError as unknown:
            return str(unknown)
    message = fault["msg"].removeprefix("Value error, ")
    return f"{name}={numerals.shown(fault['input'])}: {message[0].lower()}{message[1:]}"

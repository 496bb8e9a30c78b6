"""The fields of an experiment: type, default and range of each, and how it is read.

A field's name is also its flag on the command line, its key in a sweep file, its column in the
database and its header in a table. A value is checked here by itself; whether it has an effect
beside the others is asked in `effects.py`.
"""

import re
from functools import cache
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from resweep import networks, numerals, registry
from resweep.errors import UsageError
from resweep.scheme_pages import BLOCKS, named, of_user, uses

WORDS = ("auto", "all")  # what a number may be until it is resolved
# No network is larger and no training longer than this: far beyond what anybody can compute, and
# small enough that no message, loop or column overflows.
MOST = 1_000_000
# Images that are read as they are, and are named by their files alone.
BY_FILES = ("cifar100", "fashionmnist", "kmnist", "mnist", "svhn")
MOST_BLOCKS = 100_000  # theory goes through them one by one
MOST_IMAGES = 1_000_000_000


class Fields(BaseModel):
    """Every field of an `Experiment`, each checked by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    network: str = Field(
        networks.BUILT_IN,
        description="resnet (built in), torchvision:NAME, timm:NAME, hf:NAME, "
        "package.module:factory, or path/file.py:factory",
    )
    arguments: str = Field("", description="arguments of that network's factory, NAME=VALUE")
    blocks_at: str = Field(
        "", description="globs of that network's modules that are measured as its blocks"
    )
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

    @field_validator("blocks_at", mode="before")
    @classmethod
    def _globs(cls, written: Any) -> str:
        return networks.globs(written)

    @field_validator("block")
    @classmethod
    def _known_block(cls, name: str) -> str:
        if name.isdecimal():
            raise UsageError(f"unknown block {name!r}: did you mean --blocks {name}?")
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
        if re.sub("[-_]", "", name.lower()) in BY_FILES:
            raise UsageError(
                f"dataset {name!r} is found by its files: "
                "say --data and their folder, and leave --dataset out"
            )
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


@cache
def number_kinds(name: str) -> frozenset[type]:
    """Return which of int and float the values of a field are; empty for words and truth values."""
    annotation = Fields.model_fields[name].annotation
    kinds = set(get_args(annotation) or (annotation,))
    return frozenset(kinds & {int, float})

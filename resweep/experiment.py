"""Experiment: everything that fixes the numbers of one run, as frozen scalars with a canonical JSON and a key."""

import hashlib
import json
import re
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from resweep import registry
from resweep.errors import UsageError
from resweep.scheme_pages import BLOCKS, SCHEMES, check, uses

LEARNING_RATES = {"adam": 1e-4, "adamw": 1e-4, "sgd": 1e-4}  # docs/recipe.md has the evidence
TRAINING = ("train_size", "batch_size", "optimizer", "lr", "momentum", "weight_decay")


class Experiment(BaseModel):
    """One physical setting: the network, its initialization, the data and the training.

    A field is the CLI flag, the sweep-file key, the SQL column and the table header. Device, workers and database are
    provenance and never stand here. `dataset`, `train_size`, `lr` and `precision` may say `auto` (`all`) until
    `resolve` fixes them; only a resolved experiment has a `key`.

    Raises (through `parse`) UsageError for an unknown name, a value out of range, or a field set to no effect.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    block: str = Field("residual", description="block form")
    blocks: int = Field(100, ge=1, description="number of residual blocks L")
    channels: int = Field(16, ge=1, description="channels of every block")
    kernel: int = Field(8, ge=1, le=31, description="side of the square convolution kernel")
    convs: int = Field(1, ge=1, description="convolutions in a branch")
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
    dataset: str = Field("auto", description="auto, cifar10, synthetic or folder")
    train_size: int | Literal["all"] = Field("all", description="training images used")
    epochs: int = Field(1, ge=0, description="epochs; 0 stops after the step-0 probes")
    batch_size: int = Field(128, ge=1, description="images a step")
    optimizer: Literal["adam", "adamw", "sgd"] = Field("adam", description="optimizer")
    lr: float | Literal["auto"] = Field("auto", description="learning rate")
    momentum: float = Field(0.0, ge=0, lt=1, allow_inf_nan=False, description="momentum of sgd")
    weight_decay: float = Field(0.0, ge=0, allow_inf_nan=False, description="weight decay")
    precision: Literal["auto", "float64", "float32", "bfloat16", "float16"] = Field(
        "auto",
        description="dtype of weights, activations and gradients; a half type steps in float32",
    )
    seed: int = Field(0, ge=0, lt=2**63, description="seed of the weights and of the data order")

    @field_validator("block")
    @classmethod
    def _known_block(cls, name: str) -> str:
        return registry.check("block", name, registry.names(BLOCKS))

    @field_validator("scheme")
    @classmethod
    def _known_scheme(cls, name: str) -> str:
        return registry.check("scheme", name, registry.names(SCHEMES))

    @field_validator("dataset")
    @classmethod
    def _known_dataset(cls, name: str) -> str:
        if re.fullmatch(r"folder:[0-9a-f]+", name):
            return name
        return registry.check("dataset", name, ("auto", "cifar10", "synthetic", "folder"))

    @field_validator("train_size")
    @classmethod
    def _counts_images(cls, size: int | str) -> int | str:
        if isinstance(size, int) and size < 0:
            raise ValueError("must be a count of images or 'all'")
        return size

    @field_validator("lr")
    @classmethod
    def _finite_rate(cls, lr: float | str) -> float | str:
        if isinstance(lr, float) and not 0 <= lr < float("inf"):
            raise ValueError("must be a finite number above 0 or 'auto'")
        return lr

    @model_validator(mode="after")
    def _no_field_without_effect(self) -> Self:
        if self.c != 1.0 and "c" not in uses(self.scheme):
            raise UsageError(
                f"c={self.c:g} has no effect on scheme {self.scheme!r}: drop it, or set --scheme depth-scaled"
            )
        if self.epochs == 0:
            idle = [
                f
                for f in TRAINING
                if getattr(self, f) not in (type(self).model_fields[f].default, 0)
            ]
            if idle:
                raise UsageError(
                    f"{', '.join(idle)} cannot matter with epochs 0: drop it, or set --epochs 1"
                )
            return self
        if self.train_size == 0 or self.lr == 0:
            raise UsageError("train_size 0 and lr 0 mean no training: say --epochs 0 instead")
        if self.momentum and self.optimizer != "sgd":
            raise UsageError(
                f"momentum has no effect on optimizer {self.optimizer!r}: drop it, or set --optimizer sgd"
            )
        return self

    @classmethod
    def parse(cls, **fields: Any) -> Self:
        """An experiment from values or their texts; the first fault is a UsageError that names field and value."""
        try:
            return cls(**fields)
        except ValidationError as error:
            raise UsageError(explain(error)) from None

    def but(self, **fields: Any) -> Self:
        """The same experiment with some fields changed, checked again."""
        return self.parse(**(self.model_dump() | fields))

    def resolve(self, dataset: str, train_images: int) -> Self:
        """Fix what `auto` and `all` stand for: the data found, its training images, the recipe's rate, the dtype.

        Raises UsageError for more images than there are, and for a scheme that means nothing in this network.
        """
        check(self)
        trained = self.epochs > 0
        size = train_images if self.train_size == "all" else self.train_size
        if size > train_images:
            raise UsageError(
                f"train_size={size} is more than the {train_images} training images of {dataset}"
            )
        return self.but(
            dataset=dataset,
            train_size=size if trained else 0,
            lr=(LEARNING_RATES[self.optimizer] if self.lr == "auto" else self.lr)
            if trained
            else 0.0,
            precision="float32" if self.precision == "auto" else self.precision,
        )

    @property
    def resolved(self) -> bool:
        """Whether no field says `auto`, `all` or a `folder` without its fingerprint any more."""
        return (
            not {"auto", "folder"} & {self.dataset, self.lr, self.precision}
            and self.train_size != "all"
        )

    @property
    def key(self) -> str:
        """sha256 of the canonical JSON: sorted keys, fields at their default are left out: a new one keeps old keys."""
        if not self.resolved:
            raise ValueError("an experiment has a key only after resolve()")
        text = json.dumps(
            self.model_dump(exclude_defaults=True), sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(text.encode()).hexdigest()


FIELDS = tuple(Experiment.model_fields)


def explain(error: ValidationError) -> str:
    """One line for the first fault that pydantic found: field, what it needs, what it got."""
    fault = error.errors()[0]
    name = str(fault["loc"][0]) if fault["loc"] else "experiment"
    if fault["type"] == "extra_forbidden":
        try:
            registry.check("field", name, FIELDS)
        except UsageError as unknown:
            return str(unknown)
    message = fault["msg"].removeprefix("Value error, ")
    return f"{name}={fault['input']}: {message[0].lower()}{message[1:]}"

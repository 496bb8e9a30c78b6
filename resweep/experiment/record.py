"""The record of an experiment: read from what users type, resolved, and known by its key."""

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any, Self

from pydantic import ValidationError, model_validator

from resweep import networks, numerals, registry
from resweep.errors import UsageError
from resweep.experiment.effects import refuse_idle
from resweep.experiment.fields import MOST_IMAGES, Fields
from resweep.scheme_pages import check, pinned, settled

LEARNING_RATES = {"adam": 1e-4, "adamw": 1e-4, "sgd": 1e-4}  # docs/recipe.md has the evidence


class Experiment(Fields):
    """One physical setting: the network, its initialization, the images and the training.

    The name of a field is also its flag on the command line, its key in a sweep file, its column in
    the database and its header in a table. The device, the number of workers and the database are
    provenance and no fields.

    `dataset`, `lr` and `precision` may be `auto`, and `train_size` may be `all`, until `resolve`
    replaces them; only a resolved experiment has a `key`. `test_size` stays `all` where every test
    image is used, however many there are.

    A `network` that is not the built-in one is described by its specification and by `arguments`
    (see `resweep.networks`) in place of the fields in `OF_BUILT_IN`. Its number of `blocks` is
    found when it is measured, and belongs to no key; `blocks_at` names modules to measure as them.

    Make experiments from user input with `parse`, which raises UsageError for an unknown field or
    name, for a value out of range, and for a field that has no effect beside the others.
    """

    @model_validator(mode="after")
    def _no_field_without_effect(self) -> Self:
        refuse_idle(self)
        return self

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
            images = numerals.counted(left, "training image")
            raise UsageError(f"train_size={size} is more than the {images} of {dataset}{of_these}")
        tested, there = self.test_size, train_images - left or test_images
        if isinstance(tested, int) and tested > there:
            images = numerals.counted(there, "test image")
            raise UsageError(f"test_size={tested} is more than the {images} of {dataset}")
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
            images = numerals.counted(train_images, "training image")
            raise UsageError(
                f"validation={self.validation} of {images} holds out {held}: "
                "say --validation test, or another share"
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
    value = vars(experiment)[name]
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

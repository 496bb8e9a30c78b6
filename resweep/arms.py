"""Arms: names for partial experiments (`he`, `bn`, `depth-scaled:c=0.5`), and the name of any experiment.

Every file in `nets/schemes` is an arm of its own name on the residual block, every file in `nets/blocks` one with He's
initialization; `NAMED` holds those whose name or fields do not follow from a file.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from pydantic import model_validator

from resweep import registry
from resweep.errors import UsageError
from resweep.experiment import FIELDS, Experiment
from resweep.scheme_pages import BLOCKS, SCHEMES

NAMED: dict[str, dict[str, Any]] = {
    "bn": {"block": "residual-bn", "scheme": "he"},
    "bn-preact": {"block": "preact-bn", "scheme": "he"},
    "depth-mup": {"block": "residual-centered", "scheme": "depth-mup"},
    "fixup": {"block": "post-add", "convs": 2, "scheme": "fixup"},
    "zero-gamma": {"block": "residual-bn", "activation": "gelu", "scheme": "zero-gamma"},
}
DEFAULTS = {name: field.default for name, field in Experiment.model_fields.items()}
LABELLED = ("block", "scheme", "c", "multiplier", "distribution", "activation", "convs")
PAIRED = {
    "seed": "all arms share their seeds (--seeds N)",
    "dataset": "all arms share their images (--data DIR)",
}


@dataclass(frozen=True)
class Arm:
    """One side of a comparison: its label, fields in the order of `Experiment`, and the fields that it fixes."""

    label: str
    fields: dict[str, Any] = field(default_factory=dict)


class _Alone(Experiment):
    """Judges each field by itself: whether it has an effect beside others shows only in the whole experiment."""

    @model_validator(mode="after")
    def _no_field_without_effect(self) -> Self:
        return self


def known() -> dict[str, dict[str, Any]]:
    """Every arm on offer and its fields; one whose block or scheme has no file is left out."""
    blocks, schemes = registry.names(BLOCKS), registry.names(SCHEMES)
    found: dict[str, dict[str, Any]] = {
        b: {"block": b, "scheme": "he"} for b in blocks if b != "residual"
    }
    found |= {s: {"block": "residual", "scheme": s} for s in schemes}
    found |= NAMED
    return {
        name: arm
        for name, arm in sorted(found.items())
        if arm["block"] in blocks and arm["scheme"] in schemes
    }


def parse(text: str) -> Arm:
    """The arm that `NAME` or `NAME:FIELD=VALUE,...` means; values get their types, fields may be spelt with dashes.

    Raises UsageError for an unknown arm or field, a malformed pair or value, and for fields all arms must share.
    """
    name, colon, rest = text.strip().partition(":")
    arm = known()[registry.check("arm", name.strip(), tuple(known()))]
    given: dict[str, Any] = {}
    for pair in rest.split(",") if colon else ():
        key, equals, value = (part.strip() for part in pair.partition("="))
        key = key.replace("-", "_")
        if not (key and equals and value) or not text.isprintable():
            raise UsageError(
                f"arm {text!r}: {pair!r} is not FIELD=VALUE, as in {name}:multiplier=2,lr=1e-3"
            )
        if key in PAIRED:
            raise UsageError(f"arm {text!r}: {key} cannot stand in an arm, {PAIRED[key]}")
        if key in given:
            raise UsageError(f"arm {text!r}: {key} is given twice")
        given[key] = value
    try:
        given = _Alone.parse(**given).model_dump(include=set(given))
    except UsageError as error:
        raise UsageError(f"arm {text!r}: {error}") from None
    return Arm(_spec(name.strip(), given), arm | given)


def label(experiment: Experiment, also: Sequence[str] = ()) -> str:
    """The shortest arm that gives `experiment` its fields `LABELLED` and `also`; `parse` reads it back.

    Raises UsageError if no scheme or block files are there to name it.
    """
    wanted = [
        (name, getattr(experiment, name)) for name in FIELDS if name in LABELLED or name in also
    ]
    told = [
        (arm, [(k, v) for k, v in wanted if v != fields.get(k, DEFAULTS[k])])
        for arm, fields in known().items()
    ]
    if not told:
        raise UsageError("no arm is known: nets/blocks and nets/schemes are empty")
    costs = [(sum(k in ("block", "scheme") for k, _ in pairs), len(pairs)) for _, pairs in told]
    least = min(costs)
    specs = (
        _spec(arm, dict(pairs))
        for (arm, pairs), cost in zip(told, costs, strict=True)
        if cost == least
    )
    return min(specs, key=lambda spec: (len(spec), spec))


def _spec(name: str, values: dict[str, Any]) -> str:
    pairs = (
        f"{k}={v!r}".removesuffix(".0") if isinstance(v, float) else f"{k}={v}"
        for k, v in values.items()
    )
    return f"{name}:{','.join(pairs)}" if values else name

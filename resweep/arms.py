"""Arms: short names for partial experiments, such as `he`, `bn` or `depth-scaled:c=0.5`.

Every file in `nets/schemes` is an arm of the same name, on the residual block. Every file in
`nets/blocks` is one too, with the initialization of He et al. `NAMED` adds the arms whose name or
fields do not follow from a file. A scheme of a user's is an arm under its path or entry point:
`laws.py:root_depth:c=0.5`. `parse` reads an arm, `label` finds the shortest arm for any
experiment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from resweep import registry
from resweep.errors import UsageError
from resweep.experiment import FIELDS, OF_BUILT_IN, Experiment, checked
from resweep.scheme_pages import BLOCKS, SCHEMES, named, of_user, of_users

NAMED: dict[str, dict[str, Any]] = {
    "bn": {"block": "residual-bn", "scheme": "he"},
    "bn-preact": {"block": "preact-bn", "scheme": "he"},
    "depth-mup": {"block": "residual-centered", "scheme": "depth-mup"},
    "fixup": {"block": "post-add", "convs": 2, "scheme": "fixup"},
    "zero-gamma": {"block": "residual-bn", "activation": "gelu", "scheme": "zero-gamma"},
}
DEFAULTS = {name: field.default for name, field in Experiment.model_fields.items()}
# The fields by which arms differ in tables; `label` names them unless the arm implies them.
LABELLED = ("block", "scheme", "c", "multiplier", "distribution", "activation", "convs")
# Fields that all arms of a comparison share, and the option that sets each of them for all.
PAIRED = {
    "seed": "all arms share their seeds (--seeds N)",
    "dataset": "all arms share their images (--data DIR)",
}


@dataclass(frozen=True)
class Arm:
    """A named partial experiment: one side of a comparison.

    `label` is its name with every field that the user added, in the order of `Experiment`; `fields`
    are the values that it fixes.
    """

    label: str
    fields: dict[str, Any] = field(default_factory=dict)

    def of_modules(self) -> "Arm":
        """Return the arm for a network that is not built in: its scheme, without a block form.

        Raises UsageError for an arm that is a block form, since such a network has its own.
        """
        name, _, _ = _split(self.label)
        if name not in registry.names(SCHEMES) and not of_user(name):
            raise UsageError(
                f"arm {name!r} is a block form, and only the built-in network has these: "
                "name schemes, such as he or depth-scaled"
            )
        _, implied = _named(name)
        kept = {}
        for key, value in self.fields.items():
            if key not in OF_BUILT_IN or value != implied.get(key):
                kept[key] = value
        return Arm(self.label, kept)


def known() -> dict[str, dict[str, Any]]:
    """Return every arm that can be named, with its fields, sorted by name.

    An arm in `NAMED` whose block or scheme has no file is left out.
    """
    return dict(_known(registry.names(BLOCKS), registry.names(SCHEMES)))


@cache
def _known(blocks: tuple[str, ...], schemes: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Return the arms of these blocks and schemes."""
    arms: dict[str, dict[str, Any]] = {}
    for block in blocks:
        if block != "residual":
            arms[block] = {"block": block, "scheme": "he"}
    for scheme in schemes:
        arms[scheme] = {"block": "residual", "scheme": scheme}
    arms |= NAMED
    return {
        name: fields
        for name, fields in sorted(arms.items())
        if fields["block"] in blocks and fields["scheme"] in schemes
    }


def parse(text: str) -> Arm:
    """Return the arm that `NAME` or `NAME:FIELD=VALUE,...` stands for.

    Values are converted to the type of their field; a field may be written with dashes.

    Raises UsageError for an unknown arm or field, for a pair or value that cannot be read, for a
    field that is given twice, and for the fields in `PAIRED`, which all arms must share.
    """
    name, colon, pairs = _split(text)
    name, arm = _named(name)
    given: dict[str, Any] = {}
    for pair in pairs.split(",") if colon else ():
        key, value = _pair(text, name, pair)
        if key in given:
            raise UsageError(f"arm {text!r}: {key} is given twice")
        given[key] = value
    try:
        given = checked(given)
    except UsageError as error:
        raise UsageError(f"arm {text!r}: {error}") from None
    return Arm(_written(name, given), arm | given)


def _split(text: str) -> tuple[str, str, str]:
    """Return the name of an arm, the colon behind it and its pairs."""
    file = of_users.leading(text)
    name, colon, pairs = text.strip()[len(file) :].partition(":")
    return (file + name).strip(), colon, pairs


def _named(name: str) -> tuple[str, dict[str, Any]]:
    """Return an arm's own name, where `name` is a synonym, and what it fixes.

    A user's scheme is an arm on the residual block.
    """
    arms = known()
    if name not in arms and of_user(name):
        return name, {"block": "residual", "scheme": named(name)}
    ours = registry.canonical("arm", name, tuple(arms))
    return ours, arms[ours]


def _pair(text: str, name: str, pair: str) -> tuple[str, str]:
    """Return field and value of one FIELD=VALUE in the arm `text`, whose name is `name`."""
    key, equals, value = (part.strip() for part in pair.partition("="))
    key = key.replace("-", "_")
    if not (key and equals and value) or not text.isprintable():
        raise UsageError(
            f"arm {text!r}: {pair!r} is not FIELD=VALUE, as in {name}:multiplier=2,lr=1e-3"
        )
    if key not in FIELDS:
        key = registry.SYNONYMS.get(key, key)
    if key in PAIRED:
        raise UsageError(f"arm {text!r}: {key} cannot stand in an arm, {PAIRED[key]}")
    return key, value


def label(experiment: Experiment, also: Sequence[str] = ()) -> str:
    """Return the shortest arm that gives `experiment` its fields in `LABELLED` and `also`.

    Preferred is the arm that already has the experiment's block and scheme, then the one with the
    fewest fields added, then the shortest text. `parse` reads the label back.

    An experiment whose block or scheme has no file here, such as a stored run of somebody else's
    scheme, is called by that name, and one of a network that is not built in by its scheme.

    Raises UsageError if there are no files of schemes and blocks to name it by.
    """
    wanted = {name: getattr(experiment, name) for name in _told(tuple(also))}
    blocks, schemes = registry.names(BLOCKS), registry.names(SCHEMES)
    arms = _candidates(experiment.block, experiment.scheme, blocks, schemes)
    if experiment.foreign:
        arms = {experiment.scheme: {"scheme": experiment.scheme}}
        wanted = {name: value for name, value in wanted.items() if name not in OF_BUILT_IN}
    additions = {name: _additions(wanted, fields) for name, fields in arms.items()}
    if not additions:
        raise UsageError("no arm is known: nets/blocks and nets/schemes are empty")
    least = min(map(_cost, additions.values()))
    labels = [_written(name, added) for name, added in additions.items() if _cost(added) == least]
    return min(labels, key=lambda text: (len(text), text))


@cache
def _told(also: tuple[str, ...]) -> tuple[str, ...]:
    """Return the fields that a label tells, those in `also` too, in the order of `Experiment`."""
    return tuple(name for name in FIELDS if name in LABELLED or name in also)


@cache
def _candidates(
    block: str, scheme: str, blocks: tuple[str, ...], schemes: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """Return the arms by which an experiment may be named: those of its block and scheme, else all.

    A block or scheme that has no file here is an arm too.
    """
    known_here = _known(blocks, schemes)
    arms = dict(known_here)
    if block not in blocks and block not in known_here:
        arms[block] = {"block": block, "scheme": "he"}
    if scheme not in schemes and scheme not in known_here:
        arms[scheme] = {"block": "residual", "scheme": scheme}
    ours = {"block": block, "scheme": scheme}
    # the arms that add neither come first whatever else they add
    return {name: arm for name, arm in arms.items() if ours.items() <= arm.items()} or arms


def _additions(wanted: dict[str, Any], arm: dict[str, Any]) -> dict[str, Any]:
    """Return the wanted fields that an arm with the fields `arm` does not have of itself."""
    return {name: value for name, value in wanted.items() if value != arm.get(name, DEFAULTS[name])}


def _cost(added: dict[str, Any]) -> tuple[int, int]:
    """Return how far a label departs from its arm: first in block and scheme, then in fields."""
    return sum(name in ("block", "scheme") for name in added), len(added)


def _written(name: str, values: dict[str, Any]) -> str:
    pairs = []
    for field_name, value in values.items():
        text = repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
        pairs.append(f"{field_name}={text}")
    return f"{name}:{','.join(pairs)}" if pairs else name

"""Inspection: what a network of anybody's shows at step 0, as numbers and words without torch."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from html import escape
from typing import Any, Literal

from resweep.outcome import html, json_safe

Status = Literal["sound", "unstable", "vanished", "exploded", "uninitialized"]
STATUSES: tuple[Status, ...] = ("sound", "unstable", "vanished", "exploded", "uninitialized")
COLUMNS = {
    "forward_second_moment": "E[z²]",
    "branch_ratio": "branch / shortcut",
    "gradient_second_moment": "E[(∂E/∂z)²]",
    "backward_second_moment": "E[δ²]",
    "grad_norm": "‖∂E/∂W‖",
}


@dataclass(frozen=True)
class Law:
    """The nearest known law of a weight.

    name        for example `he, fan-in, normal`
    ratio       Var[w] beside that law's
    known       whether they are equal within the error of the sample
    shape       normal, uniform, constant, orthogonal, or unknown
    truncation  k of a normal distribution cut at k sigma, None where it is not cut
    also        names of other laws that the values do not tell from it
    """

    name: str
    ratio: float
    known: bool
    shape: str
    truncation: float | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """One parameter of a network.

    name, tied      its name, and the other names of the same parameter
    shape           as torch holds it
    fan_in          inputs of an output, None where no rule is known
    n_var           fan_in Var[w], None without a fan-in or values
    variance        Var[w], nan without values
    law             the nearest law; None where there are no values, for vectors, and for tables
                    such as embeddings that no law fits
    reads, writes   whether it is the first weight of a branch, or the last one
    trained         whether it requires a gradient
    missing         why it has no values: `meta`, `not finite`, `never set`; "" where it has
    """

    name: str
    tied: tuple[str, ...]
    shape: tuple[int, ...]
    fan_in: float | None
    n_var: float | None
    variance: float
    law: Law | None
    reads: bool
    writes: bool
    trained: bool
    missing: str


@dataclass(frozen=True)
class Finding:
    """Something about a network that its author should know.

    `kind` is a word such as `outlier`, `where` the name of a parameter or block, `text` a sentence.
    A `fault` is wrong unless it was intended; the rest is said for information.
    """

    kind: str
    where: str
    text: str
    fault: bool = True


@dataclass(frozen=True)
class Inspection:
    """What a network shows at step 0.

    network     what it is called
    status      `uninitialized` (a parameter has no values), `exploded` (a value, the loss or a
                gradient is not finite), `vanished` (no gradient reaches any branch), `unstable`
                (a second moment of the signal or of the gradient changes by more than `limit` over
                the blocks), else `sound`
    verdict     the status in a sentence, with the numbers that decide
    advice      what to try, a sentence each
    found       how many blocks there are and how they were found, in words
    blocks      their names in the order of execution
    kinds       `identity`, `projected` or `module`, for each of them
    loss        at step 0, nan where no pass was made
    profiles    series over the blocks by name (docs/inspect.md); index 0 of L + 1 is what enters
                the first block
    gradients   ||dE/dw|| of each parameter that is trained; None where no gradient comes to it
    parameters  one record each, tied ones once
    findings    what the parameters and the profile show
    metrics     log10 of the growths over all blocks
    """

    network: str
    status: Status
    verdict: str
    advice: tuple[str, ...]
    found: str
    blocks: tuple[str, ...]
    kinds: tuple[str, ...]
    loss: float
    profiles: dict[str, tuple[float, ...]]
    gradients: dict[str, float | None]
    parameters: tuple[Parameter, ...]
    findings: tuple[Finding, ...]
    metrics: dict[str, float] = field(default_factory=dict)

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that are wrong unless they were intended."""
        return tuple(finding for finding in self.findings if finding.fault)

    def to_json(self) -> dict[str, Any]:
        """Every field; infinities and nan as strings."""
        return dict(json_safe(asdict(self)))

    @classmethod
    def of_json(cls, document: Mapping[str, Any]) -> "Inspection":
        """Return the inspection that `to_json` wrote; what else the document has is passed over."""
        read = _number_series(document)
        read["parameters"] = tuple(map(_parameter, document["parameters"]))
        read["findings"] = tuple(Finding(**finding) for finding in document["findings"])
        return cls(**read)

    def _repr_html_(self) -> str:
        """The verdict, the findings and the profile, for a notebook."""
        lines = [f"<b>{escape(self.network)}</b>: {escape(self.verdict)}"]
        for f in self.findings:
            where = f"<code>{escape(f.where)}</code>"
            lines.append(f"<br>{escape(f.kind)} · {where}: {escape(f.text)}")
        if self.blocks:
            series = [(COLUMNS[n], self.profiles[n]) for n in COLUMNS if n in self.profiles]
            lines.append(html.over_blocks(("input", *self.blocks), series))
        return "".join(lines)


def _number_series(document: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an inspection with tuples and numbers as they were before JSON."""
    read = {field.name: document[field.name] for field in fields(Inspection)}
    for name in ("advice", "blocks", "kinds"):
        read[name] = tuple(read[name])
    read["loss"] = float(read["loss"])
    read["profiles"] = {n: tuple(map(float, v)) for n, v in read["profiles"].items()}
    read["metrics"] = {name: float(value) for name, value in read["metrics"].items()}
    sizes = read["gradients"].items()
    read["gradients"] = {n: None if size is None else float(size) for n, size in sizes}
    return read


def _parameter(document: Mapping[str, Any]) -> Parameter:
    read = dict(document)
    for name in ("tied", "shape"):
        read[name] = tuple(read[name])
    for name in ("fan_in", "n_var", "variance"):
        read[name] = None if read[name] is None else float(read[name])
    if read["law"] is not None:
        law = {"also": ()} | read["law"]  # what was kept before had no `also`
        read["law"] = Law(**law | {"ratio": float(law["ratio"]), "also": tuple(law["also"])})
    return Parameter(**read)

"""`resweep inspect`: any network at step 0, without data."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from resweep import networks, registry
from resweep.cli.options import EveryOption, JsonOption
from resweep.cli.output.as_json import dump
from resweep.cli.output.messages import say
from resweep.errors import ResweepError, UsageError
from resweep.outcome.inspection import STATUSES, Inspection
from resweep.report import console
from resweep.report.tables import inspection as tables

if TYPE_CHECKING:
    from resweep.api.depths import DepthLaw

EPILOG = (
    "Examples: resweep inspect torchvision:resnet18 --input 3x64x64   |   "
    "resweep inspect net.py:resnet --depth-arg depth=8,20,56 --scheme depth-scaled"
)
Spec = Annotated[
    str,
    typer.Argument(
        metavar="SPEC",
        help="torchvision:NAME, timm:NAME, hf:TYPE, package.module:factory or FILE.py:factory",
    ),
]
ArgOption = Annotated[
    list[str] | None,
    typer.Option("--arg", metavar="NAME=VALUE", help="an argument of the factory; repeatable"),
]
InputOption = Annotated[
    str,
    typer.Option("--input", metavar="SHAPE", help="of one input: 3x224x224; int:512 for tokens"),
]
BatchOption = Annotated[
    Path | None,
    typer.Option("--batch", metavar="FILE", help="a batch from a .pt or .npz file instead"),
]
ImagesOption = Annotated[
    int, typer.Option("--batch-size", min=1, metavar="N", help="how many inputs are drawn")
]
LossOption = Annotated[
    Literal["cross-entropy", "mse", "mean"],
    typer.Option("--loss", help="what gradients are taken of; cross-entropy needs logits"),
]
GlobOption = Annotated[
    list[str] | None,
    typer.Option("--blocks-at", metavar="GLOB", help="modules that are blocks: 'layer*.*'"),
]
DepthOption = Annotated[
    str | None,
    typer.Option(
        "--depth-arg", metavar="NAME=LIST", help="inspect at several depths: depth=10,50,200"
    ),
]
SchemeOption = Annotated[
    str | None,
    typer.Option("--scheme", metavar="NAME", help="draw the weights anew by this scheme first"),
]
COption = Annotated[float, typer.Option("--c", min=0, help="c of the schemes that read it")]
LimitOption = Annotated[
    float, typer.Option("--limit", help="factor by which second moments may change over all blocks")
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="of weights and drawn inputs")]
SeedsOption = Annotated[
    int, typer.Option("--seeds", min=1, metavar="N", help="of --depth-arg: networks a depth")
]
FailOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="STATUS",
        help="exit 1 if it is uninitialized, exploded, vanished or unstable; a,b or repeated",
    ),
]


def inspect(
    spec: Spec,
    *,
    arg: ArgOption = None,
    input_shape: InputOption = "3x32x32",
    batch: BatchOption = None,
    batch_size: ImagesOption = 16,
    loss: LossOption = "cross-entropy",
    blocks_at: GlobOption = None,
    depth_arg: DepthOption = None,
    scheme: SchemeOption = None,
    c: COption = 1.0,
    limit: LimitOption = 1e3,
    seed: SeedOption = 0,
    seeds: SeedsOption = 1,
    fail_on: FailOption = None,
    every: EveryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Inspect any network at step 0: signal and gradient by block, the law behind each weight.

    Inputs are drawn where no --batch is given. It says what looks wrong and what to try, and
    changes nothing.
    """
    failures = _failures(fail_on or ())
    if not limit > 1:
        raise UsageError(f"--limit must be above 1, not {limit:g}")
    arguments = networks.mapping(networks.canonical(",".join(arg or ())))
    depths = _depths(depth_arg)
    from resweep.api import batches
    from resweep.nets.foreign import inspecting, rules
    from resweep.nets.foreign.spec import build

    def one(extra: dict[str, Any], seed: int) -> Inspection:
        called = arguments | extra
        values, labels = batches.drawn(input_shape, batch_size, seed), None
        if batch is not None:
            values, labels = batches.load(batch)  # type: ignore[assignment]
        model = build(spec, called, seed=seed)
        written = ", ".join(f"{name}={value}" for name, value in called.items())
        name = f"{spec}({written})" if written else spec
        try:
            if scheme is not None:
                rules.initialize_(model, scheme, values, labels=labels, c=c, seed=seed)
            done = inspecting.inspect(
                model,
                values,
                blocks_at=blocks_at or (),
                loss=loss,
                labels=labels,
                limit=limit,
                seed=seed,
            )
        except ResweepError:
            raise
        except Exception as error:
            text = str(error).partition("\n")[0]
            raise ResweepError(
                f"{name} fails on this batch: {type(error).__name__}: {text}: "
                "set --input or --batch to what it takes"
            ) from error
        return replace(done, network=f"{name}, {scheme}" if scheme else name)

    if depths is None:
        done = one({}, seed)
        inspections: list[Inspection] = [done]
        if as_json:
            dump(done.to_json())
        else:
            _print(done, every)
    else:
        inspections, laws = _over(depths, one, range(seed, seed + seeds))
        if as_json:
            objects = [done.to_json() for done in inspections]
            dump({"inspections": objects, "depth_laws": [law.to_json() for law in laws]})
        else:
            console.results().print(tables.depths_table(inspections, [_said(law) for law in laws]))
    failing = [done for done in inspections if done.status in failures]
    for done in failing:
        say(f"error: {done.network}: {done.verdict}")
    if failing:
        raise typer.Exit(1)


def _failures(texts: Sequence[str]) -> set[str]:
    """The statuses that `--fail-on` names."""
    words = {word.strip() for text in texts for word in text.split(",")}
    for word in words:
        registry.check("status", word, STATUSES[1:])
    return words


def _over(
    depths: tuple[str, list[int]], one: Any, seeds: range
) -> "tuple[list[Inspection], list[DepthLaw]]":
    from resweep.api.depths import over_depths

    name, values = depths
    return over_depths(lambda depth, seed: one({name: depth}, seed), values, list(seeds))


def _depths(text: str | None) -> tuple[str, list[int]] | None:
    """The name and the values of `--depth-arg depth=10,50,200`."""
    if text is None:
        return None
    found = [networks.mapping(one) for one in networks.alternatives(text)]
    names = {name for one in found for name in one}
    values = [value for one in found for value in one.values()]
    if len(names) != 1 or not all(type(value) is int for value in values):
        raise UsageError(f"--depth-arg {text!r} is no list of depths: write depth=10,50,200")
    return names.pop(), values


def _print(done: Inspection, every: int | None) -> None:
    out = console.results()
    out.print(f"{done.network}: {done.verdict}", style="bold")
    for finding in done.findings:
        mark = "!" if finding.fault else "·"
        out.print(f"  {mark} {finding.kind}: {finding.where}: {finding.text}", soft_wrap=True)
    for line in done.advice:
        out.print(f"  try: {line}", soft_wrap=True)
    out.print()
    if done.blocks:
        out.print(tables.blocks_table(done, every))
        out.print()
    out.print(tables.weights_table(done))
    out.print("\nno theory: it is known for the built-in blocks alone (resweep predict)")


def _said(law: "DepthLaw") -> str:
    if not law.laws:
        return f"{law.metric}: no law: {law.doubt}"
    best = law.laws[0]
    clear = f"not clear: {law.doubt}" if law.doubt else "clear"
    fitted = f"{best.intercept:.3g} {best.rate:+.3g} f(L)"
    return f"{law.metric} = {fitted}, f: {best.name} ({clear})"

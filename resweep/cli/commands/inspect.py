"""`resweep inspect`: any network at step 0, without data."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from resweep import networks, registry
from resweep.cli.options import EveryOption, JsonOption
from resweep.cli.output import inspections as output
from resweep.cli.output.messages import say
from resweep.cli.output.waiting import waiting
from resweep.cli.running.factories import Factories
from resweep.cli.stores import open_store
from resweep.errors import UsageError
from resweep.outcome.inspection import STATUSES, Inspection
from resweep.outcome.question import Answer, Question

if TYPE_CHECKING:
    from resweep.api.depths import DepthLaw
    from resweep.store import Store

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
    typer.Option(
        "--blocks-at", metavar="GLOB", help="modules that are blocks: 'layer*.*'; a,b or repeated"
    ),
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
COption = Annotated[
    float, typer.Option("--c", min=0, metavar="C", help="c of the schemes that read it")
]
LimitOption = Annotated[
    float,
    typer.Option(
        "--limit", metavar="X", help="factor by which second moments may change over all blocks"
    ),
]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, metavar="N", help="of weights and drawn inputs")
]
SeedsOption = Annotated[
    int, typer.Option("--seeds", min=1, metavar="N", help="of --depth-arg: networks a depth")
]
KeepOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        envvar="RESWEEP_STORE",
        help="keep the inspection there, for show and report; nothing is stored without it",
    ),
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
    store: KeepOption = None,
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
    depths = _depths(depth_arg)
    asked = Question(
        network=spec,
        arguments=networks.canonical(",".join(arg or ())),
        input=input_shape,
        batch_size=batch_size,
        loss=loss,
        blocks_at=tuple(networks.globs(blocks_at or ()).split()),
        scheme=scheme or "",
        c=c,
        limit=limit,
        seed=seed,
    )
    named = networks.mapping(asked.arguments)
    if depths is not None:
        named |= {depths[0]: depths[1][0]}
    Factories().check(networks.pinned(spec), networks.canonical(named))
    with ExitStack() as stack:
        stack.enter_context(waiting(f"inspecting {spec} ..."))
        opened = stack.enter_context(open_store(store, create=True)) if store else None
        one = partial(_answered, batch, opened)
        laws: list[DepthLaw] = []
        if depths is None:
            answers = [one(asked)]
        else:
            answers, laws = _over(depths, one, asked, range(seed, seed + seeds))
    if depths is None:
        output.inspection(answers[0], every, as_json=as_json)
    else:
        output.over_depths(answers, laws, as_json=as_json)
    failing = [one.inspection for one in answers if one.inspection.status in failures]
    for done in failing:
        say(f"error: {done.network}: {done.verdict}")
    if failing:
        raise typer.Exit(1)


def _answered(batch: Path | None, opened: "Store | None", asked: Question) -> Answer:
    """The answer to a question, stored where a store is open."""
    from resweep.api import answering

    settled = answering.settled(asked, batch)
    done = Answer(settled, answering.answer(settled, batch))
    if opened is not None:
        opened.keep(done)
    return done


def _failures(texts: Sequence[str]) -> set[str]:
    """The statuses that `--fail-on` names."""
    words = {word.strip() for text in texts for word in text.split(",")}
    for word in words:
        registry.check("status", word, STATUSES[1:])
    return words


def _over(
    depths: tuple[str, list[int]],
    one: Callable[[Question], Answer],
    asked: Question,
    seeds: range,
) -> "tuple[list[Answer], list[DepthLaw]]":
    """The answers at every depth and seed, and the laws of their growths."""
    from resweep.api.depths import over_depths

    name, values = depths
    answers: list[Answer] = []

    def inspected(depth: int, seed: int) -> Inspection:
        arguments = networks.mapping(asked.arguments) | {name: depth}
        written = networks.canonical(arguments)
        answers.append(one(replace(asked, arguments=written, seed=seed)))
        return answers[-1].inspection

    _, laws = over_depths(inspected, values, list(seeds))
    return answers, laws


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

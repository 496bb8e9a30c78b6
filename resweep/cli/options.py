"""The flags that commands share; an Experiment field is its own flag, so that none is written down twice."""

import functools
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import typer

from resweep import registry
from resweep.experiment import Experiment
from resweep.scheme_pages import BLOCKS, SCHEMES

Fields = Mapping[str, list[str]]

StoreOption = Annotated[
    str,
    typer.Option(
        "--store",
        metavar="URL",
        envvar="RESWEEP_STORE",
        help="database: sqlite:///FILE or postgresql://...",
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="CIFAR-10, or train|test/<class>/*; else $RESWEEP_DATA, ./data",
    ),
]
DeviceOption = Annotated[
    str, typer.Option("--device", metavar="NAME", help="auto, cpu, cuda or cuda:i")
]
KernelPathOption = Annotated[
    Literal["auto", "reference", "spectral", "triton"],
    typer.Option(
        "--kernel-path", help="how convolutions are computed; auto takes the fastest there is"
    ),
]
RerunOption = Annotated[bool, typer.Option("--rerun", help="measure again what is stored already")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="say what would run and stop")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on stdout")]
CsvOption = Annotated[bool, typer.Option("--csv", help="CSV on stdout")]
MarkdownOption = Annotated[bool, typer.Option("--md", help="Markdown on stdout")]
LatexOption = Annotated[bool, typer.Option("--latex", help="a LaTeX table (booktabs) on stdout")]
WhereOption = Annotated[
    str | None,
    typer.Option(
        "--where", metavar="EXPR", help="the runs for which it holds: 'blocks>=50 and scheme=he'"
    ),
]
SweepOption = Annotated[
    str | None, typer.Option("--sweep", metavar="NAME", help="the runs of this sweep only")
]
SortOption = Annotated[
    str | None,
    typer.Option("--sort", metavar="NAME", help="by a field, metric or statistic; -NAME: falling"),
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, metavar="N", help="the first N only")
]
IntervalOption = Annotated[
    Literal["t", "bootstrap"], typer.Option("--interval", help="how 95% intervals are made")
]
ProbeOption = Annotated[
    list[str] | None,
    typer.Option("--probe", metavar="NAME", help="a probe beyond the default ones: ntk, ..."),
]
ExecutorOption = Annotated[
    Literal["inline", "processes"],
    typer.Option("--executor", help="inline, or in worker processes"),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers", min=1, metavar="N", help="of --executor processes: one a GPU, or one a core"
    ),
]
EveryOption = Annotated[
    int | None, typer.Option("--every", min=1, metavar="N", help="profile rows: every N-th block")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="nothing on stderr but errors")]

DEFAULT_STORE = "sqlite:///resweep.db"


def experiment_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give `command` one repeatable flag for each Experiment field; it receives them together as `fields`.

    Values arrive as the texts that were typed: Experiment.parse checks them, with one message a fault for every door.
    """

    @functools.wraps(command)
    def with_fields(**arguments: Any) -> Any:
        fields = {name: arguments.pop(name) for name in Experiment.model_fields}
        return command(**arguments, fields={name: texts for name, texts in fields.items() if texts})

    own = [p for p in inspect.signature(command).parameters.values() if p.name != "fields"]
    flags = [flag(name) for name in Experiment.model_fields]
    with_fields.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [p for p in own if p.kind is not p.KEYWORD_ONLY]
        + flags
        + [p for p in own if p.kind is p.KEYWORD_ONLY]
    )
    with_fields.__annotations__ = {p.name: p.annotation for p in [*own, *flags]}
    return with_fields


def flag(name: str) -> inspect.Parameter:
    field = Experiment.model_fields[name]
    text = f"{field.description}{choices(name)} (default {field.default})"
    option = typer.Option(
        f"--{name.replace('_', '-')}",
        help=text,
        metavar="VALUE",
        show_default=False,
        rich_help_panel="Experiment (a repeated flag makes several)",
    )
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[list[str] | None, option],
    )


def choices(name: str) -> str:
    """': a, b, c' for a field of few words."""
    if name in ("block", "scheme"):
        return ": " + ", ".join(registry.names(BLOCKS if name == "block" else SCHEMES))
    kind = Experiment.model_fields[name].annotation
    words = get_args(kind) if get_origin(kind) is Literal else ()
    return ": " + ", ".join(words) if words else ""

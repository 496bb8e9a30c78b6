"""The flags that several commands share, as the types of their parameters."""

from pathlib import Path
from typing import Annotated, Literal

import typer

DEFAULT_STORE = "sqlite:///resweep.db"

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
    str, typer.Option("--device", metavar="NAME", help="auto, cpu, cuda, cuda:i, mps or xpu")
]
KernelPathOption = Annotated[
    Literal["auto", "reference", "channels-first", "spectral", "tiled", "direct", "triton"],
    typer.Option(
        "--kernel-path",
        metavar="NAME",
        help="how convolutions are computed: reference, channels-first, spectral, tiled, direct, "
        "triton; auto takes the fastest there is",
    ),
]
ExecutorOption = Annotated[
    Literal["inline", "processes", "slurm", "ray"],
    typer.Option(
        "--executor",
        metavar="NAME",
        help="where runs are computed: inline (this process), processes, slurm, ray",
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers", min=1, metavar="N", help="how many run at once: one a GPU, or one a core"
    ),
]
AddressOption = Annotated[
    str | None,
    typer.Option(
        "--address", metavar="HOST:PORT", help="of --executor ray: the head; else that of this host"
    ),
]
GpusOption = Annotated[
    float | None,
    typer.Option(
        "--gpus-per-worker",
        metavar="N",
        help="of --executor slurm or ray: 1, 2, ...; with ray also a part such as 0.25",
    ),
]
SLURM = "Slurm (--executor slurm)"
TimeOption = Annotated[
    str | None,
    typer.Option(
        "--time",
        metavar="LIMIT",
        help="of each worker, as sbatch takes it: 4:00:00",
        rich_help_panel=SLURM,
    ),
]
PartitionOption = Annotated[
    str | None,
    typer.Option("--partition", metavar="NAME", help="where workers queue", rich_help_panel=SLURM),
]
SlurmOption = Annotated[
    list[str] | None,
    typer.Option(
        "--slurm",
        metavar="KEY=VALUE",
        help="any other option of sbatch: mem=16G; repeatable",
        rich_help_panel=SLURM,
    ),
]
DetachOption = Annotated[
    bool,
    typer.Option(
        "--detach",
        help="submit and leave; the same command collects the results",
        rich_help_panel=SLURM,
    ),
]
ThreadsOption = Annotated[
    int | None,
    typer.Option(
        "--threads",
        min=1,
        max=1024,
        metavar="N",
        help="of each process; else $OMP_NUM_THREADS, else by cores and size of the network",
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="nothing on stderr but errors")]
RerunOption = Annotated[
    bool, typer.Option("--rerun", help="run again what is stored, and replace it")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="say what would run and stop")]
EstimateOption = Annotated[
    bool, typer.Option("--estimate", help="as --dry-run, and time some steps of each shape")
]
ProbeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--probe", metavar="NAME", help="a probe beyond the default ones: ntk, jacobian, ..."
    ),
]

JsonOption = Annotated[bool, typer.Option("--json", help="JSON on stdout")]
JsonLinesOption = Annotated[
    bool,
    typer.Option("--json-lines", help="JSON on stdout, one object a line, however many runs"),
]
CsvOption = Annotated[bool, typer.Option("--csv", help="CSV on stdout")]
MarkdownOption = Annotated[bool, typer.Option("--md", help="Markdown on stdout")]
LatexOption = Annotated[bool, typer.Option("--latex", help="a LaTeX table (booktabs) on stdout")]
EveryOption = Annotated[
    int | None, typer.Option("--every", min=1, metavar="N", help="profile rows: every N-th block")
]
HtmlOption = Annotated[
    Path | None,
    typer.Option(
        "--html", metavar="FILE", help="one self-contained page: tables, curves, heat maps"
    ),
]
FiguresOption = Annotated[
    Path | None,
    typer.Option(
        "--figures", metavar="DIR", help="every figure as PNG, SVG and PDF, with captions"
    ),
]
PageWideOption = Annotated[
    bool,
    typer.Option(
        "--page-wide", help="with --figures: as wide as two columns (6.75 in), not one (3.25 in)"
    ),
]

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
MetricOption = Annotated[
    str, typer.Option("--metric", metavar="NAME", help="the metric that arms are compared by")
]
BaselineOption = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        metavar="ARM",
        help="the arm that others are set against (default: depth-scaled, else the most runs)",
    ),
]
WideOption = Annotated[bool, typer.Option("--wide", help="all columns, notes and heat maps")]
ColumnsOption = Annotated[
    str | None,
    typer.Option("--columns", metavar="A,B", help="these columns: arm,blocks,mean,interval,..."),
]

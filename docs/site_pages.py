"""Pages of the site that are made when it is built: commands, Python and words.

MkDocs calls `on_files` (mkdocs.yml, hooks). The texts come from the program itself, so that no page
of them can grow old: the commands from the Typer app, the words from `resweep help words`, and the
Python pages from docstrings.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from mkdocs.structure.files import File, Files

from resweep.cli.lazy import SUMMARIES, load
from resweep.contracts import blocks, probes, schemes
from resweep.experiment import Experiment
from resweep.report.words import glossary

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
CONTRACTS = (
    schemes.Scheme,
    schemes.SchemeOptions,
    blocks.BlockForm,
    blocks.BlockFormOptions,
    probes.Probe,
)


def on_files(files: Files, config: Any) -> Files:
    """Add the generated pages to those of the folder."""
    pages = {
        "reference-commands.md": commands_page(),
        "reference-python.md": python_page(),
        "glossary.md": glossary_page(),
    }
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    for outside in RESULTS.glob("*.*"):
        name = str(outside.relative_to(ROOT))
        files.append(File.generated(config, name, abs_src_path=str(outside)))
    return files


def on_page_markdown(markdown: str, **about: Any) -> str:
    """Lead links to benchmarks/results, which stand beside docs/, to the site's copy of them."""
    return markdown.replace("](../benchmarks/results/", "](benchmarks/results/")


def commands_page() -> str:
    """Return every command with its sentence, its example and its flags."""
    parts = [
        "# Commands\n\nEach command explains itself with `--help`; this page is the same text."
    ]
    for name in SUMMARIES:
        parts += section(load(name), f"resweep {name}", 2)
    return "\n\n".join(parts) + "\n"


def section(command: Any, called: str, level: int) -> Iterator[str]:
    """The parts of a command, and of the commands of a group."""
    yield f"{'#' * level} {called}"
    yield inspect.cleandoc(command.help or "")
    if command.epilog:
        yield f"```text\n{command.epilog}\n```"
    rows = ["| | |", "|---|---|"]
    with typer.Context(command, info_name=called) as context:
        for parameter in command.get_params(context):
            if "--help" not in parameter.opts:
                rows.append(row(parameter))
    if len(rows) > 2:
        yield "\n".join(rows)
    for name, below in getattr(command, "commands", {}).items():
        yield from section(below, f"{called} {name}", level + 1)


def row(parameter: Any) -> str:
    """A flag or an argument as a row of a table."""
    is_flag = parameter.opts[0].startswith("-")
    names = ", ".join(parameter.opts) if is_flag else parameter.metavar or parameter.name.upper()
    text = (getattr(parameter, "help", None) or "").replace("\\[", "[").replace("|", "\\|")
    return f"| `{names}` | {escaped(text)} |"


def python_page() -> str:
    """Return the record of a run, and what a scheme, a block form and a probe may define."""
    parts = ["# Python", "The texts are those of the docstrings."]
    parts += ["## Experiment", escaped(inspect.getdoc(Experiment) or "")]
    parts.append("\n".join(f"- `{n}`: {escaped(t)}" for n, t in fields()))
    for contract in CONTRACTS:
        parts += [f"## {contract.__name__}", escaped(inspect.getdoc(contract) or "")]
        for name, function in vars(contract).items():
            if inspect.isfunction(function) and not name.startswith("_"):
                parts += [f"### {name}", f"```text\n{name}{inspect.signature(function)}\n```"]
                parts.append(f"```text\n{inspect.getdoc(function)}\n```")
    return "\n\n".join(parts) + "\n"


def fields() -> Iterator[tuple[str, str]]:
    for name, field in Experiment.model_fields.items():
        yield name, f"{field.description} (a key leaves out {field.default!r})"


def glossary_page() -> str:
    """Return the words of the tables, as `resweep help words` prints them."""
    parts = [
        "# Words",
        "What statuses, verdicts, columns, metrics and fields mean; in the terminal: "
        "`resweep help words`.",
    ]
    for part in glossary():
        rows = [f"| `{word.name}` | {escaped(word.line)} |" for word in part.words]
        parts += [f"## {part.title}", "\n".join(["| word | meaning |", "|---|---|", *rows])]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Text in which Markdown and HTML find nothing of theirs."""
    for sign in ("&", "<", "|", "*", "_"):
        text = text.replace(sign, {"&": "&amp;", "<": "&lt;"}.get(sign, f"\\{sign}"))
    return text.replace("\\\\|", "\\|")

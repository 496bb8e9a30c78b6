"""`resweep help`: the help of a command, or what the words of the tables mean."""

from typing import Annotated, Any

import typer

from resweep import registry
from resweep.cli.lazy import SUMMARIES
from resweep.cli.options import JsonOption
from resweep.cli.output import word_list
from resweep.cli.output.as_json import dump
from resweep.errors import UsageError
from resweep.report.words import glossary, look_up

EPILOG = (
    "Examples: resweep help words   |   resweep help words trapped grad_norm_ratio   |   "
    "resweep help sweep"
)
WORDS = "words"
Topic = Annotated[
    str | None, typer.Argument(metavar="TOPIC", help="words, or the name of a command")
]
Names = Annotated[
    list[str] | None, typer.Argument(metavar="WORD", help="of `help words`: these alone")
]


def help(
    context: typer.Context, topic: Topic = None, names: Names = None, *, as_json: JsonOption = False
) -> None:
    """Explain a command, or every word of the tables in a line: resweep help words."""
    if topic != WORDS:
        if names or as_json:
            raise UsageError("words and --json belong to `resweep help words`: say that")
        page_of(context.find_root(), topic)
        return
    parts = look_up(names) if names else glossary()
    if as_json:
        dump({part.title: dict(part.words) for part in parts})
        return
    word_list.print_parts(parts, word_list.width())


def page_of(root: Any, topic: str | None) -> None:
    """Print the help page of a command; that of the program where none is named."""
    words = []
    explained = {word.name for part in glossary() for word in part.words}
    if topic in explained - set(SUMMARIES):
        raise UsageError(f"{topic!r} is no command: did you mean resweep help words {topic}?")
    if topic is not None:
        words = [registry.check("command", topic, (WORDS, *SUMMARIES))]
    root.command.main([*words, "--help"], prog_name=root.info_name, standalone_mode=False)

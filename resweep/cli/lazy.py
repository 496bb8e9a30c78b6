"""The commands by name, imported one at a time, so that a start costs what its command needs."""

from importlib import import_module
from itertools import pairwise
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from resweep import registry
from resweep.errors import UsageError

SETTINGS = {"help_option_names": ["-h", "--help"]}

# Said by `resweep --help` without an import; a test holds them to the commands' first sentences.
SUMMARIES = {
    "run": "Probe a network at step 0, train it, store the result, "
    "and print the verdict and profile.",
    "compare": "Run several arms with the same seeds and batches and compare first-epoch accuracy.",
    "sweep": "Run the grid of a sweep file or of flags; cells that are stored are not run again.",
    "study": "Search c, depth, multiplier or any other field with Optuna.",
    "boundary": "Bisect the smallest and the largest trainable multiplier or c of each arm, "
    "for each depth.",
    "report": "Show the stored arms with their spread and status, one table for each dataset.",
    "show": "Print one stored run as `resweep run` printed it; on several datasets, each of them.",
    "ls": "List stored runs, newest first: key, settings that differ, status, accuracy.",
    "export": "Write every number of the stored runs in long format: "
    "run, kind, name, index, value.",
    "rm": "Remove stored runs, by key or by condition, after asking.",
    "predict": "Print the moments that a network must have at step 0; no data, no torch.",
    "limits": "Print the depth at which each floating-point type gives out.",
    "inspect": "Inspect any network at step 0: signal and gradient by block, the law behind each "
    "weight.",
    "schemes": "List the initialization schemes and block forms with the first line of their "
    "pages.",
    "data": "Get CIFAR-10, verify it, say where it is.",
    "db": "Look after a store.",
    "bench": "Time a training step of resweep and of stock PyTorch in turn, and print their ratio.",
    "help": "Explain a command, or every word of the tables in a line: resweep help words.",
    "doctor": "Check packages, torch, the GPU, the fast convolution, the data and the store.",
}


# Names that other programs have for our commands.
ALIASES = {
    "list": "ls",
    "grid": "sweep",
    "remove": "rm",
    "delete": "rm",
    "optimize": "study",
    "train": "run",
}
# Flags of other programs that stand for a flag with its value.
WITH_VALUE = {
    "--gpu": ("--device", "cuda"),
    "--cuda": ("--device", "cuda"),
    "--cpu": ("--device", "cpu"),
}


# What people type for a command that we have under two words, or for a flag.
MEANT = {
    "download": "data fetch",
    "fetch": "data fetch",
    "figures": "report --figures DIR",
    "merge": "db merge",
    "plot": "report --figures DIR",
    "status": "sweep --list",
    "upgrade": "db upgrade",
    "version": "--version",
}


class Command(TyperCommand):
    """A command that takes flags by the names that other programs give them, such as --depth."""

    def __init__(self, *words: Any, **how: Any) -> None:
        super().__init__(*words, **how)
        self.help = flowing(self.help or "")

    def get_params(self, ctx: Any) -> list[Any]:
        return untyped(super().get_params(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        known = {name for parameter in self.params for name in parameter.opts}
        words: list[str] = []
        for place, word in enumerate(args):
            if word == "--":
                words += args[place:]
                break
            words += translated(word, known)
        refuse_flags_as_values(words, self.params)
        try:
            return super().parse_args(ctx, words)
        except typer.TyperException as error:
            from resweep.cli import mistakes

            mistakes.explain(error, known, having)
            raise


def refuse_flags_as_values(words: list[str], parameters: list[Any]) -> None:
    """Raise UsageError where a flag follows one that takes a value: click would take it for that.

    `--html --wide` would write a page into a file called --wide.
    """
    known = {name for parameter in parameters for name in parameter.opts}
    valued = {name for p in parameters if not getattr(p, "is_flag", True) for name in p.opts}
    for word, following in pairwise(words):
        if word == "--":
            return
        if word in valued and following.startswith("--") and following.partition("=")[0] in known:
            raise UsageError(f"{word} requires a value, and {following} is a flag")


def translated(word: str, known: set[str]) -> list[str]:
    """The word itself, or our flags for one that is not `known` and that we call otherwise.

    Raises UsageError for a flag with one dash where it has two.
    """
    flag, equals, value = word.partition("=")
    if f"-{flag}" in known and len(flag) > 2:  # -blocks
        raise UsageError(f"No such option: {flag}: did you mean -{flag}?")
    if not flag.startswith("--") or flag in known:
        return [word]
    if flag in WITH_VALUE and not equals and WITH_VALUE[flag][0] in known:
        return list(WITH_VALUE[flag])
    ours = registry.SYNONYMS.get(flag[2:].replace("-", "_"), "")
    ours = f"--{ours.replace('_', '-')}"
    return [f"{ours}{equals}{value}"] if ours in known else [word]


def flowing(text: str) -> str:
    """The text with each paragraph on one line, which a terminal breaks where it ends."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def untyped(parameters: list[Any]) -> list[Any]:
    """The parameters; of flags without a value and of arguments the help shows no type (<bool>)."""
    for parameter in parameters:
        if parameter.param_type_name == "argument":
            parameter.display_type_rich = lambda ctx: None
        elif parameter.is_flag and parameter.metavar is None:
            parameter.metavar = ""
    return parameters


class Group(TyperGroup):
    """A group of commands, which names the nearest one for a word that is none of them."""

    def get_params(self, ctx: Any) -> list[Any]:
        return untyped(super().get_params(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and not args[0].startswith("-"):
            registry.check("command", args[0], tuple(self.list_commands(ctx)))
        return super().resolve_command(ctx, args)


class Commands(Group):
    """The root group: it lists SUMMARIES and imports a command only when that one is called."""

    listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        return list(SUMMARIES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        cmd_name = ALIASES.get(cmd_name, cmd_name)
        if cmd_name not in SUMMARIES:
            return None
        return TyperCommand(cmd_name, help=SUMMARIES[cmd_name]) if self.listing else load(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and not args[0].startswith("-"):
            name = ALIASES.get(args[0], args[0])
            if name in MEANT:
                raise UsageError(f"unknown command {name!r}: did you mean resweep {MEANT[name]}?")
            args = [registry.check("command", name, tuple(SUMMARIES)), *args[1:]]
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self.listing = False


def having(flag: str) -> list[str]:
    """The commands that have a flag; loads them all, which takes half a second."""
    return [name for name in SUMMARIES if flag in flags(load(name))]


def flags(command: Any) -> set[str]:
    """The names of a command's flags; none for a group's."""
    return {name for p in command.params for name in p.opts if name.startswith("--")}


def load(name: str) -> Any:
    """The command that `commands/NAME.py` holds: its group `app`, or its function NAME."""
    module = import_module(f"resweep.cli.commands.{name}")
    app = getattr(module, "app", None)
    if app is None:
        app = typer.Typer(add_completion=False, context_settings=SETTINGS)
        app.command(name, epilog=module.EPILOG, cls=Command)(getattr(module, name))
    command = typer.main.get_command(app)
    command.name = name
    return command

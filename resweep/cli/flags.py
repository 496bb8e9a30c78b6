"""Parameters that stand for many flags: the Experiment fields, and records such as RunOptions."""

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

import typer

from resweep import networks, registry
from resweep.cli.output.messages import say
from resweep.experiment import TRAINING, Experiment
from resweep.plans import axes, recipes
from resweep.plans.effect import untrained
from resweep.scheme_pages import BLOCKS, SCHEMES

PANEL = "Experiment (several values: 5,10 or 0..4 or 0.5..4:log5; flags repeat)"
METAVARS = {"arguments": "NAME=VALUE", "blocks_at": "GLOB"}
KEYWORD = inspect.Parameter.KEYWORD_ONLY


class Fields(dict[str, list[str]]):
    """The texts that a user typed for each Experiment field, and the recipe for all others."""

    recipe: str | None = None


def expanded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give `command` one flag for each thing that its parameters stand for.

    A parameter annotated `Fields` becomes one repeatable flag for every Experiment field, and
    `--recipe`; the command receives the texts that were typed, of those that were. A parameter
    annotated with a dataclass becomes one flag for every field of it, annotated as Typer options
    are; the command receives the record. All other parameters stay what they are.

    Values of Experiment fields arrive unchecked: Experiment.parse checks them, with one message for
    each fault wherever they come from.
    """
    parameters = inspect.signature(command).parameters.values()
    records: dict[str, Any] = {
        p.name: p.annotation for p in parameters if is_dataclass(p.annotation)
    }

    @functools.wraps(command)
    def with_records(**arguments: Any) -> Any:
        if takes_fields(command):
            typed = {name: arguments.pop(name) for name in Experiment.model_fields}
            arguments["fields"] = given = Fields((n, texts) for n, texts in typed.items() if texts)
            if "arguments" in given:
                given["arguments"] = networks.alternatives(",".join(given["arguments"]))
            if "blocks_at" in given:
                given["blocks_at"] = [networks.globs(given["blocks_at"])]
            given.recipe = arguments.pop("recipe")
            drop_without_training(given, quiet=arguments.get("quiet", False))
        for name, record in records.items():
            values = {field.name: arguments.pop(field.name) for field in fields(record)}
            arguments[name] = record(**values)
        return command(**arguments)

    flags = list(flat(parameters))
    positional = [p for p in flags if p.kind is not KEYWORD]
    keyword = [p for p in flags if p.kind is KEYWORD]
    with_records.__signature__ = inspect.Signature(positional + keyword)  # type: ignore[attr-defined]
    with_records.__annotations__ = {p.name: p.annotation for p in flags}
    return with_records


def drop_without_training(given: Fields, *, quiet: bool) -> None:
    """Take off what only training reads where every experiment has 0 epochs, and say so."""
    epochs = ",".join(given.get("epochs", ())).split(",")
    if not all(untrained({"epochs": each}) for each in epochs):
        return
    idle = [name for name in TRAINING if name in given]
    texts = {name: given.pop(name) for name in idle}
    refuse_unreadable(texts)
    if idle and not quiet:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in idle)
        say(f"note: without training (--epochs 0) {flags} cannot matter: dropped")


def refuse_unreadable(texts: dict[str, list[str]]) -> None:
    """Raise UsageError for a value that its field does not have, although it will be dropped."""
    listed = {name: axes.values(name, written, listed=True) for name, written in texts.items()}
    for name, values in listed.items():
        for value in values:
            Experiment.parse(**{"optimizer": "sgd", name: value})  # which has every field


def takes_fields(command: Callable[..., Any]) -> bool:
    """Whether the command has a flag for every Experiment field."""
    return "fields" in inspect.signature(command).parameters


def flat(parameters: Any) -> Iterator[inspect.Parameter]:
    """The parameters, each record replaced by its fields."""
    for parameter in parameters:
        if parameter.name == "fields":
            yield recipe_flag()
            yield from (experiment_flag(name) for name in Experiment.model_fields)
        elif is_dataclass(parameter.annotation):
            for field in fields(parameter.annotation):
                assert field.default is not MISSING, f"the flag {field.name} needs a default"
                yield inspect.Parameter(
                    field.name, KEYWORD, default=field.default, annotation=field.type
                )
        else:
            yield parameter


def recipe_flag() -> inspect.Parameter:
    """`--recipe NAME`."""
    option = typer.Option(
        "--recipe",
        help=f"a preset of fields that are not set: {', '.join(recipes.RECIPES)} "
        f"(default {recipes.DEFAULT})",
        metavar="NAME",
        show_default=False,
        rich_help_panel=PANEL,
    )
    return inspect.Parameter("recipe", KEYWORD, default=None, annotation=Annotated[str, option])


def experiment_flag(name: str) -> inspect.Parameter:
    """The repeatable flag of an Experiment field, with its words and its default in the help."""
    field = Experiment.model_fields[name]
    option = typer.Option(
        flag(name),
        help=f"{field.description}{choices(name)} (default {written(recipes.default(name))})",
        metavar=METAVARS.get(name, "VALUE"),
        show_default=False,
        rich_help_panel=PANEL,
    )
    return inspect.Parameter(
        name, KEYWORD, default=None, annotation=Annotated[list[str] | None, option]
    )


def written(value: Any) -> str:
    """A default as people type it: false, 0, none for an empty text."""
    if value == "":
        return "none"
    return str(value).lower() if isinstance(value, bool) else f"{value}"


def flag(name: str) -> str:
    """The flag of an Experiment field: its name, and `--arg` for each of the arguments."""
    return "--arg" if name == "arguments" else f"--{name.replace('_', '-')}"


def choices(name: str) -> str:
    """`: a, b, c`, the words that a field takes; nothing where it takes any number or text."""
    kind = Experiment.model_fields[name].annotation
    if name == "block":
        words = registry.names(BLOCKS)
    elif name == "scheme":
        words = (*registry.names(SCHEMES), "path/file.py", "path/file.py:NAME")
    elif get_origin(kind) is Literal:
        words = get_args(kind)
    else:
        words = ()
    return ": " + ", ".join(words) if words else ""

"""The cases: each a call that would work but for one bad value."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from benchmarks.bad_input.values import (
    ANY,
    ARGUMENTS,
    BYTES,
    ESCAPE,
    FRACTION,
    INTEGER,
    MISTAKEN,
    RANGE,
    SWEEP_FILES,
    VALUES,
    WORD,
)
from resweep.cli.lazy import SUMMARIES, load
from resweep.experiment import Experiment

SMALL = {
    "--dataset": "synthetic",
    "--blocks": "2",
    "--channels": "4",
    "--kernel": "3",
    "--epochs": "0",
}
# for each command the arguments and options of a call that works
BASE: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "run": ((), SMALL),
    "compare": (("he", "bn"), SMALL | {"--seeds": "1"}),
    "sweep": ((), SMALL | {"--seed": "0,1"}),
    "study": ((), SMALL | {"--c": "0.5..2", "--trials": "1"}),
    "boundary": (("he",), SMALL | {"--blocks": "2,3", "--range": "0.5..2", "--seeds": "1"}),
    "show": (("KEY",), {}),
    "rm": (("KEY",), {"--yes": ""}),
    "predict": ((), {"--blocks": "2"}),
    "inspect": (("net.py:net",), {"--input": "3x8x8", "--batch-size": "1"}),
    "help": (("words", "trapped"), {}),
    "data fetch": ((), {"--url": "http://127.0.0.1:1/none.tar.gz"}),
    "data check": ((), {"--dataset": "synthetic"}),
    "db copy": (("sqlite:///resweep.db", "sqlite:///copy.db"), {}),
    "db merge": (("sqlite:///resweep.db", "sqlite:///copy.db"), {}),
    "bench": ((), {"--blocks": "2", "--rounds": "1"}),
}
KINDS: dict[Any, Sequence[str]] = {int: INTEGER, float: FRACTION}


@dataclass(frozen=True)
class Case:
    """A call, the option or argument of it that is bad, and the exit codes that are right."""

    words: tuple[str, ...]
    bad: str
    codes: tuple[int, ...]


def cases(seed: int, count: int, key: str = "") -> list[Case]:
    """Return `count` cases: one for every option of every command, then further ones at random.

    `key` is the beginning of a stored run's, for the commands that take one.
    """
    chance = random.Random(seed)
    groups = [list(group) for group in _by_parameter()]
    for group in groups:
        chance.shuffle(group)
    chance.shuffle(groups)
    in_turn = [case for turn in zip_longest(*groups) for case in turn if case is not None]
    chosen = []
    for case in in_turn[:count]:
        words = tuple(key if word == "KEY" else word for word in case.words)
        chosen.append(Case(words, case.bad, case.codes))
    return chosen


def commands() -> Iterator[tuple[str, Any]]:
    """Yield every command and subcommand with its name."""
    for name in SUMMARIES:
        command = load(name)
        subcommands = getattr(command, "commands", None)
        if subcommands is None:
            yield name, command
            continue
        for sub, subcommand in subcommands.items():
            yield f"{name} {sub}", subcommand


def _by_parameter() -> Iterator[Iterator[Case]]:
    """All cases, in groups: those of each parameter of each command, those of the whole program."""
    yield _of_program()
    for name, command in commands():
        for parameter in command.params:
            yield _of_parameter(name, parameter)


def _of_program() -> Iterator[Case]:
    for words in (["nonsense"], [""], ["--bogus"], [ESCAPE], [BYTES], ["data"], ["db", "nonsense"]):
        yield Case(tuple(words), " ".join(words), MISTAKEN)


def _of_parameter(command: str, parameter: Any) -> Iterator[Case]:
    arguments, options = BASE.get(command, ((), {}))
    if parameter.param_type_name == "argument":
        for value, codes in _argument_values(command, parameter.name):
            bad = [value, *arguments[1:]]
            if parameter.name == "target":
                bad = [arguments[0], value]
            yield Case((*command.split(), *_flat(options), "--", *bad), parameter.name, codes)
        if parameter.required:
            yield Case((*command.split(), *_flat(options)), parameter.name, MISTAKEN)
        return
    option = max(parameter.opts, key=len)
    # synthetic images need no folder, so that a bad one would be of no account
    dropped = (option, "--dataset") if option == "--data" else (option,)
    rest = {name: value for name, value in options.items() if name not in dropped}
    head = (*command.split(), *arguments, *_flat(rest))
    for value, codes in _option_values(command, option, parameter):
        yield Case((*head, f"{option}={value}"), option, codes)
    if not parameter.is_flag:
        yield Case((*head, option), option, MISTAKEN)
    yield Case((*head, f"{option[:-1]}#"), option, MISTAKEN)


def _argument_values(command: str, name: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    if name == "file" and command == "export":
        for value in ("runs.xyz", "folder", "nowhere/runs.csv", "/dev/full/x.csv", "e" * 5000):
            yield value, ANY
    elif name == "file":
        for value in (*SWEEP_FILES, "nowhere.toml", "folder", "/dev/zero", "pipe", BYTES):
            yield value, ANY
    else:
        values, codes = ARGUMENTS[name]
        for value in values:
            yield value, codes


def _option_values(
    command: str, option: str, parameter: Any
) -> Iterator[tuple[str, tuple[int, ...]]]:
    field = option.removeprefix("--").replace("-", "_")
    values: Sequence[str]
    codes: tuple[int, ...]
    if parameter.is_flag:
        values, codes = ["yes", ""], MISTAKEN
    elif parameter.metavar == "VALUE" and field in Experiment.model_fields:
        kind = Experiment.model_fields[field].annotation
        values = KINDS.get(kind, WORD)
        if command in ("sweep", "study", "boundary") and kind in (int, float):
            values = [*values, *RANGE]
        codes = MISTAKEN
    elif command == "bench" and option == "--limit":  # in seconds
        values, codes = FRACTION, MISTAKEN
    else:
        values, codes = VALUES.get(option, (WORD, MISTAKEN))
    for value in values:
        yield value, codes


def _flat(options: dict[str, str]) -> Iterator[str]:
    for name, value in options.items():
        yield f"{name}={value}" if value else name

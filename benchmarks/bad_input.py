"""Bad inputs over all commands and options: each ends in one clear line, the store as it was?

    python benchmarks/bad_input.py --count 300 --seed 0

Commands and options are read from the program itself, so that a new one is tried without a line
here. Each case is a call that would work but for one bad value. It must end within a time limit
with the documented exit code, print one line that begins with `error:` or a usage box, print
nothing on stdout, hold no control character and no password, show no traceback, and leave every
file in its folder as it was, the store's bytes above all. Prints one JSON object: how many cases,
how many of each exit code, and every fault with its call.
"""

import argparse
import hashlib
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from resweep import __version__
from resweep.cli.lazy import SUMMARIES, load
from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.store import Store

ERROR, USAGE, MISSING = 1, 2, 4
SECRET = "planted-secret"
SECONDS = 60.0  # a call that takes longer hangs
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
REPORTS = ("doctor", "db check")  # these print what they found on stdout, whatever it is
LONG = "9" * 5000
ESCAPE = "\x1b[2J\x1b]0;title\x07"
BYTES = os.fsdecode(b"caf\xe9")  # a name in Latin-1: no UTF-8

INTEGER = ["-1", "1.5", "many", "nan", "inf", "", " ", LONG, "1e400", "0x10", "--", ESCAPE]
FRACTION = ["-1", "many", "nan", "inf", "-inf", "", "1e999", "1..2..3", "0x1p3", LONG, BYTES]
WORD = ["nonsense", "", " ", "../he", "he he", ESCAPE, BYTES, "a" * 100_000, "'; drop table runs"]
RANGE = ["..", "5..1", "a..b", "1..2:lin0", "1..2:log-3", "1..2:lin99999999999", "1..inf", ",,"]
PLACE = ["nowhere", "notes.txt", "/dev/null", "a/" * 3000, "b" * 5000, BYTES, "folder/none"]
CONDITION = [
    "blocks>=", "blocks", "blocks=ten", "bloks=2", "scheme=hee", "(" * 3000, "blocks=2 and",
    "not", "blocks in (", "blocks in ()", "blocks~2", "status='ok", "1=1", "; drop table runs",
    "blocks=2)", ESCAPE, BYTES, "",
]  # fmt: skip
ADDRESS = [
    "nonsense", "nonsense://x", "notes.txt", "sqlite:///notes.txt", "sqlite:///folder",
    "sqlite:////dev/null", "sqlite:///nowhere/none.db", "sqlite:///" + "a" * 5000,
    f"postgresql://u:{SECRET}@127.0.0.1:1/none", f"mysql://u:{SECRET}@127.0.0.1:1/none",
    f"postgresql://u:{SECRET}@[::1/none", f"postgresql://u:{SECRET}@127.0.0.1:port/none",
    f"sqlite:///{BYTES}/x.db", f"sqlite:///{ESCAPE}/x.db",
]  # fmt: skip
MISTAKEN = (USAGE,)
ABSENT = (USAGE, MISSING)
ANY = (ERROR, USAGE, MISSING)

# for options by name: bad values and the exit codes that they may end with
VALUES: dict[str, tuple[Sequence[str], tuple[int, ...]]] = {
    "--data": (PLACE, ABSENT),
    "--store": (ADDRESS, ANY),
    "--network": (WORD, ABSENT),
    "--batch": (PLACE, ABSENT),
    "--device": (["tpu", "", "cuda:x", "cuda:-1", "cuda:99", "CPU ", ESCAPE], ABSENT),
    "--where": (CONDITION, MISTAKEN),
    "--metric": (WORD, MISTAKEN),
    "--sort": ([*WORD, "-", "--mean"], MISTAKEN),
    "--sweep": (WORD, ABSENT),
    "--name": ([ESCAPE, BYTES, "two\nlines", "\u202egnirts"], MISTAKEN),
    "--importance": (WORD, ABSENT),
    "--range": ([*RANGE, "0..1", "1", "-1..1", "1..1", ""], MISTAKEN),
    "--resolution": (["0", "-1", "nan", "inf", "1e-17", "many", ""], MISTAKEN),
    "--constraint": (
        ["x<=", "<=1", "forward_growth=1", "forward_growth<=nan", "", "a<b"],
        MISTAKEN,
    ),
    "--objective": (WORD, MISTAKEN),
    "--along": (WORD, MISTAKEN),
    "--html": (["folder", "nowhere/page.html", "/dev/full", "c" * 5000], ANY),
    "--figures": (["notes.txt", "notes.txt/figures", "/dev/null/figures", "d" * 5000], ANY),
    "--url": (["nonsense", "", "file:///nowhere", "http://127.0.0.1:1/x", "http://[", ESCAPE], ANY),
    "--c": (FRACTION, MISTAKEN),
    "--gain": (FRACTION, MISTAKEN),
    "--limit": (["0", *INTEGER], MISTAKEN),
    "--every": (["0", *INTEGER], MISTAKEN),
    "--seeds": (["0", "9" * 30, *INTEGER], MISTAKEN),
    "--workers": (["0", "9" * 30, *INTEGER], MISTAKEN),
    "--trials": (["0", *INTEGER], MISTAKEN),
    "--max-tries": (["0", *INTEGER], MISTAKEN),
    "--max-cells": (["0", *INTEGER], MISTAKEN),
    "--sampler-seed": (INTEGER, MISTAKEN),
    "--fan-in": (["0", *INTEGER], MISTAKEN),
    "--batch-size": (["0", *INTEGER], MISTAKEN),
    "--rounds": (["0", *INTEGER], MISTAKEN),
}
# for arguments by name
ARGUMENTS: dict[str, tuple[Sequence[str], tuple[int, ...]]] = {
    "names": (
        [
            *WORD,
            "he:",
            "he:multiplyer=2",
            "he:lr=",
            "he:seed=1",
            "he:c=2",
            "he:lr=1,lr=2",
            "he:lr=x",
        ],
        MISTAKEN,
    ),
    "spec": ([*WORD, "torchvision:none", "timm:", "hf:none", "nowhere.py:net", "net.py:none"], ANY),
    "topic": (WORD, MISTAKEN),
    "key": (["xyz", "abcdef", "", "g" * 64, "0" * 5000, ESCAPE, BYTES, "-1"], ABSENT),
    "keys": (["xyz", "abcdef", "", "g" * 64, "0" * 5000, ESCAPE, BYTES, "-1"], ABSENT),
    "source": (ADDRESS, ANY),
    "target": (ADDRESS, ANY),
}
NETWORK = """import torch


def net(num_classes=10):
    flat = torch.nn.Flatten()
    return torch.nn.Sequential(flat, torch.nn.LazyLinear(num_classes))
"""
SWEEP_FILES = {
    "empty.toml": b"",
    "binary.toml": bytes(range(256)),
    "latin.toml": "name = 'caf\xe9'".encode("latin-1"),
    "broken.toml": b"[fixed\nblocks = 2",
    "unknown.toml": b"[fixed]\nbloks = 2\n[grid]\nseed = [0]",
    "section.toml": b"[gird]\nseed = [0]",
    "list.toml": b"fixed = [1, 2]\n[grid]\nseed = [0]",
    "truth.toml": b"[fixed]\nblocks = true\n[grid]\nseed = [0]",
    "mixed.toml": b"[fixed]\nblocks = 2\n[grid]\nc = [0.5, true]",
    "date.toml": b"[fixed]\nblocks = 2024-01-01\n[grid]\nseed = [0]",
    "huge.toml": b"[fixed]\nblocks = " + b"9" * 4000 + b"\n[grid]\nseed = [0]",
    "axis.toml": b"[fixed]\nblocks = 2\n[grid]\nseed = []",
    "range.toml": b"[fixed]\nblocks = 2\n[grid]\nseed = '0..9:lin99999999999'",
    "deep.toml": b"[fixed]\nblocks = " + b"[" * 5000 + b"]" * 5000,
    "name.toml": b"name = 'a\\nb'\n[fixed]\nblocks = 2\ndataset = 'synthetic'\n[grid]\nseed = [0]",
}


@dataclass(frozen=True)
class Case:
    """A call, the option or argument of it that is bad, and the exit codes that are right."""

    words: tuple[str, ...]
    bad: str
    codes: tuple[int, ...]


@dataclass(frozen=True)
class Ending:
    """What came of a call; `code` is None where it was ended because it took too long."""

    code: int | None
    out: str
    err: str
    seconds: float


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
    if parameter.is_flag:
        values: Sequence[str] = ["yes", ""]
        codes = MISTAKEN
    elif parameter.metavar == "VALUE" and field in Experiment.model_fields:
        kind = Experiment.model_fields[field].annotation
        values = INTEGER if kind is int else FRACTION if kind is float else WORD
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


def furnish(folder: Path, outcomes: Iterable[Outcome]) -> None:
    """Fill the folder in which cases run: a store, a text file, an empty folder, sweep files."""
    with Store.open(f"sqlite:///{folder / 'resweep.db'}") as store:
        for outcome in outcomes:
            store.save(outcome)
    (folder / "notes.txt").write_text("not a database, but mine\n" * 50)
    (folder / "folder").mkdir()
    (folder / "net.py").write_text(NETWORK)
    for name, content in SWEEP_FILES.items():
        (folder / name).write_bytes(content)
    os.mkfifo(folder / "pipe")


def stored() -> list[Outcome]:
    """Two runs for the store, their numbers made up."""
    outcomes = []
    for seed in range(2):
        experiment = Experiment.parse(
            blocks=2, channels=4, kernel=3, dataset="synthetic", epochs=0, seed=seed
        ).resolve("synthetic", 0)
        metrics = {"forward_growth": 1.5, "backward_growth": 1.2, "grad_norm_ratio": 0.5}
        outcomes.append(
            Outcome(experiment, "ok", metrics, provenance={"dataset_fingerprint": "5eed" * 16})
        )
    return outcomes


def contents(folder: Path) -> dict[str, str]:
    """Return what lies in the folder: for every path the digest of its bytes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        found[name] = "no file"
        if path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def faults(case: Case, ending: Ending) -> Iterator[str]:
    """Yield what is wrong with how a case ended."""
    if ending.code is None:
        yield "hangs"
        return
    if ending.code not in case.codes:
        yield f"exit code {ending.code}, not {' or '.join(map(str, case.codes))}"
    if "Traceback" in ending.err or "a defect of resweep" in ending.err:
        yield "defect"
    if SECRET in ending.out + ending.err:
        yield "password"
    lines = ending.err.splitlines()
    if not all(line.isprintable() for line in [*lines, *ending.out.splitlines()]):
        yield "control characters"
    box = any("Usage:" in line for line in [*lines, *ending.out.splitlines()])
    if ending.out and not box and not " ".join(case.words).startswith(REPORTS):
        yield "output on stdout"
    told = [line for line in lines if not line.startswith(("loading torch", "warning: "))]
    if box or " ".join(case.words).startswith(REPORTS):
        return
    if len(told) != 1 or not told[0].startswith("error: "):
        yield f"{len(told)} lines on stderr"


def call(case: Case, folder: Path) -> Ending:
    """Run the program in a process of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RESWEEP_")}
    environment |= {"PYTHONPATH": str(Path(__file__).parents[1]), "HOME": str(folder.parent)}
    words = [sys.executable, "-m", "resweep", *case.words]
    began = time.monotonic()
    try:
        done = subprocess.run(
            [os.fsencode(word) for word in words],
            cwd=folder,
            env=environment,
            capture_output=True,
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return Ending(None, "", "", SECONDS)
    out, err = (text.decode(errors="replace") for text in (done.stdout, done.stderr))
    return Ending(done.returncode, out, err, time.monotonic() - began)


def main() -> None:
    """Run the cases and print the figures; exit code 1 if any has a fault."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    outcomes = stored()
    codes: Counter[str] = Counter()
    defects = []
    seconds = []
    with tempfile.TemporaryDirectory() as root:
        place = 0
        folder = Path(root, str(place))
        folder.mkdir()
        furnish(folder, outcomes)
        before = contents(folder)
        chosen = cases(options.seed, options.count, outcomes[0].experiment.key[:12])
        for case in chosen:
            ending = call(case, folder)
            found = list(faults(case, ending))
            after = contents(folder)
            if after != before:
                changed = {name for name, _ in before.items() ^ after.items()}
                found.append(f"changed: {', '.join(sorted(changed))}")
                place += 1
                folder = Path(root, str(place))
                folder.mkdir()
                furnish(folder, outcomes)
                before = contents(folder)
            codes[str(ending.code)] += 1
            seconds.append(ending.seconds)
            if found:
                words = [
                    word if len(word) < 80 else f"{word[:60]}... ({len(word)})"
                    for word in case.words
                ]
                said = (ending.err or ending.out).strip()[-300:]
                defects.append({"words": words, "bad": case.bad, "faults": found, "said": said})
                print(json.dumps(defects[-1]), file=sys.stderr, flush=True)
    tried = {(" ".join(case.words[:2]), case.bad) for case in chosen}
    figures = {
        "resweep": __version__,
        "python": platform.python_version(),
        "seed": options.seed,
        "cases": len(chosen),
        "options": len(tried),
        "codes": dict(sorted(codes.items())),
        "slowest_seconds": round(max(seconds), 1),
        "faults": defects,
    }
    print(json.dumps(figures, indent=1))
    sys.exit(bool(defects))


if __name__ == "__main__":
    main()

"""The table of commands, flags and words: made from the program once, then read from the cache."""

import json
import os
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from resweep import __version__

FORMAT = 1  # increase it when the table's form changes
PACKAGE = Path(__file__).parents[2]
SEEN = ("cli", "cli/commands", "nets/schemes", "nets/blocks", "nets/probes", "plans", "sweeps")
KINDS = {
    "scheme": "scheme",
    "block": "block",
    "metric": "metric",
    "baseline": "arm",
    "where": "where",
    "sort": "column",
    "columns": "column",
    "sweep": "sweep",
    "recipe": "recipe",
    "probe": "probe",
    "dataset": "dataset",
    "device": "device",
}
ARGUMENTS = {
    "compare": "arm",
    "boundary": "arm",
    "sweep": "sweep",
    "study": "study",
    "show": "key",
    "rm": "key",
    "help": "topic",
}


def read() -> dict[str, Any]:
    """The table of this version of these files; made, and kept if there is a cache, at first."""
    path = place()
    try:
        table: dict[str, Any] = json.loads(path.read_text()) if path else {}
    except (OSError, ValueError):
        table = {}
    if not table:
        table = build()
        keep(path, table)
    return table


def place() -> Path | None:
    """Where the table is kept: by the version and by when the program's files have changed."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    changed = 0
    for name in SEEN:
        for file in (PACKAGE / name).glob("*"):
            changed = max(changed, file.stat().st_mtime_ns)
    stamp = f"{__version__}-{FORMAT}-{changed}"
    return None if home.startswith("~") else Path(home, "resweep", "completion", f"{stamp}.json")


def keep(path: Path | None, table: dict[str, Any]) -> None:
    """Keep the table in the place of older ones; without a cache it is made each time."""
    from resweep import files

    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob("*.json"):
            old.unlink(missing_ok=True)
        with files.replacing(path) as file:
            file.write(json.dumps(table).encode())
    except (OSError, files.WriteError):
        return


def build() -> dict[str, Any]:
    """The table, from the commands themselves; loads them all, which takes seconds."""
    from resweep.cli import lazy

    commands: dict[str, Any] = {}
    for name, summary in lazy.SUMMARIES.items():
        loaded = lazy.load(name)
        below = getattr(loaded, "commands", {})
        if not below:
            commands[name] = {"help": summary, **flags_of(name, loaded)}
            continue
        commands[name] = {"help": summary, "commands": {}}
        for part, command in below.items():
            about = (command.help or "").split("\n")[0]
            commands[name]["commands"][part] = about
            commands[f"{name} {part}"] = {"help": about, **flags_of(part, command)}
    return {"commands": commands, "words": words(tuple(lazy.SUMMARIES))}


def flags_of(name: str, command: Any) -> dict[str, Any]:
    """The flags of a command with the kind of their values, and the kind of its arguments."""
    flags = {"--help": {"kind": "none", "help": "show the command's page"}}
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            continue
        about = kind_of(name, parameter)
        about["help"] = (parameter.help or "").split("\n")[0].replace("\\[", "[")
        for flag in (*parameter.opts, *parameter.secondary_opts):
            if flag.startswith("--"):
                flags[flag] = about
    return {"flags": flags, "argument": {"kind": ARGUMENTS.get(name, "file")}}


def kind_of(name: str, parameter: Any) -> dict[str, Any]:
    """What kind of value a flag takes; `none` for a switch, `file` where the shell offers files."""
    flag = parameter.opts[0].lstrip("-").replace("-", "_")
    if parameter.is_flag:
        return {"kind": "none"}
    choices = literals(parameter.type_descriptor.annotation) or of_field(flag)
    if choices:
        return {"kind": "choice", "choices": choices}
    if flag == "name":
        return {"kind": "study" if name == "study" else "sweep"}
    return {"kind": KINDS.get(flag, "file")}


def of_field(flag: str) -> list[str]:
    """The words that a field of the experiment may be; none for numbers and texts."""
    from resweep.experiment import Experiment

    field = Experiment.model_fields.get(flag)
    if field is None:
        return []
    return ["true", "false"] if field.annotation is bool else literals(field.annotation)


def literals(annotation: Any) -> list[str]:
    """The words of the Literals inside an annotation."""
    if get_origin(annotation) is Literal:
        return [word for word in get_args(annotation) if isinstance(word, str)]
    return [word for part in get_args(annotation) for word in literals(part)]


def words(commands: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Every word of each kind, with a line on it where there is one."""
    from resweep import arms, registry, scheme_pages
    from resweep.experiment import FIELDS, Experiment
    from resweep.outcome import STATUSES
    from resweep.outcome.metrics import METRICS
    from resweep.plans import ready, recipes
    from resweep.plans.metrics import READABLE

    fields = {name: Experiment.model_fields[name].description or "" for name in FIELDS}
    metrics = {name: METRICS.get(name, "") for name in READABLE}
    runs = dict.fromkeys(("status", "key", "fingerprint", "detail", "sweep"), "of the run")
    sweeps = dict.fromkeys(ready.names(), "a ready sweep")
    return {
        "scheme": dict.fromkeys(registry.names(scheme_pages.SCHEMES), ""),
        "block": dict.fromkeys(registry.names(scheme_pages.BLOCKS), ""),
        "arm": {name: arm["block"] for name, arm in arms.known().items()},
        "probe": dict.fromkeys(registry.names("resweep.nets.probes"), ""),
        "recipe": dict.fromkeys(recipes.RECIPES, ""),
        "dataset": dict.fromkeys(("auto", "cifar10", "synthetic", "folder"), ""),
        "device": dict.fromkeys(("auto", "cpu", "cuda", "mps", "xpu"), ""),
        "status": dict.fromkeys(STATUSES, ""),
        "field": fields,
        "metric": metrics,
        "condition": {**runs, **fields, **metrics},
        "sweep": sweeps,
        "study": sweeps,
        "topic": {**dict.fromkeys(commands, "a command"), "words": "every word of the tables"},
    }

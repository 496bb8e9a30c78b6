"""What a study is asked for: by flags, by a file, or by the name of one that a store holds."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from resweep.cli.flags import Fields
from resweep.cli.stores import open_store
from resweep.errors import MissingError, UsageError
from resweep.plans import axes, recipes, sweep_file
from resweep.plans.search import Search
from resweep.plans.trials import Evaluator, Summary

if TYPE_CHECKING:
    import optuna


class Asked(NamedTuple):
    """What is searched, which fields are fixed, and the file's name for it."""

    search: Search
    fixed: dict[str, Any]
    name: str | None


def from_flags(fields: Fields, given: dict[str, Any]) -> Asked:
    """Ranges and lists are searched, single values are fixed."""
    ranges: dict[str, Any] = {}
    fixed: dict[str, str] = {}
    for name, texts in fields.items():
        text = ",".join(texts)
        if name == "arguments" and len(texts) > 1:
            ranges[name] = texts
        elif name != "arguments" and (axes.is_range(text) or "," in text):
            ranges[name] = text
        else:
            fixed[name] = text
    completed = recipes.completed(fields.recipe, fixed, also=ranges)
    return Asked(Search.parse(ranges=ranges, **given), completed, None)


def from_file(file: Path, fields: Fields, given: dict[str, Any]) -> Asked:
    """The file's search; what the flags give of it takes the place of what the file says."""
    if fields:
        flag = next(iter(fields)).replace("_", "-")
        raise UsageError(f"{file} says what is fixed and searched: drop --{flag}")
    definition = sweep_file.read(file, fields.recipe)
    if definition.search is None:
        raise UsageError(f"{file} has no [search] table: run it with resweep sweep {file}")
    search = definition.search.but(**given)
    fixed = recipes.completed(definition.recipe, definition.fixed, also=search.ranges)
    return Asked(search, fixed, definition.name)


def default_name(search: Search, fixed: dict[str, Any]) -> str:
    """The same flags are the same study."""
    text = json.dumps([search.definition(), fixed], sort_keys=True)
    return f"study-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def from_store(name: str, store: str, given: dict[str, Any]) -> Asked:
    """The study of that name as the store keeps it; what the flags give of it is changed.

    Raises MissingError where there is no such study.
    """
    from resweep.plans.study_summary import definition

    with open_store(store):
        try:
            kept = definition(_load(name, store))
        except UsageError as error:
            raise MissingError(
                f"{error}; to begin one say what is searched: --c 0.1..10:log"
            ) from None
    fixed = kept.pop("fixed")
    kept.pop("data")  # which the search for images finds again, or the study refuses
    return Asked(Search.parse(**{**kept, **given}), fixed, name)


def read(name: str, store: str, evaluator: Evaluator) -> Summary:
    """What the study of that name found so far."""
    from resweep.plans.study_summary import summarize

    with open_store(store):  # which explains what Optuna meets in the database
        return summarize(_load(name, store), evaluator)


def _load(name: str, store: str) -> "optuna.Study":
    from resweep.plans.study_storage import storage
    from resweep.plans.study_summary import load
    from resweep.store.beside import studies_url

    return load(name, storage(studies_url(store, create=False), create=False))

"""A study as a TOML file: [fixed] fields, [search] and [search.ranges] as `resweep.plans.search` describes them."""

import tomllib
from pathlib import Path
from typing import Any

from resweep import registry
from resweep.errors import MissingError, UsageError
from resweep.experiment import FIELDS

TABLES = ("fixed", "search")


def read_search(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tables (search, fixed) of a study file, their keys known and their values not yet judged.

    Raises MissingError where the file cannot be read, UsageError with the file for anything it should not say.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MissingError(f"cannot read {path}: {error.strerror}; name one such as sweeps/study_smoke.toml") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}") from None
    if "grid" in document:
        raise UsageError(f"{path} has a [[grid]]: run it with `resweep sweep {path}`")
    try:
        for table in document:
            registry.check("table", table, TABLES)
        search, fixed = document.get("search", {}), document.get("fixed", {})
        if not isinstance(search, dict) or not isinstance(fixed, dict):
            raise UsageError("write [fixed] and [search] once each, in single brackets")
        for name, value in fixed.items():
            registry.check("field", name, FIELDS)
            if isinstance(value, (list, dict)):
                raise UsageError(f"fixed.{name} is not one value: what is searched belongs in [search.ranges]")
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None
    return search, fixed

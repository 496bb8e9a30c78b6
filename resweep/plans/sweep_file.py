"""A sweep as a TOML file: fixed fields and grids, whose axes are multiplied out, or a search.

name = "mine"                # the sweep's name in the store (default: the name of the file)
recipe = "paper"             # a preset of fields that the file leaves open (`plans.recipes`)

[fixed]                      # Experiment fields that every cell shares
blocks = 20

[[grid]]                     # all combinations of its axes; several grids run one after the other
c = "0.5..2:log3"            # 0.5, 1, 2; also lin, and log:0.5..2:3
arguments.depth = [8, 20]    # of the `network` named in [fixed]
seed = [0, 1]

[report]                     # how it is best looked at
metric = "first_epoch_accuracy"
rows = "c"
columns = "blocks"
title = "Is it so?"

[search] takes the place of [[grid]] in a study; `resweep.plans.search` describes it.
"""

import hashlib
import json
import math
import stat
import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from resweep import networks, numerals, registry
from resweep.errors import MissingError, UsageError
from resweep.experiment import FIELDS, Experiment
from resweep.plans import axes, effect, ready, recipes
from resweep.plans.search import Search

MOST_CELLS = 10_000
MOST_BYTES = 2**20  # of a sweep file
MESSAGE = 160  # characters of what is wrong with a file; the place stands at the end
TABLES = ("name", "recipe", "fixed", "grid", "search", "report")


class Report(BaseModel):
    """The [report] table: the metric to look at, the two axes of its heat map, and a title."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    metric: str | None = None
    rows: str | None = None
    columns: str | None = None
    title: str | None = None


class Definition(BaseModel):
    """A sweep as a file, or the flags in its place, define it.

    `recipe` is the preset of fields that nothing else sets, None for the default one. `fixed` are
    fields that all cells share. `grid` has one dictionary a grid: each axis with its
    values. `place` is the name of the file, for messages, and empty where there is none.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True
    )

    name: str | None = Field(None, pattern=r"^\S(.*\S)?$")
    recipe: str | None = None
    fixed: dict[str, Any] = {}
    grid: tuple[dict[str, list[Any]], ...] = ()
    search: Search | None = None
    report: Report = Report()
    place: str = ""

    @property
    def size(self) -> int:
        """How many cells the grids have, counting repeated ones."""
        return sum(math.prod(map(len, grid.values())) for grid in self.grid or ({},))

    @property
    def axes(self) -> tuple[str, ...]:
        """The fields that vary within a grid, in the order of Experiment."""
        varied: set[str] = set()
        for grid in self.grid:
            varied |= {name for name, values in grid.items() if len(values) > 1}
        return tuple(name for name in FIELDS if name in varied)

    def experiments(self, most: int = MOST_CELLS) -> list[Experiment]:
        """Return every cell once, grid by grid, the last axis of a grid varying fastest.

        Raises UsageError for a cell that is no experiment, and for more than `most` cells.
        """
        try:
            if self.size > most:
                raise UsageError(
                    f"{self.size:,} cells are more than {most:,}: "
                    f"give fewer values, or --max-cells {self.size}"
                )
            return list(dict.fromkeys(self._cells()))
        except UsageError as error:
            raise UsageError(f"{self.place}: {error}" if self.place else str(error)) from None

    def _cells(self) -> Iterator[Experiment]:
        for number, grid in enumerate(self.grid or ({},), 1):
            try:
                for cell in effect.where_used([*self._combinations(grid)]):
                    yield Experiment.parse(**cell)
            except UsageError as error:
                raise UsageError(f"grid {number}: {error}" if self.place else str(error)) from None

    def _combinations(self, grid: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
        """Yield the fields of every combination, completed by the recipe."""
        for values in product(*grid.values()):
            fields = self.fixed | dict(zip(grid, values, strict=True))
            yield recipes.completed(self.recipe, fields)

    def to_json(self) -> dict[str, Any]:
        """Return what the store keeps of the definition."""
        return {
            "recipe": self.recipe or recipes.DEFAULT,
            "fixed": self.fixed,
            "grid": list(self.grid),
            "report": self.report.model_dump(exclude_none=True),
        }


def digest(experiments: list[Experiment]) -> str:
    """Return the sha256 of the cells and their order, in hexadecimal.

    Two definitions with the same cells have the same digest, however their axes are written.
    """
    cells = [experiment.model_dump(exclude_defaults=True) for experiment in experiments]
    text = json.dumps(cells, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def read(path: Path, recipe: str | None = None) -> Definition:
    """Return the definition in a sweep file. If it has no `name`, the name of the file is used.

    A name without a suffix may be that of a ready sweep (`resweep.plans.ready`). A `recipe` given
    here takes the place of the file's.

    Raises MissingError if the file cannot be read, and UsageError, with the file and the key, for
    anything that it must not contain.
    """
    path = ready.find(path)
    document = _parsed(path)
    try:
        definition = define({"name": path.stem} | document, str(path), recipe)
        if not document.keys() & {"fixed", "grid", "search"}:
            raise UsageError("it defines no sweep: write [fixed], [[grid]] or [search] into it")
        return definition
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None


def _parsed(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file; a byte order mark at its beginning is ignored."""
    try:
        return tomllib.loads(_bytes(path).decode("utf-8-sig"))
    except OSError as error:
        raise MissingError(
            f"cannot read {path}: {error.strerror}; "
            "name a sweep file or a ready sweep, such as smoke"
        ) from None
    except RecursionError:
        raise UsageError(f"{path} is not TOML: its values are nested too deeply") from None
    except ValueError as error:  # no UTF-8, no TOML, or an integer of thousands of digits
        raise UsageError(f"{path} is not TOML: {numerals.shown(error, MESSAGE)}") from None


def _bytes(path: Path) -> bytes:
    """Return what is in a regular file; a pipe or a device could keep the reader forever."""
    if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
        raise UsageError(f"{path} is not a file: name a sweep file or a ready sweep, such as smoke")
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UsageError(f"{path} is no sweep file: it has more than {MOST_BYTES:,} bytes")
    return content


def define(document: dict[str, Any], place: str = "", recipe: str | None = None) -> Definition:
    """Return the definition in a document, that is, in the tables of a parsed sweep file.

    A `recipe` given here takes the place of the document's.

    Raises UsageError for an unknown table or field, and for a value that a table cannot hold.
    """
    for key in document:
        if key in FIELDS:
            raise UsageError(f"{key} stands outside the tables: put it under [fixed] or [[grid]]")
        registry.check("table", key, TABLES)
    fixed, grids = document.get("fixed", {}), document.get("grid", [])
    if not isinstance(fixed, dict) or not isinstance(grids, list):
        raise UsageError("write [fixed] once and [[grid]] (in double brackets) for each grid")
    recipe = document.get("recipe") if recipe is None else recipe
    if recipe is not None:
        registry.check("recipe", str(recipe), tuple(recipes.RECIPES))
    try:
        return Definition(
            name=document.get("name"),
            recipe=recipe,
            fixed={name: single(name, value) for name, value in fixed.items()},
            grid=tuple(multiplied(number, grid, fixed) for number, grid in enumerate(grids, 1)),
            search=search(document),
            report=report(document.get("report", {})),
            place=place,
        )
    except ValidationError:
        raise UsageError(
            f"name={numerals.shown(repr(document['name']))} is not a name: "
            "write a text in quotation marks"
        ) from None


def search(document: dict[str, Any]) -> Search | None:
    """Return the search in the document, None if it has none."""
    table = document.get("search")
    if table is None:
        return None
    if "grid" in document or not isinstance(table, dict):
        raise UsageError("write either [[grid]] tables or one [search] table")
    return Search.parse(**table)


def single(name: str, value: Any) -> Any:
    """Return the value of a fixed field; a list is refused, but for that of several globs."""
    registry.check("field", name, FIELDS)
    if name == "blocks_at":
        return networks.globs(value)
    if isinstance(value, list):
        raise UsageError(f"fixed.{name} is a list: an axis belongs in a [[grid]] table")
    return value


def multiplied(number: int, grid: Any, fixed: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the axes of a grid with their values; `number` counts the grids from 1, for messages.

    Raises UsageError for a grid that is no table, an unknown field, and an axis that is also fixed.
    """
    where = f"grid {number}"
    if not isinstance(grid, dict):
        raise UsageError(f"{where} is not a table: write [[grid]] and one line for each axis")
    for name in grid:
        registry.check("field", name, FIELDS)
        if name in fixed:
            raise UsageError(f"{name} is both fixed and an axis of {where}: keep one of them")
    try:
        return {name: axes.values(name, value) for name, value in grid.items()}
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def report(table: Any) -> Report:
    """Return the [report] table. Raises UsageError for a key or a value that it cannot have."""
    if not isinstance(table, dict):
        raise UsageError("write [report] once, with metric, rows, columns, title")
    for key in table:
        registry.check("key of [report]", key, tuple(Report.model_fields))
    try:
        hints = Report(**table)
    except ValidationError as error:
        fault = error.errors()[0]
        shown = numerals.shown(repr(fault["input"]))
        raise UsageError(f"report.{fault['loc'][0]}={shown} is not a text") from None
    for axis in (hints.rows, hints.columns):
        if axis is not None:
            registry.check("field", axis, FIELDS)
    return hints

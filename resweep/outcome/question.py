"""Question: what an inspection is made of, and the key that it is stored and found under."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from resweep.outcome.inspection import Inspection


@dataclass(frozen=True)
class Question:
    """Everything that determines the numbers of one inspection.

    network      a specification; with the state of its source (`@...`) it is resolved
    arguments    of its factory, in the canonical form of `resweep.networks`
    input        the shape of one drawn input, "" where the batch comes from a file
    batch        the first 12 digits of the sha256 of the batch's file, "" where inputs are drawn
    batch_size   how many inputs are drawn, 0 where the batch comes from a file
    loss         cross-entropy, mse or mean
    blocks_at    globs of the modules that are blocks
    scheme       that draws the weights first, "" for the network's own
    c            of that scheme
    limit        the factor by which second moments may change
    seed         of weights, drawn inputs and drawn labels
    """

    network: str
    arguments: str = ""
    input: str = "3x32x32"
    batch: str = ""
    batch_size: int = 16
    loss: str = "cross-entropy"
    blocks_at: tuple[str, ...] = ()
    scheme: str = ""
    c: float = 1.0
    limit: float = 1e3
    seed: int = 0

    @property
    def key(self) -> str:
        """The sha256 of the canonical JSON of the fields that are not at their default."""
        changed = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                changed[field.name] = value
        text = json.dumps(changed, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def called(self) -> str:
        """The network as people read it: its call, and the scheme that drew its weights."""
        bare = self.network.partition("@")[0]
        name = f"{bare}({self.arguments.replace(',', ', ')})" if self.arguments else bare
        return f"{name}, {self.scheme.partition('@')[0]}" if self.scheme else name

    def to_json(self) -> dict[str, Any]:
        """Every field."""
        return asdict(self)

    @classmethod
    def of_json(cls, document: dict[str, Any]) -> "Question":
        """Return the question that `to_json` wrote."""
        made = cls(**document)
        return replace(made, blocks_at=tuple(made.blocks_at))


@dataclass(frozen=True)
class Answer:
    """An inspection with what was asked, as a store keeps it; `stored` is None until it does."""

    question: Question
    inspection: Inspection
    stored: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """The inspection's fields, the key and the question."""
        asked = {"key": self.question.key, "question": self.question.to_json()}
        return asked | self.inspection.to_json()

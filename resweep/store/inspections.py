"""Inspections in a store: each question has its latest answer."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from resweep.outcome.inspection import Inspection
from resweep.outcome.question import Answer, Question
from resweep.store import rows
from resweep.store.schema import inspections


def write(connection: Connection, answer: Answer) -> None:
    """Store an answer in place of an older one to the same question."""
    key = answer.question.key
    rows.lock(connection, key)
    connection.execute(delete(inspections).where(inspections.c.key == key))
    row = {
        "key": key,
        "network": answer.question.network,
        "status": answer.inspection.status,
        "question": answer.question.to_json(),
        "inspection": answer.inspection.to_json(),
        "stored": answer.stored or datetime.now(UTC),
    }
    connection.execute(insert(inspections), row)


def read(connection: Connection, prefix: str = "") -> Iterator[Answer]:
    """Yield the answers whose keys begin with `prefix`, newest first."""
    begins = inspections.c.key.startswith(prefix.lower(), autoescape=True)
    query = select(inspections).where(begins)
    for row in connection.execute(query.order_by(inspections.c.id.desc())):
        stored = row.stored if row.stored.tzinfo else row.stored.replace(tzinfo=UTC)
        made = Inspection.of_json(row.inspection)
        yield Answer(Question.of_json(row.question), made, stored)


def remove(connection: Connection, keys: Sequence[str]) -> int:
    """Remove the answers of these keys; return how many there were."""
    gone = delete(inspections).where(inspections.c.key.in_(keys))
    return connection.execute(gone).rowcount


def merge(source: Connection, target: Connection) -> int:
    """Copy the answers that `target` lacks or has in an older form; return how many."""
    here = {answer.question.key: answer.stored for answer in read(target)}
    copied = 0
    for answer in sorted(read(source), key=lambda a: str(a.stored)):
        other = here.get(answer.question.key)
        if other is None or (answer.stored is not None and answer.stored > other):
            write(target, answer)
            copied += 1
    return copied

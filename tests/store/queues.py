"""Queues of small sweeps, and what tests do to their cells."""

import multiprocessing

from sqlalchemy import select, update

from resweep import identity
from resweep.store import schema
from resweep.store.queue import now
from tests.samples import experiment

DEFINITION = {"grid": [{"seed": [0, 1, 2]}]}


def queue(store, count=3, *, name="mine", digest="d", fingerprint="data", **more):
    experiments = [experiment(seed=seed) for seed in range(count)]
    return store.queue(name, DEFINITION, digest, experiments, fingerprint, **more)


def drain(of):
    """The seeds of all cells that can be claimed."""
    return [cell.seed for cell in iter(of.claim, None)]


def states(store, name="mine"):
    return [(c.experiment.get("seed", 0), c.status, c.tries) for c in store.cells(name)]


def someone(monkeypatch, name):
    monkeypatch.setattr(identity, "me", lambda: name)


def dead():
    """The name of a process of this machine that has ended."""
    process = multiprocessing.get_context("fork").Process(target=lambda: None)
    process.start()
    process.join()
    return f"{identity.host()} {process.pid} 1"


def set_owner(store, name):
    with store._database.writer.begin() as connection:
        connection.execute(update(schema.cells).values(claimed_by=name))


def age(store, seconds):
    with store._database.writer.begin() as connection:
        connection.execute(
            update(schema.cells).values(heartbeat=schema.cells.c.heartbeat - seconds)
        )


def heartbeats(store, what="cells"):
    with store._database.reader.connect() as connection:
        if what == "now":
            return float(connection.scalar(select(now(connection))))
        return list(
            connection.scalars(
                select(schema.cells.c.heartbeat).where(schema.cells.c.status == "running")
            )
        )

"""Inspections as records: a wide line each, and every number in the long format of runs."""

from collections.abc import Iterable, Iterator
from typing import Any

from resweep.outcome.inspection import Inspection
from resweep.outcome.question import Answer, Question
from resweep.outcome.worst_block import worst_block
from resweep.report.export.long import Record


def wide_records(answers: Iterable[Answer]) -> Iterator[dict[str, Any]]:
    """Yield one record for each inspection.

    It has the key, what was asked, the status and its reason, the number of blocks, the growths,
    the block that changes most with log10 of its factor, and the parameters that look wrong.
    """
    for answer in answers:
        done = answer.inspection
        record = {"key": answer.question.key} | _asked(answer.question)
        record |= {"status": done.status, "verdict": done.verdict, "blocks": len(done.blocks)}
        record |= {"loss_at_start": done.loss} | done.metrics
        worst = worst_block(done)
        if worst is not None:
            record |= {"worst_block": worst.block, "worst_of": worst.way}
            record |= {"worst_log10": worst.log10}
        record["faults"] = "; ".join(f"{f.where} ({f.kind})" for f in done.faults)
        yield record


def _asked(question: Question) -> dict[str, Any]:
    """The fields of a question, its globs as one text."""
    return question.to_json() | {"blocks_at": " ".join(question.blocks_at)}


def long_records(answers: Iterable[Answer]) -> Iterator[Record]:
    """Yield a record for every number and word of every inspection.

    The kinds are other ones than those of runs. `question`: what was asked. `inspection`: status,
    verdict, loss and growths. `block`: the profiles, by block. `parameter`: n_var, variance,
    gradient and law of each parameter, as `NAME n_var` and so on. `finding`: what stands out, by
    kind, as `PLACE: sentence`.
    """
    for answer in answers:
        for kind, name, index, value in _values(answer):
            if isinstance(value, (int, float)):
                yield answer.question.key, "", kind, name, index, float(value), None
            else:
                yield answer.question.key, "", kind, name, index, None, str(value)


def _values(answer: Answer) -> Iterator[tuple[str, str, int | None, object]]:
    done = answer.inspection
    for name, value in _asked(answer.question).items():
        yield "question", name, None, value
    yield "inspection", "status", None, done.status
    yield "inspection", "verdict", None, done.verdict
    yield "inspection", "loss_at_start", None, done.loss
    for name, value in done.metrics.items():
        yield "inspection", name, None, value
    for name, series in done.profiles.items():
        for block, value in enumerate(series, start=len(done.blocks) + 1 - len(series)):
            yield "block", name, block, value
    yield from _of_parameters(done)
    for finding in done.findings:
        yield "finding", finding.kind, None, f"{finding.where}: {finding.text}"


def _of_parameters(done: Inspection) -> Iterator[tuple[str, str, int | None, object]]:
    for one in done.parameters:
        known = {"n_var": one.n_var, "variance": one.variance}
        known["gradient"] = done.gradients.get(one.name)
        for what, value in known.items():
            if value is not None:
                yield "parameter", f"{one.name} {what}", None, value
        if one.law is not None:
            yield "parameter", f"{one.name} law", None, one.law.name

"""A question about a network answered: the model is built, drawn anew where that is asked, read."""

from dataclasses import replace
from pathlib import Path

from torch import Tensor

from resweep import networks, scheme_pages
from resweep.api import batches
from resweep.errors import OutOfMemory, ResweepError, UsageError
from resweep.lab.surroundings import out_of_memory
from resweep.nets.foreign import inspecting, rules
from resweep.nets.foreign.inputs import Batch, shapes
from resweep.nets.foreign.spec import build
from resweep.outcome.inspection import Inspection
from resweep.outcome.question import Question
from resweep.sources import digest


def settled(question: Question, batch: Path | None = None) -> Question:
    """Return the question with the state of every source in it, which its key needs.

    Raises MissingError for a network, a scheme or a file that is not there.
    """
    scheme = question.scheme
    if scheme:
        scheme = scheme_pages.pinned(scheme_pages.named(scheme))
    found = replace(question, network=networks.pinned(question.network), scheme=scheme)
    if batch is None:
        return found
    batches.there(batch)
    return replace(found, input="", batch_size=0, batch=digest(batch.read_bytes()))


def answer(question: Question, batch: Path | None = None) -> Inspection:
    """Return what the network shows, read from `batch` or from inputs that are drawn.

    Raises UsageError for what the network cannot have and for inputs on which it fails, and
    OutOfMemory where they are too large.
    """
    values, labels = _given(question, batch)
    model = build(question.network, networks.mapping(question.arguments), seed=question.seed)
    try:
        if question.scheme:
            seed, c = question.seed, question.c
            rules.initialize_(model, question.scheme, values, labels=labels, c=c, seed=seed)
        return inspecting.inspect(
            model,
            values,
            blocks_at=question.blocks_at,
            loss=question.loss,  # type: ignore[arg-type]
            labels=labels,
            limit=question.limit,
            seed=question.seed,
            name=question.called,
        )
    except ResweepError:
        raise
    except Exception as error:
        raise _refused(question, batch, values, error) from error


def _refused(
    question: Question, path: Path | None, values: Batch, error: Exception
) -> ResweepError:
    """The error for what a model raises on its inputs."""
    text = str(error).strip().partition("\n")[0]
    said = f"{type(error).__name__}: {text}".removesuffix(": ")
    if out_of_memory(error):
        fix = "say a smaller --input or --batch-size"
        return OutOfMemory(f"{question.called} needs more memory than there is: {text}: {fix}")
    if path is not None:
        fix = "save what its forward pass takes: a tensor, a pair (inputs, labels) or names"
        return UsageError(
            f"{question.called} does not take --batch {path} ({shapes(values)}): {said}: {fix}"
        )
    return UsageError(
        f"{question.called} does not take --input {question.input}: {said}: "
        "say the shape of one input, as 3x224x224, or int:512 for tokens, or give a --batch"
    )


def _given(question: Question, batch: Path | None) -> tuple[Batch, Tensor | None]:
    if batch is not None:
        return batches.load(batch)
    return batches.drawn(question.input, question.batch_size, question.seed), None

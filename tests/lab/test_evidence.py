"""What is measured for the facts of a run, against the same numbers computed by hand."""

import math

import pytest
import torch
import torch.nn.functional as F

from resweep.experiment import Experiment
from resweep.lab.evidence import UNTRAINED_IMAGES, Evidence, fall, some_images
from resweep.nets.course import Course
from resweep.nets.steps import Split
from resweep.nets.training import Pixels, train
from resweep.outcome import Progress
from tests.samples import network

LABELS = torch.tensor([0] * 16 + [1] * 8 + [2] * 8)  # of 32 test images half are of one class


@pytest.fixture
def images():
    """How to standardize, 64 training images and the 32 test images, 8 by 8."""
    draw = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (96, 3, 8, 8), dtype=torch.uint8, generator=draw)
    unit = Pixels(torch.zeros(1, 3, 1, 1), torch.ones(1, 3, 1, 1))
    labels = torch.randint(0, 3, (64,), generator=draw)
    return Split(pixels[:64], labels), Split(pixels[64:], LABELS), unit


@pytest.mark.parametrize("block", ["residual", "residual-bn"])
def test_gains_and_changed_answers_are_those_of_the_test_before_and_after(images, block):
    data, test, pixels = images
    e = Experiment(
        block=block, scheme="he", blocks=2, channels=4, kernel=3, batch_size=16, lr=1e-2, epochs=3
    ).resolve("synthetic", 64)
    net = network(e, classes=3)
    evidence = Evidence(net, data, test, pixels, e.batch_size)
    began = evidence.start()
    with torch.no_grad():
        before = net.eval()(pixels(test.images)).double()
    epochs = list(train(net, data, test, pixels, e, Course(net, e), evidence.hear, evidence.marks))
    with torch.no_grad():
        after = net.eval()(pixels(test.images)).double()
    ended = evidence.end()

    losses = [F.cross_entropy(z, LABELS, reduction="none") for z in (before, after)]
    right = [z.argmax(1) == LABELS for z in (before, after)]
    prior = -torch.tensor([0.5] * 16 + [0.25] * 16, dtype=torch.float64).log()
    assert began == pytest.approx(
        {
            "test_images": 32,
            "majority_share": 0.5,
            "prior_entropy": 1.5 * math.log(2),
            "untrained_test_loss": losses[0].mean().item(),
            "untrained_test_accuracy": right[0].double().mean().item(),
        },
        rel=1e-5,
    )
    assert ended["gain_over_prior"] == pytest.approx((prior - losses[1]).mean().item(), abs=1e-5)
    assert ended["gain_over_prior"] == pytest.approx(
        began["prior_entropy"] - epochs[-1].test_loss, abs=1e-5
    )
    gains = losses[0] - losses[1]
    assert ended["gain_over_untrained"] == pytest.approx(gains.mean().item(), abs=1e-5)
    error = gains.std().item() / math.sqrt(32)
    assert ended["gain_over_untrained_stderr"] == pytest.approx(error, rel=1e-4)
    changed = right[1].long() - right[0].long()
    assert (ended["newly_right"], ended["newly_wrong"]) == (
        (changed > 0).sum(),
        (changed < 0).sum(),
    )
    assert len(evidence.losses) == 12


def test_evidence_changes_no_number_of_the_training(images):
    data, test, pixels = images
    e = Experiment(
        block="residual-bn", scheme="he", blocks=2, channels=4, kernel=3, batch_size=16, lr=1e-2
    ).resolve("synthetic", 64)
    curves = []
    for watched in (False, True):
        net = network(e, classes=3)
        marks = Evidence(net, data, test, pixels, 16).marks if watched else None
        (epoch,) = train(net, data, test, pixels, e, Course(net, e), marks=marks)
        curves.append((epoch.train_loss, epoch.test_loss, epoch.test_accuracy))
    assert curves[0] == curves[1]


def test_the_untrained_network_sees_the_same_drawn_images_every_time():
    assert some_images(512).tolist() == list(range(512))
    chosen = some_images(10_000)
    assert len(set(chosen.tolist())) == UNTRAINED_IMAGES == 1024
    assert torch.equal(chosen, some_images(10_000))
    of_each = torch.bincount(chosen // 1000, minlength=10)  # of a test that is sorted by class
    assert of_each.min() > 70


def test_the_fall_is_between_the_last_two_quarters():
    losses = [9.0, 9.0, 8.0, 8.0, 2.0, 2.2, 1.0, 1.4]
    error = math.sqrt((0.02 + 0.08) / 2)  # sample variances of (2, 2.2) and (1, 1.4)
    assert fall(losses) == pytest.approx({"loss_fall": 0.9, "loss_fall_stderr": error})
    assert fall([7.0, *losses]) == fall(losses)
    assert fall(losses[:7]) == {}


def test_only_training_steps_are_heard(images):
    data, test, pixels = images
    e = Experiment(blocks=1, channels=2, kernel=3).resolve("synthetic", 64)
    evidence = Evidence(network(e, classes=3), data, test, pixels, 16)
    evidence.hear(Progress("train", 1, 16, 64, 2.5))
    evidence.hear(Progress("test", 1, 16, 32, 2.5))
    assert list(evidence.losses) == [2.5]

"""A training that goes on from a kept state has the numbers of one that never stopped."""

import io

import pytest
import torch

from resweep.experiment import Experiment
from resweep.nets.course import Course
from resweep.nets.training import train
from tests.nets.test_training import PIXELS, Pixels, split
from tests.samples import network

BASE = {"blocks": 2, "channels": 4, "kernel": 3, "batch_size": 16, "lr": 1e-2, "epochs": 4}


def begun(**fields):
    """A network, its course, and the epochs that are to come."""
    e = Experiment(**(BASE | fields)).resolve("synthetic", 90)
    net = network(e, classes=2, size=(8, 8))
    course = Course(net, e)
    pixels = Pixels(*(t.to(net.stem.dtype) for t in (PIXELS.mean, PIXELS.std)))
    return net, course, train(net, split(90, 0), split(50, 1), pixels, e, course)


def numbers(epoch):
    return epoch.epoch, epoch.train_loss, epoch.test_loss, epoch.test_accuracy


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"optimizer": "sgd", "momentum": 0.9},
        {"optimizer": "adamw", "weight_decay": 0.1, "augment": "flip-crop"},
        {"block": "residual-bn", "head": "flatten", "conv_bias": True},
        {"scheme": "skipinit", "precision": "float64"},
        {"precision": "bfloat16"},
        {"precision": "float16", "lr": 1e-3},
    ],
)
def test_a_resumed_course_has_the_numbers_of_an_unbroken_one(fields):
    net, _, epochs = begun(**fields)
    whole = list(map(numbers, epochs))
    _, course, epochs = begun(**fields)
    first = [numbers(next(epochs)), numbers(next(epochs))]
    file = io.BytesIO()
    torch.save(course.state(), file)
    file.seek(0)
    other, fresh, rest = begun(**fields)
    fresh.resume(torch.load(file, weights_only=True))
    assert [*first, *map(numbers, rest)] == whole
    pairs = zip(net.state_dict().values(), other.state_dict().values(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_augmentation_leaves_the_order_of_the_images_alone():
    cpu = torch.device("cpu")
    plain, changed = (begun(augment=a)[1] for a in ("none", "flip-crop"))
    for _ in range(2):
        orders = torch.cat(plain.batches(90, cpu)), torch.cat(changed.batches(90, cpu))[:, 0]
        assert torch.equal(*orders)
    assert sorted(orders[0].tolist()) == list(range(90))

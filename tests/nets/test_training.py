import math

import pytest
import torch

from resweep.experiment import Experiment
from resweep.nets import training
from resweep.nets.course import Course
from resweep.nets.training import (
    Diverged,
    Pixels,
    Split,
    descend,
    estimate_population,
    evaluate,
    train,
)
from tests.samples import network

PIXELS = Pixels(torch.full((1, 3, 1, 1), 0.5), torch.full((1, 3, 1, 1), 0.25))
SGD = {"optimizer": "sgd", "lr": 0.1}


def split(count, seed):
    """Two classes of 8 x 8 images: dark and bright, with noise."""
    draws = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 2
    images = 90 + 60 * labels.view(-1, 1, 1, 1) + 40 * torch.randn(count, 3, 8, 8, generator=draws)
    return Split(images.clamp(0, 255).to(torch.uint8), labels)


def run(on_progress=lambda _: None, **fields):
    base = {"blocks": 2, "channels": 4, "kernel": 3, "batch_size": 16, "lr": 1e-2, "epochs": 2}
    e = Experiment(**(base | fields)).resolve("synthetic", 96)
    net = network(e, classes=2)
    pixels = Pixels(*(t.to(net.stem.dtype) for t in (PIXELS.mean, PIXELS.std)))
    course = Course(net, e)
    curve = list(train(net, split(96, 0), split(50, 1), pixels, e, course, on_progress))
    return net, curve


@pytest.mark.parametrize(
    "optimizer", [{}, {"optimizer": "adamw"}, {"optimizer": "sgd", "momentum": 0.9, "lr": 0.1}]
)
@pytest.mark.parametrize("block", ["residual", "residual-bn"])
def test_it_learns_what_can_be_learned(block, optimizer):
    net, curve = run(block=block, epochs=4, **optimizer)
    assert [e.epoch for e in curve] == [1, 2, 3, 4]
    assert curve[-1].test_accuracy > 0.9
    assert curve[-1].train_loss < curve[0].train_loss
    assert evaluate(net, split(50, 1), PIXELS) == (curve[-1].test_loss, curve[-1].test_accuracy)


@pytest.mark.parametrize(
    ("block", "optimizer"), [("residual", {}), ("residual", SGD), ("preact-bn", {})]
)
def test_every_precision_learns_as_float32_does(block, optimizer):
    _, reference = run(blocks=4, block=block, epochs=4, **optimizer)
    for precision in ("float16", "bfloat16", "float64"):
        net, curve = run(blocks=4, block=block, epochs=4, precision=precision, **optimizer)
        assert {p.dtype for p in net.parameters()} == {getattr(torch, precision)}
        assert curve[0].train_loss == pytest.approx(reference[0].train_loss, rel=0.1)
        assert curve[-1].train_loss < 0.5 * curve[0].train_loss
        assert curve[-1].test_accuracy > 0.9


def test_one_experiment_twice_gives_identical_numbers_and_another_seed_others():
    def numbers(seed):
        return [(e.train_loss, e.test_loss, e.test_accuracy) for e in run(seed=seed)[1]]

    assert numbers(0) == numbers(0)
    assert numbers(0) != numbers(1)


@pytest.mark.parametrize("every", [1, 4, 100])
def test_divergence_is_told_where_it_was_however_seldom_the_losses_are_looked_at(
    monkeypatch, every
):
    batches = list(torch.arange(80).split(8))
    monkeypatch.setitem(training.LOOK_EVERY, "cpu", every)
    given = iter([1.0, 2.0, 3.0, math.inf, math.nan, *[0.0] * 5])
    looked = []
    with pytest.raises(Diverged, match="epoch 3, step 4"):
        descend(lambda batch: torch.tensor(next(given)), batches, 3, looked.append)
    assert [p.done for p in looked] == [8 * n for n in range(every, 4, every)]


def test_train_loss_is_the_mean_over_images_also_with_a_short_last_batch():
    seen = []
    _, curve = run(lambda p: seen.append((p.stage, p.done, p.loss)), batch_size=40, epochs=1)
    steps = [(done, loss) for stage, done, loss in seen if stage == "train"]
    assert [done for done, _ in steps] == [40, 80, 96]
    assert curve[0].train_loss == pytest.approx(
        (40 * steps[0][1] + 40 * steps[1][1] + 16 * steps[2][1]) / 96
    )
    assert [done for stage, done, _ in seen if stage == "test"] == [50]


def test_divergence_says_where():
    with pytest.raises(Diverged, match="epoch 1, step 2"):
        run(optimizer="sgd", lr=1e30)


def test_untrained_loss_of_zero_branches_is_near_ln_2():
    e = Experiment(blocks=1, channels=4, kernel=3, c=0.0).resolve("synthetic", 96)
    net = network(e, classes=2)
    torch.nn.init.zeros_(net.head.weight)
    loss, accuracy = evaluate(net, split(50, 1), PIXELS)
    assert loss == pytest.approx(math.log(2), rel=1e-6)
    assert accuracy == 0.5


def test_pixels_are_standardized_channel_by_channel():
    pixels = Pixels(
        torch.tensor([0.0, 0.5, 1.0]).view(1, 3, 1, 1),
        torch.tensor([1.0, 0.5, 0.25]).view(1, 3, 1, 1),
    )
    x = pixels(torch.full((2, 3, 4, 4), 255, dtype=torch.uint8))
    assert x[0, :, 0, 0].tolist() == [1.0, 1.0, 0.0]


def test_the_test_uses_statistics_of_the_present_weights_not_of_the_steps_behind_them():
    e = Experiment(block="residual-bn", blocks=3, channels=4, kernel=3, scheme="he").resolve(
        "synthetic", 96
    )
    net = network(e, classes=2)
    data = split(96, 0)
    estimate_population(net, data, PIXELS, 96)
    net.train()
    with torch.no_grad():
        exact = net(PIXELS(data.images))
        net.eval()
        estimated = net(PIXELS(data.images))
    torch.testing.assert_close(
        estimated, exact, rtol=2e-3, atol=2e-3
    )  # unbiased against biased variance

"""Schemes are drawn without a batch where the first layer says what the network reads."""

import pytest
import torch
from torch import nn

from resweep.errors import UsageError
from resweep.nets.foreign.rules import initialize_
from tests.nets.foreign.test_rules import Net


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.a, self.b = nn.Embedding(20, 8), nn.Linear(8, 8), nn.Linear(8, 8)
        self.head = nn.Linear(8, 20)

    def forward(self, tokens):
        x = self.table(tokens)
        return self.head(x + self.b(torch.relu(self.a(x))))


class Picky(nn.Module):
    """Takes images of one size alone."""

    def __init__(self, side):
        super().__init__()
        self.stem, self.head, self.side = nn.Conv2d(1, 4, 3, padding=1), nn.Linear(4, 2), side

    def forward(self, x):
        assert x.shape[-1] == self.side, f"images of {self.side}"
        x = self.stem(x)
        return self.head((x + self.stem(x.mean(1, keepdim=True))).mean((2, 3)))


def weights(model):
    return {name: p.detach().clone() for name, p in model.named_parameters()}


@pytest.mark.parametrize("scheme", ["he", "lecun", "depth-scaled", "orthogonal", "zero-gamma"])
def test_without_a_batch_the_draws_are_those_with_one(scheme):
    with_batch, without = Net(), Net()
    without.load_state_dict(with_batch.state_dict())
    told = initialize_(with_batch, scheme, torch.randn(4, 3, 8, 8))
    assert initialize_(without, scheme) == told
    assert told.found.startswith("3 blocks")
    drawn = weights(without)
    for name, weight in weights(with_batch).items():
        assert torch.equal(weight, drawn[name]), name


@pytest.mark.parametrize(
    ("model", "blocks"),
    [
        (Tokens(), 1),
        (nn.Sequential(nn.Conv1d(2, 4, 3), nn.AdaptiveAvgPool1d(1), nn.Flatten()), 1),
        (nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 3)), 2),
        (Picky(28), 1),
        (Picky(224), 1),
    ],
    ids=["tokens", "signals", "vectors", "28", "224"],
)
def test_the_first_layer_says_what_is_read(model, blocks):
    told = initialize_(model, "he")
    assert told.variance
    assert told.found.startswith(f"{blocks} block")


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Picky(57), "no guessed input fits the model .*AssertionError: images of 57.*give a batch"),
        (nn.ReLU(), "no guessed input fits the model: give a batch"),
    ],
)
def test_where_nothing_fits_a_batch_is_asked_for(model, said):
    before = weights(model)
    with pytest.raises(UsageError, match=said):
        initialize_(model, "he")
    assert all(torch.equal(p, before[name]) for name, p in model.named_parameters())


@pytest.mark.parametrize("scheme", ["lsuv", "gradinit", "metainit"])
def test_schemes_that_are_fitted_need_a_batch(scheme):
    with pytest.raises(UsageError, match=f"scheme '{scheme}' is fitted to a batch"):
        initialize_(Net(), scheme)

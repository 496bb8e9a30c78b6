"""Flips and crops: against loops over pixels, and drawn beside the order of the images."""

import pytest
import torch

from resweep.nets import augment
from resweep.nets.streams import generator


@pytest.fixture
def images():
    draw = torch.Generator().manual_seed(3)
    return torch.randint(1, 256, (20, 3, 6, 5), dtype=torch.uint8, generator=draw)


def by_hand(image, flip, top, left):
    """Every pixel looked up in the image, black outside it; the flip is that of the crop."""
    _, height, width = image.shape
    out = torch.zeros_like(image)
    for y in range(height):
        for x in range(width):
            from_y = y + top - augment.PAD
            from_x = (width - 1 - x if flip else x) + left - augment.PAD
            if 0 <= from_y < height and 0 <= from_x < width:
                out[:, y, x] = image[:, from_y, from_x]
    return out


def test_every_image_is_cropped_and_flipped_as_drawn(images):
    batch = augment.drawn(torch.randperm(20), generator(0, "augment"))[:12]
    out = augment.chosen(images, batch)
    assert out.dtype == torch.uint8
    for changed, (index, flip, top, left) in zip(out, batch.tolist(), strict=True):
        assert torch.equal(changed, by_hand(images[index], flip, top, left))


def test_indices_alone_change_nothing(images):
    assert torch.equal(augment.chosen(images, torch.tensor([3, 1])), images[[3, 1]])


def test_draws_are_uniform_over_both_flips_and_all_81_crops():
    drawn = augment.drawn(torch.arange(81_000), generator(0, "augment"))
    assert torch.equal(drawn[:, 0], torch.arange(81_000))
    assert drawn[:, 1].double().mean().item() == pytest.approx(0.5, abs=0.01)
    counts = torch.bincount(9 * drawn[:, 2] + drawn[:, 3], minlength=81)
    assert len(counts) == 81
    chi_square = ((counts - 1000.0) ** 2 / 1000).sum().item()
    assert chi_square < 140  # 80 degrees of freedom: beyond 140 once in 40,000 seeds

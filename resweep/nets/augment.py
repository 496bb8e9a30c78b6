"""Random changes of training images: a flip half the time, and a crop of the image padded by 4.

He et al. 2015 (arXiv 1512.03385, Sec. 4.2) train on CIFAR-10 with them. What is drawn is drawn
before the epoch, on the CPU, and travels with the indices of the images, so that a captured graph
finds it where it finds them.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

PAD = 4  # black pixels on each side


def drawn(order: Tensor, generator: torch.Generator) -> Tensor:
    """For each index in `order` (N,): (index, flip, top, left) as int64 (N, 4), on the CPU.

    Flip is 0 or 1; the crop begins `top` rows and `left` columns into the padded image.
    """
    shifts = torch.randint(2 * PAD + 1, (len(order), 2), generator=generator)
    flips = torch.randint(2, (len(order), 1), generator=generator)
    return torch.cat((order[:, None], flips, shifts), dim=1)


def chosen(images: Tensor, batch: Tensor) -> Tensor:
    """The images (n, C, H, W) that `batch` names: indices (n,), or rows of `drawn` (n, 4)."""
    if batch.dim() == 1:
        return images[batch]
    indices, flips, tops, lefts = batch.unbind(1)
    height, width = images.shape[2:]
    padded = F.pad(images[indices], (PAD,) * 4)
    along_x = torch.arange(width, device=batch.device)
    rows = tops[:, None] + torch.arange(height, device=batch.device)
    columns = torch.where(flips[:, None] == 1, along_x.flip(0), along_x) + lefts[:, None]
    each = torch.arange(len(batch), device=batch.device)[:, None, None]
    cropped: Tensor = padded[each, :, rows[:, :, None], columns[:, None, :]]
    return cropped.permute(0, 3, 1, 2)

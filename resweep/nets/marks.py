"""The test image by image: which were right and at what loss."""

import torch
import torch.nn.functional as F
from torch import Tensor

from resweep.nets.probes._numbers import widened, widest


class Marks:
    """The loss in nats and whether the answer was right, for each of `images` test images.

    They stay on the device until they are `read`; the losses are float64, and float32 where the
    device has none.
    """

    def __init__(self, images: int, device: torch.device) -> None:
        self.losses = torch.zeros(images, dtype=widest(device.type), device=device)
        self.right = torch.zeros(images, dtype=torch.bool, device=device)

    def write(self, first: int, logits: Tensor, labels: Tensor) -> None:
        """Mark the batch whose first image is number `first`; `logits` are (N, classes)."""
        batch = slice(first, first + len(labels))
        wide = logits.to(self.losses.dtype)
        self.losses[batch] = F.cross_entropy(wide, labels, reduction="none")
        self.right[batch] = logits.argmax(1) == labels

    def read(self) -> "Marks":
        """Return the marks on the CPU, the losses in float64."""
        here = Marks(0, torch.device("cpu"))
        here.losses, here.right = widened(self.losses).cpu(), self.right.cpu()
        return here

    def of(self, images: Tensor) -> "Marks":
        """The marks of some of the images, by their numbers."""
        some = Marks(0, images.device)
        some.losses, some.right = self.losses[images], self.right[images]
        return some

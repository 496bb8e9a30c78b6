"""The residual networks for CIFAR-10 of He et al. 2015 (arXiv 1512.03385, Sec. 4.2).

A 3x3 convolution to `width` channels, three stages of (depth - 2) / 6 blocks with width, 2 width
and 4 width channels, the mean over pixels, and a linear layer. A block is

    f(x + norm conv f(norm conv x))

with two 3x3 convolutions; the first block of the second and third stage takes every second pixel.
Its shortcut does so too and fills the new channels with zeros (option A), or is a 1x1 convolution
(option B).

It imports torch alone. resweep builds it by name:

    resweep run --network examples/cifar_resnet.py:resnet --arg depth=20 --scheme he
"""

import torch
import torch.nn.functional as F
from torch import nn


class Scalar(nn.Module):
    """Adds a learnable number that is 0 at the start."""

    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        return x + self.bias


def normalization(kind, channels):
    if kind == "batch":
        return nn.BatchNorm2d(channels)
    if kind == "group":
        return nn.GroupNorm(8, channels)
    return nn.Identity()


class Block(nn.Module):
    """f(x + branch x); with norm="fixup" the branch has Fixup's scalars."""

    def __init__(self, before, after, stride, norm, shortcut):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, padding=1, bias=False)
        self.norm1 = normalization(norm, after)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.norm2 = normalization(norm, after)
        scalars = norm in ("fixup", "skip")
        self.scale = nn.Parameter(torch.ones(())) if scalars else None
        biased = norm == "fixup"
        self.biases = nn.ModuleList(Scalar() for _ in range(4)) if biased else None
        self.stride, self.added = stride, after - before
        self.projection = None
        if shortcut == "B" and (stride > 1 or self.added):
            self.projection = nn.Sequential(
                nn.Conv2d(before, after, 1, stride, bias=False), normalization(norm, after)
            )

    def forward(self, x):
        b = self.biases or [nn.Identity()] * 4
        y = F.relu(b[1](self.norm1(self.conv1(b[0](x)))))
        y = self.norm2(self.conv2(b[2](y)))
        if self.scale is not None:
            y = self.scale * y
        return F.relu(self.skip(x) + b[3](y))

    def skip(self, x):
        if self.projection is not None:
            return self.projection(x)
        if self.stride > 1:
            x = x[:, :, :: self.stride, :: self.stride]
        return F.pad(x, (0, 0, 0, 0, 0, self.added)) if self.added else x


class ResNet(nn.Module):
    def __init__(self, blocks, width, norm, shortcut, num_classes):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 3, padding=1, bias=False)
        self.norm = normalization(norm, width)
        layers, before = [], width
        for stage in range(3):
            after = width * 2**stage
            for block in range(blocks):
                stride = 2 if stage and not block else 1
                layers.append(Block(before, after, stride, norm, shortcut))
                before = after
        self.layers = nn.Sequential(*layers)
        self.head = nn.Linear(before, num_classes)

    def forward(self, x):
        z = self.layers(F.relu(self.norm(self.stem(x))))
        return self.head(z.mean((2, 3)))


def resnet(depth=20, width=16, norm="batch", shortcut="A", num_classes=10):
    """Return a network of `depth` layers, 6 n + 2 of them.

    Arguments:
        depth: layers with weights: 8, 14, 20, 32, 44, 56, 110, ...
        width: channels of the first stage.
        norm: "batch", "group" or "off"; "skip" is off and a learnable factor on each branch;
            "fixup" is off, that factor and four scalar biases a branch.
        shortcut: "A", without weights, or "B", a 1x1 convolution where the shape changes.
        num_classes: how many logits there are.
    """
    blocks, rest = divmod(depth - 2, 6)
    if rest or blocks < 1:
        raise ValueError(f"depth {depth} is not 6 n + 2, such as 8, 20 or 56")
    if norm not in ("batch", "group", "off", "skip", "fixup"):
        raise ValueError(f"norm {norm} is not batch, group, off, skip or fixup")
    return ResNet(blocks, width, norm, shortcut, num_classes)

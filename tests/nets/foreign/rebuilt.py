"""The built-in network in three block forms, written as a user would write it."""

import torch
from torch import nn


class Block(nn.Module):
    """One block: `form` says where activation and normalization stand."""

    def __init__(self, form, channels, kernel):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, kernel, padding="same", bias=False)
        self.norm = nn.BatchNorm2d(channels) if form == "residual-bn" else nn.Identity()
        self.form = form

    def forward(self, x):
        if self.form == "preact":
            return x + self.conv(torch.relu(x))
        return x + torch.relu(self.norm(self.conv(x)))


class Rebuilt(nn.Module):
    """Stem, blocks, mean over pixels, head."""

    def __init__(self, form, blocks, channels, kernel, num_classes):
        super().__init__()
        self.stem = nn.Conv2d(3, channels, 3, padding=1, bias=False)
        self.blocks = nn.Sequential(*(Block(form, channels, kernel) for _ in range(blocks)))
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        return self.head(self.blocks(self.stem(x)).mean((2, 3)))


def rebuilt(form="residual", blocks=4, channels=6, kernel=3, num_classes=10):
    """Return the network."""
    return Rebuilt(form, blocks, channels, kernel, num_classes)

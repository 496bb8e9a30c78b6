"""Separate random streams from one seed, so that a change in one purpose leaves the others' draws as they were."""

import hashlib

import torch


def generator(seed: int, purpose: str) -> torch.Generator:
    """CPU generator for `purpose` ("weights", "order", "probe", ...): seeded by 63 bits of sha256(seed, purpose).

    Always on the CPU, so that every device gets the same numbers.
    """
    digest = hashlib.sha256(f"{seed} {purpose}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)

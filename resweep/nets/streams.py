"""Separate random streams from one seed.

Weights, data order and probes each have their own, so that drawing more for one purpose leaves the
draws for the others unchanged.
"""

import hashlib

import torch


def generator(seed: int, purpose: str) -> torch.Generator:
    """The random generator of `seed` for one `purpose` ("weights", "order", "probe", ...).

    It is seeded with 63 bits of sha256(seed, purpose) and always draws on the CPU, so that every
    device gets the same numbers.
    """
    digest = hashlib.sha256(f"{seed} {purpose}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)

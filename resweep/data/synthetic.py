"""The built-in set: coloured gratings of ten kinds under noise, generated in integers alone.

    pixel = 128 + cast_k + offset_n + noise
          + contrast_n colour_k sin(2 pi (f_k + jitter_n) . x + phase_n)

Class k has a spatial frequency f_k (orientation and wavelength), a colour of its stripes and a weak
colour cast. Image n draws a phase, a contrast, an offset and a jitter of its frequency. Because the
phase is random, a function that is linear in the pixels cannot see the stripes, while convolution,
ReLU and pooling see their energy; the cast alone decides few images.

Every step is integer arithmetic on a table of 256 sines and on the counter-based generator
SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"), so that
the arrays are the same, bit for bit, on every platform and with every version of numpy.
"""

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

from resweep.data.pictures import Pictures
from resweep.data.source import Source
from resweep.errors import ResweepError

FINGERPRINT = "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c"
CLASSES = tuple(f"grating-{k}" for k in range(10))
TRAIN, TEST, SIDE = 2048, 512, 32
SEED = 2017

# cycles over the image along x and y; stripes and cast of red, green and blue
CYCLES = np.array(
    [(4, 0), (3, 3), (0, 4), (-3, 3), (9, 0), (8, 4), (5, 8), (0, 9), (-5, 8), (-8, 4)]
)
COLOURS = np.array([(4, 4, 4), (4, -4, 0), (0, 4, -4), (4, 4, -4), (-4, 0, 4)] * 2)
PRIMARIES = np.eye(3, dtype=np.int64)
CASTS = np.concatenate([PRIMARIES, -PRIMARIES, [(1, 1, 0), (-1, -1, 0), (0, 1, 1), (0, -1, -1)]])
AMPLITUDE, CAST, OFFSET = 14, 5, 12  # grey levels
NOISE = 48  # grey levels: half the width of its triangular distribution
SINES = np.array([round(256 * math.sin(math.tau * i / 256)) for i in range(256)])


def source() -> Source:
    """The set as a source; nothing is generated yet."""
    return Source(
        "synthetic", "synthetic", FINGERPRINT, TRAIN, TEST, CLASSES, (3, SIDE, SIDE), None
    )


def read() -> Pictures:
    """All images (2560, 3, 32, 32) with their labels, in the order of their generation.

    Raises ResweepError if this machine does not compute the arrays of the pinned fingerprint.
    """
    images, labels = generate()
    fingerprint = digest(images, labels)
    if fingerprint != FINGERPRINT:
        raise ResweepError(
            f"synthetic images came out as {fingerprint[:12]}, not {FINGERPRINT[:12]}: "
            "report numpy and platform"
        )
    return Pictures(images, labels, TRAIN, CLASSES)


def generate() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Images (2560, 3, 32, 32) and labels (2560,); the first 2048 are for training."""
    count = TRAIN + TEST
    labels = np.arange(count, dtype=np.int64) % len(CLASSES)
    draws = (words(0, count * 7) >> np.uint64(32)).astype(np.int64).reshape(7, count)
    step = 8 * CYCLES[labels].T + between(draws[0:2], -6, 6)  # 1/256 of a turn a pixel
    offset, contrast = between(draws[2], 0, 255), between(draws[3], 128, 384)
    x = np.arange(SIDE)
    phase = step[0, :, None, None] * x + step[1, :, None, None] * x[:, None]
    phase += offset[:, None, None]
    wave = (SINES[phase & 255] * contrast[:, None, None] >> 8).astype(np.int16)
    colour = (AMPLITUDE * COLOURS[labels]).astype(np.int16)
    pixels = colour[:, :, None, None] * wave[:, None] >> 8
    pixels += noise(pixels.size).reshape(pixels.shape)
    flat = 128 + CAST * CASTS[labels] + between(draws[4:7], -OFFSET, OFFSET).T
    pixels += flat.astype(np.int16)[:, :, None, None]
    return np.clip(pixels, 0, 255).astype(np.uint8), labels


def digest(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> str:
    """The sha256 of the images' bytes, followed by the labels as little-endian 64-bit integers."""
    return hashlib.sha256(images.tobytes() + labels.astype("<i8").tobytes()).hexdigest()


def noise(count: int) -> NDArray[np.int16]:
    """Triangular noise in -NOISE to NOISE: the sum of two random bytes, centred and scaled.

    The eight bytes of a random word serve four pixels; `count` is a multiple of four.
    """
    word, low = words(1 << 40, count // 4), np.uint64(0x00FF00FF00FF00FF)
    pairs = (word & low) + (word >> np.uint64(8) & low)
    return (pairs.astype("<u8").view("<u2").astype(np.int16) - 255) * np.int16(NOISE) >> 8


def between(draws: NDArray[np.int64], low: int, high: int) -> NDArray[np.int64]:
    """Integers in [low, high] from draws of 32 bits."""
    return low + (draws * (high - low + 1) >> 32)


def words(start: int, count: int) -> NDArray[np.uint64]:
    """Words `start` to `start + count` of SplitMix64's stream for SEED, modulo 2^64."""
    counter = np.arange(start + 1, start + count + 1, dtype=np.uint64)
    z = counter * np.uint64(0x9E3779B97F4A7C15) + np.uint64(SEED)
    z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return z ^ z >> np.uint64(31)

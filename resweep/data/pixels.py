"""Pixels of any image as 8-bit RGB: scaled by the range that its format gives them, or refused."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# modes of 8 bits a channel and of less, which Pillow converts to RGB; an alpha channel is dropped
PLAIN = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV"}
SIXTEEN = {"I;16", "I;16L", "I;16B", "I;16N"}
WHITE_IS_ZERO = 0
BITS_PER_SAMPLE, PHOTOMETRIC = 258, 262  # tags of TIFF


def rgb(image: Image.Image) -> NDArray[np.uint8]:
    """The pixels (3, H, W) of an opened image.

    Grey images get three equal channels. Of 16 bits a channel the upper 8 are kept, as Pillow does
    with colour images, so that black is 0 and white 255. Raises ValueError for pixels without a
    fixed range (32-bit integers, floating-point numbers) and for colour spaces that Pillow does not
    convert (Lab).
    """
    if image.mode in PLAIN:
        image.info.pop("transparency", None)  # of no use here, and Pillow warns of some kinds
        return np.asarray(image.convert("RGB")).transpose(2, 0, 1)
    bits = grey_bits(image)
    if bits is None:
        raise ValueError(
            f"its pixels, of mode {image.mode}, have no fixed range or colour space: "
            "save it with 8 or 16 bits a channel"
        )
    grey = (np.asarray(image).astype(np.int64) >> bits - 8).astype(np.uint8)
    if image.format == "TIFF" and _tag(image, PHOTOMETRIC) == WHITE_IS_ZERO:
        grey = 255 - grey
    return np.broadcast_to(grey, (3, *grey.shape))


def grey_bits(image: Image.Image) -> int | None:
    """How many bits a grey pixel has, for a file of 9 to 16; None for any other image."""
    if image.format == "TIFF" and image.mode in SIXTEEN:
        return _tag(image, BITS_PER_SAMPLE) or 16
    if image.format == "PNG" and image.mode in SIXTEEN | {"I"}:
        return 16
    if image.format == "PPM" and image.mode in SIXTEEN | {"I"}:
        return 16  # Pillow scales any range above 255 to this
    return None


def _tag(image: Image.Image, number: int) -> int | None:
    """The first value of a tag of a TIFF file."""
    value = getattr(image, "tag_v2", {}).get(number)
    if isinstance(value, tuple):
        value = value[0] if value else None
    return None if value is None else int(value)

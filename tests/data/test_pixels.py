"""Every kind of pixels that Pillow opens is scaled from black to white, or refused."""

import struct
import warnings as python_warnings

import numpy as np
import pytest
from PIL import Image, ImageCms

from resweep.data import folder, pixels
from resweep.errors import MissingError

RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)
COLOURS = np.stack([RAMP, RAMP.T, 255 - RAMP], axis=-1)


def grey(array):
    return np.broadcast_to(array, (3, *array.shape))


def saved(path, image, **how):
    image.save(path, **how)
    return path


def tiff(path, samples, bits, photometric, kind=1):
    """An uncompressed little-endian grey TIFF of one strip."""
    height, width = samples.shape
    content = samples.tobytes() if bits != 12 else packed(samples)
    entries = [
        (256, 3, width),
        (257, 3, height),
        (258, 3, bits),
        (259, 3, 1),
        (262, 3, photometric),
        (273, 4, 8),
        (277, 3, 1),
        (278, 3, height),
        (279, 4, len(content)),
        (339, 3, kind),
    ]
    directory = struct.pack("<H", len(entries))
    for tag, size, value in entries:
        directory += struct.pack("<HHII", tag, size, 1, value)
    header = b"II*\0" + struct.pack("<I", 8 + len(content))
    path.write_bytes(header + content + directory + b"\0\0\0\0")
    return path


def packed(samples):
    """Pairs of 12-bit samples in three bytes."""
    first, second = samples.reshape(-1, 2).astype(np.uint32).T
    three = np.stack([first >> 4, (first & 15) << 4 | second >> 8, second & 255], axis=-1)
    return three.astype(np.uint8).tobytes()


SIXTEEN = RAMP.astype(np.uint16) * 257


def sixteen_bit_png(path):
    return saved(path, Image.fromarray(SIXTEEN))


def sixteen_bit_tiff(path):
    return tiff(path, SIXTEEN, 16, photometric=1)


def sixteen_bit_tiff_white_is_zero(path):
    return tiff(path, 65535 - SIXTEEN, 16, photometric=0)


def twelve_bit_tiff(path):
    return tiff(path, RAMP.astype(np.uint16) * 16 + RAMP // 16, 12, photometric=1)


def big_endian_tiff(path):
    image = Image.frombytes("I;16B", (16, 16), SIXTEEN.astype(">u2").tobytes())
    return saved(path, image)


def sixteen_bit_pgm(path):
    path.write_bytes(b"P5 16 16 65535\n" + SIXTEEN.astype(">u2").tobytes())
    return path


def pgm_of_another_range(path):
    """0 to 1020 are four steps for each of 255."""
    path.write_bytes(b"P5 16 16 1020\n" + (RAMP.astype(np.uint16) * 4).astype(">u2").tobytes())
    return path


def plain_grey(path):
    return saved(path, Image.fromarray(RAMP))


def grey_with_alpha(path):
    return saved(path, Image.merge("LA", [Image.fromarray(RAMP), Image.new("L", (16, 16), 7)]))


@pytest.mark.parametrize(
    ("make", "suffix"),
    [
        (plain_grey, "png"),
        (grey_with_alpha, "png"),
        (sixteen_bit_png, "png"),
        (sixteen_bit_tiff, "tif"),
        (sixteen_bit_tiff_white_is_zero, "tif"),
        (twelve_bit_tiff, "tif"),
        (big_endian_tiff, "tif"),
        (sixteen_bit_pgm, "pgm"),
        (pgm_of_another_range, "pgm"),
    ],
)
def test_grey_from_black_to_white(make, suffix, tmp_path):
    _, seen = folder.decode(make(tmp_path / f"a.{suffix}"))
    assert seen.dtype == np.uint8
    np.testing.assert_array_equal(seen, grey(RAMP))


def test_sixteen_bits_of_colour_keep_their_upper_half_too(tmp_path):
    """Written by hand, since Pillow writes no such file: a PNG of one pixel, 16 bits a channel."""
    import zlib

    def chunk(kind, content):
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", 1, 1, 16, 2, 0, 0, 0)
    pixel = b"\0" + struct.pack(">HHH", 0x12FF, 0x8000, 0xFFFF)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    content += chunk(b"IDAT", zlib.compress(pixel)) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(content)
    _, seen = folder.decode(tmp_path / "a.png")
    assert seen.ravel().tolist() == [0x12, 0x80, 0xFF]


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_few_bits_of_grey_are_scaled(bits, tmp_path):
    steps = 2**bits - 1
    values = np.arange(16, dtype=np.uint8).reshape(4, 4) % (steps + 1)
    scaled = (values.astype(int) * 255 // steps).astype(np.uint8)
    image = Image.fromarray(scaled)
    if bits == 1:
        image = image.convert("1")
    image.save(tmp_path / "a.png", bits=bits)
    _, seen = folder.decode(tmp_path / "a.png")
    np.testing.assert_array_equal(seen, grey(scaled))


COLOUR_MODES = ["RGB", "RGBA", "RGBX", "CMYK", "HSV", "YCbCr"]


@pytest.mark.parametrize("mode", COLOUR_MODES)
def test_colours_are_kept(mode):
    """CMYK loses nothing without black; hue and chroma are rounded to 8 bits on the way."""
    image = Image.fromarray(COLOURS).convert(mode)
    rounding = {"HSV": 8, "YCbCr": 3}.get(mode, 0)
    np.testing.assert_allclose(
        pixels.rgb(image).astype(int), COLOURS.transpose(2, 0, 1).astype(int), atol=rounding
    )


@pytest.mark.parametrize("alpha", [False, True])
def test_palettes_give_their_colours_without_a_warning(alpha, tmp_path):
    image = Image.fromarray(COLOURS).quantize(32)
    expected = np.asarray(image.convert("RGB")).transpose(2, 0, 1)
    how = {"transparency": bytes(range(32))} if alpha else {}
    image.save(tmp_path / "a.png", **how)
    with python_warnings.catch_warnings():
        python_warnings.simplefilter("error")
        _, seen = folder.decode(tmp_path / "a.png")
    np.testing.assert_array_equal(seen, expected)
    assert len(np.unique(expected)) > 10


def float_tiff(path):
    return saved(path, Image.fromarray(RAMP.astype(np.float32) / 255))


def integer_tiff(path):
    return saved(path, Image.fromarray(RAMP.astype(np.int32) * 1000))


def signed_tiff(path):
    return tiff(path, RAMP.astype(np.int16), 16, photometric=1, kind=2)


def lab_tiff(path):
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    transform = ImageCms.buildTransform(*profiles, "RGB", "LAB")
    return saved(path, ImageCms.applyTransform(Image.fromarray(COLOURS), transform))


def float_map(path):
    path.write_bytes(b"Pf 16 16 -1.0\n" + RAMP.astype("<f4").tobytes())
    return path


@pytest.mark.parametrize(
    ("make", "mode"),
    [
        (float_tiff, "F"),
        (integer_tiff, "I"),
        (signed_tiff, "I"),
        (lab_tiff, "LAB"),
        (float_map, "F"),
    ],
)
def test_what_has_no_fixed_range_is_refused(make, mode, tmp_path):
    with pytest.raises(MissingError, match=rf"of mode {mode}, .*: save it with 8 or 16 bits"):
        folder.decode(make(tmp_path / "a.tif"))


def test_every_mode_of_pillow_is_either_converted_or_refused():
    """A mode that a later Pillow adds is refused until somebody looks at it."""
    converted, refused = set(), set()
    for mode in Image.MODES:
        image = Image.new(mode, (2, 3))
        image.format = "PNG"
        try:
            assert pixels.rgb(image).shape == (3, 3, 2)
            converted.add(mode)
        except ValueError:
            refused.add(mode)
    assert converted == pixels.PLAIN | pixels.SIXTEEN | {"I"}
    assert refused == {"F", "LAB", "La", "RGBa"}

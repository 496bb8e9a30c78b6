"""The colours of charts and heat maps, chosen to be told apart with every kind of colour vision.

Heat maps run from dark blue over green to yellow, which is also ordered in grey: anchors of viridis
(Nathaniel Smith and Stéfan van der Walt 2015, public domain) with straight lines between them. Arms
have the colours of Okabe and Ito (2008), and grey.
"""

VIRIDIS = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))
ARMS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7f7f7f")
LIGHT = 0.179  # the relative luminance at which black and white contrast equally with a colour


def rgb(level: float) -> tuple[int, int, int]:
    """The colour of a level in [0, 1], as red, green and blue in 0..255."""
    place = level * (len(VIRIDIS) - 1)
    anchor = min(int(place), len(VIRIDIS) - 2)
    share = place - anchor
    below, above = VIRIDIS[anchor], VIRIDIS[anchor + 1]
    r, g, b = (round(low + (high - low) * share) for low, high in zip(below, above, strict=True))
    return r, g, b


def light(level: float) -> bool:
    """Whether black text is easier to read than white on the colour of `level`.

    Decided by the relative luminance of WCAG 2.2, 0.2126 R + 0.7152 G + 0.0722 B of the linear
    channels.
    """
    r, g, b = (_linear(channel / 255) for channel in rgb(level))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > LIGHT


def _linear(channel: float) -> float:
    """The linear intensity of an sRGB channel in [0, 1]."""
    if channel <= 0.04045:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)

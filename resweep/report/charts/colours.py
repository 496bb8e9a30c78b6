"""The scale of heat maps: dark blue over green to yellow, readable with every kind of colour vision and in grey.

Anchors of viridis (Nathaniel Smith and Stéfan van der Walt 2015, public domain), straight lines between them.
"""

VIRIDIS = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))
ARMS = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#7f7f7f",
)  # Okabe and Ito (2008), and grey


def rgb(level: float) -> tuple[int, int, int]:
    """The colour of a level in [0, 1]."""
    place = level * (len(VIRIDIS) - 1)
    i = min(int(place), len(VIRIDIS) - 2)
    r, g, b = (
        round(low + (high - low) * (place - i))
        for low, high in zip(VIRIDIS[i], VIRIDIS[i + 1], strict=True)
    )
    return r, g, b


def light(level: float) -> bool:
    """Whether black stands out from this level's colour more than white does (relative luminance of WCAG 2)."""
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
        for v in (x / 255 for x in rgb(level))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.179

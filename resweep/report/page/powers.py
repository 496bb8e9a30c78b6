"""Powers of ten as a page sets them, with raised digits."""

import re

from markupsafe import Markup, escape

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
WRITTEN = re.compile(r"10\^(-?\d+(?:\.\d+)?)")


def superscript(text: str) -> str:
    """1e44 -> 10⁴⁴, 2.5e-7 -> 2.5·10⁻⁷; other texts as they are."""
    parts = re.fullmatch(r"(-?[\d.]+)e([+-]?\d+)", text)
    if not parts:
        return text
    power = "10" + str(int(parts[2])).translate(RAISED)
    return power if parts[1] == "1" else f"{parts[1]}·{power}"


def raised(text: str) -> Markup:
    """A sentence as markup in which every 10^0.4 has a raised exponent; all of it is escaped."""
    return Markup(WRITTEN.sub(r"10<sup>\1</sup>", str(escape(text))))

"""Globs of module names, as one line of text: `layer*.*`, or several with a space between them.

A glob is read as `fnmatch` reads it, and means the outermost of the modules that match. In its
canonical form a text has each glob once, sorted, since
a module is named by any of them.
"""

import re
from typing import Any

from resweep.errors import UsageError

GLOB = re.compile(r"[\w.*?!\[\]-]+")
MOST = 1000  # characters of a text


def globs(written: Any) -> str:
    """Return the canonical text of globs: of a text, with spaces or commas, or of a list of texts.

    Raises UsageError for what no name of a module can match.
    """
    if isinstance(written, (list, tuple)):
        written = " ".join(map(str, written))
    found = set(re.split(r"[\s,]+", str(written))) - {""}
    for glob in found:
        if not GLOB.fullmatch(glob):
            raise UsageError(f"blocks_at {glob!r} is no glob of module names: write 'layer*.*'")
    text = " ".join(sorted(found))
    if len(text) > MOST:
        raise UsageError(f"blocks_at has more than {MOST:,} characters: write fewer globs")
    return text

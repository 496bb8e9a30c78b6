"""Text of unknown origin on a terminal: shown as it is, or escaped where it would be obeyed."""

from resweep.errors import UsageError

ASCII = str.maketrans(
    {"±": "+-", "–": "-", "·": ";", "²": "^2", "δ": "d", "∂": "d", "‖": "|"}
    | dict(zip("▁▂▃▄▅▆▇█", "01234567", strict=True))  # bars by their height
)


def printable(text: str, ascii_only: bool = False) -> str:
    """Return `text` with control and format characters written as escapes such as `\\x1b`.

    With `ascii_only`, every character outside ASCII is replaced too.
    """
    if ascii_only:
        text = text.translate(ASCII).encode("ascii", "backslashreplace").decode()
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def check_name(kind: str, name: str) -> str:
    """Return `name` if it is one line that every terminal and database can hold.

    Raises UsageError if it has control or format characters, or bytes that are no text.
    """
    if not name.isprintable():
        raise UsageError(f"the {kind} is called {name!r}: give it a name of letters that print")
    return name

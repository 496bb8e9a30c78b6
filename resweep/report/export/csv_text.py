"""Texts in a CSV file that a spreadsheet will open."""

from resweep.printable import printable

FORMULA = ("=", "+", "-", "@")


def csv_text(text: str) -> str:
    """Return `text` so that a spreadsheet shows it instead of computing it.

    A text that begins like a formula (= + - @) and is no number is put after an apostrophe, which
    spreadsheets take as "this is text" (OWASP, "CSV Injection"). Control characters, among them
    the tab and the newline, become escapes.
    """
    text = printable(text)
    if text.startswith(FORMULA) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

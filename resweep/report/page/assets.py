"""The page's style and its script, each put together from small files of one purpose."""

from pathlib import Path

from resweep.report.page.table_width import BREAKPOINTS

TEMPLATES = Path(__file__).parent / "templates"
STYLES = ("colours", "text", "answer", "tables", "charts", "heats", "tip", "tools", "narrow")
SCRIPTS = ("sort", "legend", "tip", "explore", "filter", "take", "links", "state")


def style() -> str:
    """The page's style, with the rules that turn tables into cards where there is no room."""
    cards = _read("style/cards.css")
    parts = [_read(f"style/{name}.css") for name in STYLES]
    for point in BREAKPOINTS:
        rules = cards.replace("TABLE", f".sortable.t{point}")
        parts.append(f"@media screen and (max-width: {point - 1}px) {{\n{rules}}}\n")
    rules = cards.replace("TABLE", ".sortable.wide")
    parts.append(_read("style/print.css"))
    parts.append(f"@media print {{\n{rules}.sortable.wide thead {{ display: none; }}\n}}\n")
    return "".join(parts)


def script() -> str:
    """The page's one script: each of its files keeps its names to itself."""
    return "".join(_read(f"script/{name}.js") for name in SCRIPTS)


def _read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")

"""What the program says names only what an installation of the wheel has."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "resweep"
FILES = sorted(ROOT.rglob("*.py"))
CHECKOUT = re.compile(r"\b(docs|examples|benchmarks|tests)/\w")


def said(tree):
    """The texts of a module that are no docstrings, parts of f-strings among them."""
    described = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", [])
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            described.add(body[0].value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in described:
            yield node.value


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_text_names_a_file_of_the_checkout(path):
    assert [text for text in said(ast.parse(path.read_text())) if CHECKOUT.search(text)] == []


def test_a_planted_text_is_found():
    tree = ast.parse('"""See docs/a.md."""\nx = f"see docs/how-to-data.md, {y}"')
    assert [text for text in said(tree) if CHECKOUT.search(text)] == ["see docs/how-to-data.md, "]

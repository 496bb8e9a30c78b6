"""The style and the script of a page."""

from resweep.report.page.assets import SCRIPTS, STYLES, TEMPLATES, script, style


def test_every_file_of_style_and_script_is_used():
    styles = {path.stem for path in (TEMPLATES / "style").iterdir()}
    assert styles == {*STYLES, "cards", "print"}
    assert {path.stem for path in (TEMPLATES / "script").iterdir()} == set(SCRIPTS)


def test_every_script_keeps_its_names_to_itself():
    for part in script().split('"use strict";')[1:]:
        assert part.strip().startswith("(function () {")
        assert part.strip().endswith("})();")


def test_braces_of_the_style_close():
    text = style()
    assert text.count("{") == text.count("}") > 100
    assert "TABLE" not in text

"""Names of files hold nothing that a shell, a path or a file system minds, and no two are equal."""

import pytest

from resweep.report.file_names import distinct, file_stem


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (
            ("depth-scaled:c=0.5,multiplier=2 blocks=50",),
            "depth-scaled-c-0-5-multiplier-2-blocks-50",
        ),
        (("heat", "grad_norm", "he", "c"), "heat-grad-norm-he-c"),
        (("../../etc/passwd",), "etc-passwd"),
        (("..",), "unnamed"),
        (("",), "unnamed"),
        ((".hidden",), "hidden"),
        (("naïve $x$ \n\x1b[31m",), "na-ve--x-----31m"),
        (("x" * 300,), "x" * 100),
    ],
)
def test_a_name_is_letters_digits_and_dashes(parts, name):
    assert file_stem(*parts) == name


def test_names_that_repeat_are_numbered():
    assert distinct(["a", "b", "A", "a", "a-2"]) == ["a", "b", "A-2", "a-3", "a-2-2"]

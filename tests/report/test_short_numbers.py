"""Settings are written in three digits, and in more where they would look alike."""

from resweep.report.short_numbers import shortened


def test_long_numbers_have_three_digits():
    texts = ["depth-scaled:c=0.017190722018585746 blocks=10", "he", "c=33.83855153428233", "0.434"]
    assert shortened(texts) == ["depth-scaled:c=0.0172 blocks=10", "he", "c=33.8", "0.434"]
    assert shortened(["1.7190722018585746e-05"]) == ["1.72e-05"]


def test_numbers_that_would_look_alike_keep_their_digits():
    assert shortened(["c=1.00001", "c=1.00002"]) == ["c=1.00001", "c=1.00002"]
    assert shortened(["c=1.23456", "c=1.23399"]) == ["c=1.235", "c=1.234"]


def test_what_is_no_setting_stays():
    whole = ["3f2a9c01", "2.15.0", "1.0.12345", "v1.23456", "1,234", "10^0.5", "2026-11-24T10:00"]
    assert shortened(whole) == whole

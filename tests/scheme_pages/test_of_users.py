"""Schemes of users: from a file, from a name in it, from an entry point; what each fault says."""

import pickle
import sys

import pytest

from resweep import arms
from resweep.errors import MissingError, UsageError
from resweep.experiment import Experiment
from resweep.nets.schemes import unpredicted, variance
from resweep.nets.theory import predict
from resweep.scheme_pages import of_users, page, pinned, uses

LAW = '"""A law."""\n\ndef variance(site, *, c):\n    return c / (site.fan_in * site.blocks**0.5)\n'
SEVERAL = """
def root(site, *, c):
    '''The law of the root.'''
    return c / (site.fan_in * site.blocks**0.5)

def negative(site): return -1
def endless(site): return float("inf")
def broken(site): return 1 / 0
def stranger(site, *, q): return q
def crowded(site, other): return 1

class Slower:
    def variance(self, site): return 1 / site.fan_in
    def lr_factor(self, parameter_name, experiment): return 0.5

class Drawn:
    def variance(self, site): return 1 / site.fan_in
    def draw(self, weight, site, variance, generator): weight.fill_(0)

class Described(Drawn):
    def unpredicted(self, experiment): return None

class Misspelt:
    def variance(self, site): return 1 / site.fan_in
    def lr_factr(self, parameter_name, experiment): return 0.1

READY = 3
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "law.py").write_text(LAW)
    (tmp_path / "laws.py").write_text(SEVERAL)
    return tmp_path


def test_a_file_is_a_scheme_with_the_fields_that_its_law_reads(here):
    e = Experiment.parse(scheme="law.py", c=0.5, blocks=4, kernel=1)
    assert variance(e) == 0.5 / (16 * 4**0.5)
    assert uses("law.py") == ("c",)
    assert page("law.py").__doc__ == "A law."
    with pytest.raises(UsageError, match="c=2 has no effect"):
        Experiment.parse(scheme="laws.py:Slower", c=2)


def test_a_function_and_a_class_of_a_file_are_schemes(here):
    assert page("laws.py:root").__doc__ == "The law of the root."
    assert variance(Experiment.parse(scheme="laws.py:root", blocks=4, kernel=1)) == 1 / 32
    assert page("laws.py:Slower").lr_factor("stem", None) == 0.5


def test_the_key_follows_the_content_of_the_file(here):
    def resolved():
        return Experiment.parse(scheme="law.py", epochs=0).resolve("synthetic", 1)

    before = resolved()
    assert before.scheme == pinned("law.py") == f"law.py@{before.scheme[-12:]}"
    (here / "law.py").write_text(LAW.replace("0.5", "0.4"))
    assert resolved().key != before.key
    with pytest.raises(UsageError, match="bring that state back"):
        pinned(before.scheme)
    (here / "law.py").write_text(LAW)
    assert resolved().key == before.key


def test_without_the_state_of_its_file_it_has_no_key(here):
    e = Experiment.parse(scheme="law.py", epochs=0).resolve("synthetic", 1)
    with pytest.raises(ValueError, match="only after resolve"):
        _ = e.but(scheme="law.py").key
    assert pickle.loads(pickle.dumps(e)) == e


def test_theory_follows_the_law_and_is_withheld_where_a_file_draws_without_a_word(here):
    ours = Experiment.parse(scheme="laws.py:root", blocks=4, c=2)
    lecun = Experiment.parse(scheme="lecun", blocks=4)
    assert predict(ours).forward_second_moment == (
        pytest.approx(predict(lecun).forward_second_moment)
    )
    assert "draw() and no unpredicted()" in unpredicted(Experiment.parse(scheme="laws.py:Drawn"))
    assert unpredicted(Experiment.parse(scheme="laws.py:Described")) is None


@pytest.mark.parametrize(
    ("scheme", "line"),
    [
        ("laws.py", r"laws.py has no variance\(site\).*laws.py:NAME"),
        ("laws.py:READY", "laws.py:READY has no variance"),
        ("laws.py:nobody", "laws.py has no 'nobody'"),
        ("laws.py:Misspelt", r"lr_factr\(\): did you mean lr_factor\(\)"),
        ("laws.py:stranger", "reads q, which is no field"),
        ("laws.py:crowded", r"must take \(site\)"),
        ("bad.py", "bad.py cannot be run: SyntaxError"),
        ("raising.py", "raising.py cannot be run: ValueError: no"),
        ("helper.py", r"called root\(\): begin a helper's name with _"),
        ("helper.py", r"of several laws in a file each is named, as helper.py:variance$"),
    ],
)
def test_a_file_that_cannot_serve_gets_one_line(here, scheme, line):
    (here / "bad.py").write_text("def variance(site)\n")
    (here / "raising.py").write_text("raise ValueError('no\\nmore')")
    (here / "helper.py").write_text(LAW + "\ndef root(x): return x**0.5\n")
    with pytest.raises(UsageError, match=line) as fault:
        Experiment.parse(scheme=scheme)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("name", ["negative", "endless", "broken"])
def test_a_law_that_gives_no_variance_says_so(here, name):
    with pytest.raises(UsageError, match=rf"laws.py:{name}: its variance .*block 2"):
        variance(Experiment.parse(scheme=f"laws.py:{name}"), block=2)


def test_what_is_missing_is_missing(here):
    with pytest.raises(MissingError, match=r"there is no file none\.py"):
        Experiment.parse(scheme="none.py")
    (here / "needy.py").write_text("import nothing_of_this_name\n")
    with pytest.raises(MissingError, match=r"needy\.py cannot be imported: No module"):
        Experiment.parse(scheme="needy.py")


def test_a_file_imports_its_neighbours(here):
    (here / "sub").mkdir()
    (here / "sub" / "gains_of_this_test.py").write_text("GAIN = 2.0\n")
    source = (
        "from gains_of_this_test import GAIN\n\ndef variance(site): return GAIN / site.fan_in\n"
    )
    (here / "sub" / "law.py").write_text(source)
    before = list(sys.path)
    assert variance(Experiment.parse(scheme="sub/law.py", kernel=1)) == 2 / 16
    assert sys.path == before


@pytest.mark.parametrize(
    ("arm", "scheme", "fields"),
    [
        ("law.py", "law.py", {}),
        ("law.py:c=0.5", "law.py", {"c": 0.5}),
        ("laws.py:root:c=0.5,multiplier=2", "laws.py:root", {"c": 0.5, "multiplier": 2.0}),
        ("./laws.py:root", "./laws.py:root", {}),
    ],
)
def test_a_scheme_of_a_user_is_an_arm(here, arm, scheme, fields):
    parsed = arms.parse(arm)
    assert parsed.fields == {"block": "residual", "scheme": scheme, **fields}
    e = Experiment.parse(**parsed.fields).resolve("synthetic", 10)
    assert arms.parse(arms.label(e)).fields == parsed.fields | {"scheme": e.scheme}


@pytest.fixture
def installed(here, monkeypatch):
    """A package that brings the schemes `cubic` and `he` and one whose module is gone."""
    site = here / "site"
    info = site / "mine-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[resweep.schemes]\ncubic = laws_of_mine:cubic\nhe = laws_of_mine:cubic\nold = gone\n"
    )
    (site / "laws_of_mine.py").write_text(
        "def cubic(site): return 1 / site.fan_in / site.blocks**3\n"
    )
    monkeypatch.syspath_prepend(site)
    of_users.entry_points.cache_clear()
    yield
    of_users.entry_points.cache_clear()
    sys.modules.pop("laws_of_mine", None)


def test_an_entry_point_is_a_scheme_under_its_name(installed):
    e = Experiment.parse(scheme="cubic", blocks=2, kernel=1).resolve("synthetic", 10)
    assert variance(e) == 1 / 16 / 8
    assert e.scheme == pinned("cubic") == f"cubic@{e.scheme[-12:]}"
    assert arms.parse("cubic:multiplier=2").fields["scheme"] == "cubic"


def test_a_name_of_resweep_comes_first_and_a_lost_module_is_said(installed):
    assert pinned("he") == "he"
    with pytest.raises(MissingError, match="scheme old: no installed package has it"):
        Experiment.parse(scheme="old")
    with pytest.raises(UsageError, match="did you mean"):
        Experiment.parse(scheme="depth-scald")

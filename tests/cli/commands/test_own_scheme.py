"""A scheme from a user's own file, through the commands and their worker processes."""

from tests.cli.conftest import SMALL

LAWS = '''
def root(site, *, c):
    """Var[w] = c / (n sqrt(L))."""
    return c / (site.fan_in * site.blocks**0.5)


def broken(site):
    return 1 / 0
'''


def test_a_file_runs_in_worker_processes_and_is_looked_up_afterwards(resweep, tmp_path):
    (tmp_path / "laws.py").write_text(LAWS)
    words = ("compare", "laws.py:root:c=0.5", "he", "--seeds", "1", *SMALL)
    compared = resweep(*words, "--executor", "processes", "--workers", "1", "--json").json()
    assert [arm["arm"] for arm in compared["arms"]] == ["laws.py:root:c=0.5", "he"]
    scheme = compared["runs"][0]["experiment"]["scheme"]
    assert scheme.startswith("laws.py:root@")
    assert resweep(*words).code == 0
    assert len(resweep("ls", "--json").json()) == 2
    (tmp_path / "laws.py").write_text(LAWS.replace("0.5", "0.6"))
    resweep(*words)
    assert len(resweep("ls", "--json").json()) == 3
    (tmp_path / "laws.py").unlink()
    assert scheme in resweep("report").out


def test_a_law_that_fails_is_a_failed_run_of_one_line(resweep, tmp_path):
    (tmp_path / "laws.py").write_text(LAWS)
    done = resweep("run", "--scheme", "laws.py:broken", *SMALL)
    assert done.code == 1
    assert "its variance fails at block 0: ZeroDivisionError" in done.err


def test_schemes_lists_and_checks_the_files_that_are_named(resweep, tmp_path):
    (tmp_path / "laws.py").write_text(LAWS)
    assert "laws.py:root" in resweep("schemes", "laws.py:root").out
    assert resweep("schemes", "laws.py:root", "--json").json()["schemes"]["laws.py:root"] == (
        "Var[w] = c / (n sqrt(L))."
    )
    assert resweep("schemes", "laws.py").code == 2
    assert resweep("schemes", "gone.py").code == 4

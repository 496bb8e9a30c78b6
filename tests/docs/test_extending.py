"""docs/extending.md does what it says: its files in a copy of the package, and its commands."""

import json
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extending.md").read_text()


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """stdout of each command of the page, run against the extended copy."""
    home = tmp_path_factory.mktemp("extended")
    shutil.copytree(
        ROOT / "resweep", home / "resweep", ignore=shutil.ignore_patterns("__pycache__")
    )
    for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        path = home / code.splitlines()[0].removeprefix("# ")
        assert not path.exists()
        path.write_text(code)
    printed = {}
    for line in "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)).splitlines():
        words = [sys.executable, "-m", *line.split()]
        done = subprocess.run(words, cwd=home, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        command = line.split()[1]
        name = f"{command} halved" if "halved" in line else command
        printed[name] = printed.get(name, "") + done.stdout
    return printed


def test_the_new_names_are_listed(outputs):
    assert re.search(r"halved +\(x \+ f\(conv x\)\) / 2", outputs["schemes"])


def test_a_law_alone_is_listed_and_predicted(outputs):
    assert re.search(r"laws.py +Var\[w\] = c / \(n sqrt\(L\)\)", outputs["schemes"])
    growth = json.loads(outputs["predict"])["prediction"]["paper_backward_growth"]
    assert growth == pytest.approx((1 + 20**-0.5 / 2) ** 20)


def test_the_digits_in_the_key_are_those_of_the_file(outputs):
    (digits,) = re.findall(r"`laws\.py@([0-9a-f]{12})`", PAGE)
    assert f"laws.py@{digits}" in outputs["run"]


def test_prediction_follows_from_the_files_alone(outputs):
    prediction = json.loads(outputs["predict halved"])["prediction"]
    border = 0.87890625  # the average share of taps inside the image, 8 x 8 on 32 x 32
    a = 1 / math.sqrt(20)
    assert prediction["forward_second_moment"][1] == pytest.approx((1 + border * a / 2) / 4)
    assert prediction["backward_second_moment"][-2] == pytest.approx((1 + border * a / 2) / 4)
    assert prediction["paper_forward_growth"] is None


def test_what_is_measured_is_near_what_is_predicted(outputs):
    run = json.loads(outputs["run halved"])
    assert run["status"] == "ok"
    measured, predicted = (
        run[side]["backward_second_moment"][-2] for side in ("profiles", "prediction")
    )
    # Through one block: 8 channels spread further over twenty.
    assert measured == pytest.approx(predicted, rel=0.1)


def test_the_scheme_is_an_arm_and_has_theory_beside_it(outputs):
    assert any(line.startswith("laws.py:c=0.5 ") for line in outputs["compare"].splitlines())

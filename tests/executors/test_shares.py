"""How many workers and threads a machine gets, by affinity, quota, OMP_NUM_THREADS and GPUs."""

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from resweep.executors import cores, shares


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine of 16 cores without GPU, whose control groups lie in `tmp_path`."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(16)), raising=False)
    monkeypatch.setattr(cores, "MEMBERSHIP", tmp_path / "cgroup")
    monkeypatch.setattr(cores, "CONTROL_GROUPS", tmp_path)
    monkeypatch.setattr(shares, "gpus", lambda: ())
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    return tmp_path


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_without_a_quota_all_cores_of_the_affinity_count(machine):
    assert cores.quota() == math.inf
    assert cores.cores() == 16
    put(machine / "cgroup", "0::/user.slice/x.scope\n")
    put(machine / "user.slice" / "cpu.max", "max 100000\n")
    assert cores.quota() == math.inf


@pytest.mark.parametrize(
    ("text", "expected"), [("400000 100000", 4), ("150000 100000", 1), ("20000 100000", 1)]
)
def test_the_quota_of_a_container_counts_in_whole_cores(text, expected, machine):
    put(machine / "cgroup", "0::/\n")
    put(machine / "cpu.max", text + "\n")
    assert cores.cores() == expected


def test_a_group_above_limits_those_below(machine):
    put(machine / "cgroup", "0::/slurm/job_7/step_0\n")
    put(machine / "slurm" / "job_7" / "step_0" / "cpu.max", "max 100000\n")
    put(machine / "slurm" / "job_7" / "cpu.max", "600000 100000\n")
    put(machine / "slurm" / "cpu.max", "800000 100000\n")
    assert cores.quota() == 6


@pytest.mark.parametrize("mount", ["cpu,cpuacct", "cpu"])
def test_the_first_version_of_control_groups_too(mount, machine):
    put(
        machine / "cgroup",
        "5:cpuset:/docker/1\n4:cpu,cpuacct:/docker/1\n1:name=systemd:/docker/1\n",
    )
    put(machine / mount / "docker" / "1" / "cpu.cfs_quota_us", "300000\n")
    put(machine / mount / "docker" / "1" / "cpu.cfs_period_us", "100000\n")
    put(machine / mount / "cpu.cfs_quota_us", "-1\n")
    put(machine / mount / "cpu.cfs_period_us", "100000\n")
    assert cores.quota() == 3


@pytest.mark.parametrize("text", ["", "garbage", "0 0", "-1 100000", "1 2 3"])
def test_what_cannot_be_read_is_no_limit(text, machine):
    put(machine / "cgroup", "nonsense\n0::/\n")
    put(machine / "cpu.max", text)
    assert cores.cores() == 16


@pytest.mark.parametrize(
    ("workers", "asked", "expected"),
    [
        (None, None, (4, 1)),
        (2, None, (2, 2)),
        (8, None, (8, 1)),
        (None, "2", (2, 2)),
        (None, "16", (1, 16)),
        (3, "1", (3, 1)),
        (3, "4,2", (3, 4)),
        (None, "zero", (4, 1)),
        (None, "0", (4, 1)),
    ],
)
def test_workers_and_their_threads(workers, asked, expected, machine, monkeypatch):
    put(machine / "cgroup", "0::/\n")
    put(machine / "cpu.max", "400000 100000\n")
    if asked:
        monkeypatch.setenv("OMP_NUM_THREADS", asked)
    divided = shares.divide(workers, "auto")
    assert (divided.workers, divided.threads) == expected


def test_threads_of_the_command_line_come_before_those_of_the_environment(machine, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    divided = shares.divide(None, "cpu", 4)
    assert (divided.workers, divided.threads) == (4, 4)


def test_a_worker_for_each_gpu(machine, monkeypatch):
    monkeypatch.setattr(shares, "gpus", lambda: ("2", "5"))
    divided = shares.divide(None, "cuda")
    assert (divided.workers, divided.threads, divided.gpus) == (2, 8, ("2", "5"))
    assert shares.divide(None, "cpu").gpus == ()
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    divided(3)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "5"


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")
def test_a_real_affinity_counts():
    code = "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])\n"
    code += "from resweep.executors.cores import cores; print(cores())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


@pytest.fixture
def one_cpu():
    """A real control group of version 1 with a quota of one CPU, where one can be made."""
    group = Path("/sys/fs/cgroup/cpu", f"resweep-test-{os.getpid()}")
    try:
        group.mkdir()
        (group / "cpu.cfs_quota_us").write_text("100000")
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    yield group
    group.rmdir()


def test_a_real_quota_counts(one_cpu):
    code = f"import os; open('{one_cpu}/cgroup.procs', 'w').write(str(os.getpid()))\n"
    code += "from resweep.executors.cores import quota; print(quota())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1.0\n"


def test_a_divided_gpu_is_its_parts():
    text = """GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5c89)
  MIG 1g.5gb      Device  0: (UUID: MIG-c738-1)
  MIG 1g.5gb      Device  1: (UUID: MIG-c738-2)
GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-77aa)
"""
    assert shares.listed(text) == ("MIG-c738-1", "MIG-c738-2", "1")
    assert shares.listed("GPU 0: H100 (UUID: GPU-1)\nGPU 1: H100 (UUID: GPU-2)\n") == ("0", "1")
    assert shares.listed("") == ()


def test_one_gpu_by_its_index_has_one_worker(machine):
    assert shares.divide(None, "cuda:1").workers == 1
    assert shares.divide(3, "cuda:1").workers == 3

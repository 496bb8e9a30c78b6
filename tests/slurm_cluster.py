"""A real Slurm on this machine: munged, slurmctld and slurmd, on loopback, with their own ports."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

PROGRAMS = ("setpriv", "munged", "slurmctld", "slurmd", "sbatch")
START_SECONDS = 60
GPUS = 8

# A task that is requeued waits for as long as credentials last (cred_expire), which is 120 s else.
CONFIGURATION = """
ClusterName=resweep
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={home}/munge/socket,cred_expire=5
CryptoType=crypto/munge
StateSaveLocation={home}/state
SlurmdSpoolDir={home}/spool/%n
SlurmctldPidFile={home}/slurmctld.pid
SlurmdPidFile={home}/slurmd.%n.pid
SlurmctldLogFile={home}/slurmctld.log
SlurmdLogFile={home}/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
MaxArraySize={largest}
KillWait=5
GresTypes=gpu
SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1,sched_min_interval=0
SlurmdParameters=config_overrides
PartitionName=main Nodes={nodes} Default=YES MaxTime=INFINITE DefaultTime=1:00:00 State=UP
PartitionName=gpu Nodes={nodes} MaxTime=INFINITE DefaultTime=1:00:00 State=UP
"""
NODE = (
    "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs={cpus} "
    "RealMemory=4000 Gres=gpu:{gpus} State=UNKNOWN\n"
)


class Cluster:
    """Nodes on this machine, the first called as it is; `variables` lead clients to them."""

    def __init__(self, home: Path, *, cpus: int = 4, largest: int = 4, nodes: int = 1) -> None:
        self.home = home
        self.running: list[subprocess.Popen[bytes]] = []
        host = socket.gethostname().partition(".")[0]
        self.nodes = [host, *(f"{host}-{number}" for number in range(2, nodes + 1))]
        controller, *daemons = free_ports(1 + nodes)
        self.conf = home / "slurm.conf"
        where = {"host": host, "home": home, "controller": controller}
        text = CONFIGURATION.format(**where, largest=largest, nodes=",".join(self.nodes))
        size = {"host": host, "cpus": cpus, "gpus": GPUS}
        for name, port in zip(self.nodes, daemons, strict=True):
            text += NODE.format(name=name, port=port, **size)
        self.conf.write_text(text)
        for number in range(GPUS):  # Slurm counts files, and asks them nothing
            (home / f"gpu{number}").touch()
        (home / "gres.conf").write_text(f"Name=gpu File={home}/gpu[0-{GPUS - 1}]\n")
        self.variables = {"SLURM_CONF": str(self.conf)}

    def start(self) -> None:
        """Start everything and wait until the node takes jobs."""
        for name in ("munge", "state", "spool"):
            (self.home / name).mkdir(mode=0o755)
        key = self.home / "munge" / "key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        files = {"key-file": key, "socket": self.home / "munge" / "socket"}
        files |= {f"{n}-file": self.home / "munge" / n for n in ("log", "pid", "seed")}
        self.daemon("munged", "--foreground", "--force", *(f"--{k}={v}" for k, v in files.items()))
        wait_for((self.home / "munge" / "socket").exists, "munged")
        self.start_controller()
        for name in self.nodes:
            (self.home / "spool" / name).mkdir()
            self.daemon("slurmd", "-D", "-f", str(self.conf), "-N", name)
        wait_for(lambda: self.idle() == len(self.nodes), "the nodes")

    def idle(self) -> int:
        """How many nodes are idle."""
        states = self.call("sinfo", "-h", "-N", "-p", "main", "-o", "%T", check=False)
        return states.split().count("idle")

    def start_controller(self) -> None:
        """Start slurmctld, which goes on from the state it has saved."""
        self.controller = self.daemon("slurmctld", "-D", "-f", str(self.conf))

    def kill_controller(self) -> None:
        """SIGKILL slurmctld; jobs go on, and nobody answers."""
        self.controller.kill()
        self.controller.wait()

    def daemon(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start a program that stays."""
        words = ("setpriv", "--pdeathsig", "TERM", *words)  # also if the tests are killed
        with (self.home / "said").open("ab") as said:
            process = subprocess.Popen(
                words,
                env=os.environ | self.variables,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def call(self, *words: str, check: bool = True) -> str:
        """What a command of Slurm prints."""
        done = subprocess.run(
            words, env=os.environ | self.variables, capture_output=True, text=True, check=check
        )
        return done.stdout

    def tasks(self) -> list[str]:
        """What Slurm calls the tasks that are queued or run."""
        return self.call("squeue", "-h", "-r", "-o", "%i").split()

    def clear(self) -> None:
        """Cancel all jobs and wait for their end."""
        self.call("scancel", "--user=root", check=False)
        wait_for(lambda: not self.call("squeue", "-h", check=False), "the end of jobs")

    def stop(self) -> None:
        """Cancel all jobs and end everything."""
        with contextlib.suppress(subprocess.SubprocessError):
            self.clear()
        for process in reversed(self.running):
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at the moment."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def wait_for(condition, what: str, seconds: float = START_SECONDS) -> None:
    """Wait until something holds; AssertionError if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come within {seconds} s"
        time.sleep(0.05)


def reason_for_none() -> str | None:
    """Why no Slurm can be started here; None if one can."""
    missing = [name for name in PROGRAMS if not program(name)]
    if missing:
        return f"no Slurm here: {missing[0]} not found (apt install slurm-wlm munge)"
    if os.geteuid() != 0:
        return "the test's Slurm starts jobs as root"
    return None


def program(name: str) -> str | None:
    """Where a program lies; Debian keeps daemons off the PATH of users."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


@contextlib.contextmanager
def cluster(**more: int):
    """A cluster for the block; the environment of this process leads to it."""
    home = Path(tempfile.mkdtemp(prefix="resweep-slurm-"))
    home.chmod(0o755)
    opened = Cluster(home, **more)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{os.environ['PATH']}:/usr/sbin")
        patch.setenv("SLURM_CONF", str(opened.conf))
        try:
            opened.start()
            yield opened
        finally:
            opened.stop()
            shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def slurm_cluster():
    """A Slurm of two nodes, which runs for the session."""
    why = reason_for_none()
    if why:
        pytest.skip(why)
    pytest.importorskip("submitit")
    with cluster(nodes=2) as opened:
        yield opened


@pytest.fixture
def slurm(slurm_cluster):
    """That Slurm, for a test that begins and ends with no job in it."""
    yield slurm_cluster
    slurm_cluster.clear()

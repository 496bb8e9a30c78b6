"""The storm: random signals to random processes, and drivers that are started again."""

import math
import random
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.chaos.driver import Driver
from benchmarks.chaos.findings import FINISHED, Findings
from benchmarks.chaos.jobs import Job
from benchmarks.chaos.processes import marked, send

CALM_SECONDS = 600.0  # how long undisturbed drivers may take to finish a job
ORPHAN_SECONDS = 30.0  # how long workers may outlive their driver

# How an event is drawn: signal, target and weight. A terminal signals the whole process group.
EVENTS = [
    ("KILL", "driver", 16),
    ("KILL", "worker", 4),
    ("KILL", "group", 6),
    ("HUP", "driver", 5),
    ("HUP", "group", 5),
    ("TERM", "driver", 8),
    ("TERM", "group", 3),
    ("INT", "driver", 4),
    ("INT", "group", 8),
    ("STOP", "driver", 15),
    ("STOP", "worker", 13),
    ("STOP", "group", 13),
]


class Storm:
    """Sends the signals, keeps the drivers going, and counts."""

    def __init__(self, folder: Path, events: int, seconds: float, parts: int, seed: int) -> None:
        self.folder, self.events, self.draw = folder, events, random.Random(seed)
        self.ends = time.monotonic() + seconds
        self.gap = 0.5 * seconds / events  # jobs need calm time to end in
        self.part, self.left_of_part = math.ceil(events / parts), 0
        self.next_event = time.monotonic() + self.gap
        self.paused: list[tuple[float, list[int]]] = []  # when to continue which processes
        self.findings = Findings()

    @property
    def over(self) -> bool:
        """Whether no event is left."""
        return self.events <= 0 or time.monotonic() > self.ends

    @property
    def calm(self) -> bool:
        """Whether the present job is to end undisturbed."""
        return self.over or self.left_of_part <= 0

    def weather(self, job: Job) -> None:
        """Run `job` to its end, under signals as long as there are any."""
        drivers = [Driver(words, self.folder) for words in job.commands]
        shared = len(set(map(tuple, job.commands))) == 1
        calm_since: float | None = None
        self.left_of_part = self.part
        while not all(driver.done for driver in drivers):
            now = time.monotonic()
            self.resume(now)
            for driver in drivers:
                self.tend(driver, now)
            if shared and any(driver.done for driver in drivers):
                # The work is finished: a driver that is not running need not come back.
                for driver in drivers:
                    driver.done = driver.done or not driver.alive
            if not self.calm and now >= self.next_event:
                self.strike(drivers, now)
                self.next_event = now + self.draw.expovariate(1 / self.gap)
            if self.calm:
                calm_since = calm_since or now
                if now - calm_since > CALM_SECONDS:
                    self.findings.faults.append(
                        f"{job.name} hangs: {CALM_SECONDS:.0f} s undisturbed"
                    )
                    self.put_down(drivers)
                    return
            time.sleep(0.02)
        self.resume(float("inf"))
        self.await_orphans(drivers, job)

    def tend(self, driver: Driver, now: float) -> None:
        """Take note of a driver's end, and start it when it is due."""
        if driver.done or driver.alive:
            return
        if driver.process is not None:
            code = driver.process.returncode
            self.findings.ended(driver, code)
            driver.process = None
            driver.done = code in FINISHED
            driver.restart_at = now + self.draw.uniform(0, 0.5)
            if not driver.signals and code not in FINISHED and self.calm:
                driver.done = True  # it would fail again, and is reported as unexpected
        elif now >= driver.restart_at:
            driver.start(self.draw)
            self.findings.figures["drivers started"] += 1

    def strike(self, drivers: Sequence[Driver], now: float) -> None:
        """Send one random signal to a random living driver, its group, or one of its workers."""
        living = [driver for driver in drivers if driver.alive]
        if not living:
            return
        driver = self.draw.choice(living)
        weights = [weight for _, _, weight in EVENTS]
        name, target, _ = self.draw.choices(EVENTS, weights)[0]
        if name != "STOP" and target != "worker" and not driver.mortal(now):
            if self.draw.random() < 0.8:
                return  # otherwise nearly all signals would be stops
            name, target = "STOP", self.draw.choice(("driver", "worker", "group"))
        assert driver.process is not None
        pids = [driver.process.pid]
        if target == "group":
            pids += driver.members()
        elif target == "worker":
            members = driver.members()
            if not members:
                return
            pids = [self.draw.choice(members)]
        send(pids, getattr(signal, f"SIG{name}"))
        if name == "STOP":
            self.paused.append((now + self.draw.uniform(0.05, 1.0), pids))
        elif any(pid in self.stopped() for pid in pids) and name != "KILL":
            # A stopped process takes other signals only when it continues.
            self.resume(float("inf"))
        driver.signals.append(f"{name} {target}")
        self.findings.events[f"{name} {target}"] += 1
        self.events -= 1
        self.left_of_part -= 1

    def stopped(self) -> set[int]:
        """The processes that are stopped at present."""
        return {pid for _, pids in self.paused for pid in pids}

    def resume(self, now: float) -> None:
        """Continue the processes whose pause is over."""
        for when, pids in self.paused:
            if when <= now:
                send(pids, signal.SIGCONT)
        self.paused = [pause for pause in self.paused if pause[0] > now]

    def put_down(self, drivers: Sequence[Driver]) -> None:
        """End drivers that hang, with their workers."""
        for driver in drivers:
            if driver.alive and driver.process is not None:
                send([driver.process.pid, *driver.members()], signal.SIGKILL)
                driver.process.wait()

    def await_orphans(self, drivers: Sequence[Driver], job: Job) -> None:
        """Wait until no process of the job is left; those that stay are counted and ended."""
        deadline = time.monotonic() + ORPHAN_SECONDS
        while (left := marked(self.folder)) and time.monotonic() < deadline:
            time.sleep(0.2)
        if left:
            self.findings.figures["orphan processes"] += len(left)
            self.findings.faults.append(f"{job.name}: {len(left)} processes outlive their drivers")
            send(left, signal.SIGKILL)

"""Run tasks in worker processes that stay: each imports and loads what its tasks need once.

concurrent.futures.ProcessPoolExecutor gives up all of its workers when one dies; here a death is
the end of one task.
"""

from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler

from resweep.errors import ResweepError
from resweep.executors import WorkerDied, open_files
from resweep.executors.jobs import Job, send
from resweep.executors.listening import Listening
from resweep.executors.worker_process import SPAWN, Prepare, Worker
from resweep.files import reason


class Processes(Listening):
    """An executor of at most `workers` processes, started when first needed.

    `prepare(i)` is called once in the i-th worker, before its first task. A worker that dies fails
    its task with WorkerDied and is replaced. Workers end with the process that started them,
    however that ends. Raises ResweepError where so many workers cannot have the files they need.
    """

    def __init__(self, workers: int, prepare: Prepare = None) -> None:
        super().__init__()
        open_files.allow(workers)
        self.free, self.prepare = deque(range(workers)), prepare
        self.idle: list[Worker] = []
        self.busy: dict[Connection, Worker] = {}
        self.waiting: deque[Job] = deque()
        self.bell, self.rung = SPAWN.Pipe(duplex=False)
        self.begin()

    def take(self, job: Job) -> None:
        """See `Listening.take`."""
        self.waiting.append(job)
        self.ring()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """See `resweep.executors.Executor.shutdown`.

        Without `wait` the processes are killed and the futures of their tasks end with WorkerDied.
        """
        with self.lock:
            self.closing = True
            if cancel_futures or not wait:
                while self.waiting:
                    self.waiting.popleft().future.cancel()
            if not wait:
                for worker in [*self.idle, *self.busy.values()]:
                    worker.process.kill()
        self.ring()
        if wait:
            self.listener.join()

    def ring(self) -> None:
        """Wake the listener."""
        with suppress(OSError):  # closed: nobody listens any more
            self.rung.send_bytes(b"!")

    def listen(self) -> None:
        """What the listener's thread does: hand out tasks, hear workers, notice deaths."""
        while True:
            with self.lock:
                self.hand_out()
                if self.closing and not self.busy and not self.waiting:
                    break
                pipes = [self.bell, *self.busy]
            ready = wait(pipes)
            if self.bell in ready:
                self.bell.recv_bytes()
            for pipe, worker in list(self.busy.items()):
                if pipe in ready:
                    self.hear(worker)
        for worker in self.idle:
            worker.end()
        self.bell.close()
        self.rung.close()

    def hand_out(self) -> None:
        """Give waiting tasks to workers, as many as there are."""
        while self.waiting and (self.idle or self.free):
            job = self.waiting.popleft()
            if not job.future.set_running_or_notify_cancel():
                continue
            try:
                worker = self.worker()
            except Exception as fault:
                job.future.set_exception(cannot_start(fault))
                continue
            worker.take(job)
            self.busy[worker.pipe] = worker

    def worker(self) -> Worker:
        """An idle worker that lives, else a new one."""
        while self.idle:
            worker = self.idle.pop()
            if worker.process.is_alive():
                return worker
            worker.death()
            self.free.append(worker.slot)
        slot = self.free.popleft()
        try:
            return Worker.start(slot, self.prepare)
        except BaseException:
            self.free.append(slot)
            raise

    def hear(self, worker: Worker) -> None:
        """Take one message of a worker; a broken pipe, after whatever was sent, is its death."""
        assert worker.job is not None
        try:
            kind, value = worker.pipe.recv()
        except (EOFError, OSError):
            with self.lock:
                del self.busy[worker.pipe]
                self.free.append(worker.slot)
            worker.job.future.set_exception(WorkerDied(worker.death()))
            return
        if kind == "report":
            if worker.job.report(value):
                send(worker.pipe, ForkingPickler.dumps(worker.job.number))
            return
        with self.lock:
            self.idle.append(self.busy.pop(worker.pipe))
        worker.job.answer(kind, value)


def cannot_start(fault: Exception) -> Exception:
    """Why no worker process could be started: a limit of the system in one line, or a defect."""
    if not isinstance(fault, OSError):
        return fault
    return ResweepError(
        f"a worker process cannot be started ({reason(fault)}): "
        "use fewer --workers, or raise the limits of this system (ulimit -a)"
    )

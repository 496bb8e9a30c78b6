"""The program, and how any end of it looks from outside."""

import errno
import gc
import os
import signal
import sys
import traceback
from contextlib import suppress
from threading import Timer
from types import FrameType
from typing import Annotated, Any

import typer

from resweep import __version__
from resweep.cli.lazy import SETTINGS, Commands
from resweep.cli.output.messages import Unbroken, say
from resweep.errors import ResweepError
from resweep.executors import spinning

# Faults of the device behind a stream: full, over quota, unreadable, gone.
SURROUNDINGS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ENXIO, errno.EFBIG)
AGAIN_SECONDS = 0.05  # long enough for a finalizer to be left

app = typer.Typer(
    name="resweep",
    cls=Commands,
    help="How sensitive is a deep residual network to its initialization, "
    "and which initialization survives?",
    epilog="Start with: resweep run --blocks 100 --c 1.0   |   "
    "resweep compare he depth-scaled bn   |   resweep report",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings=SETTINGS,
)


def print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"resweep {__version__}")
        raise typer.Exit()


@app.callback()
def root(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=print_version, is_eager=True, help="print the version"),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="anywhere: a traceback with every error")
    ] = False,
) -> None:
    """Take the flags that stand before any command.

    `version` acts in its callback. `debug` is taken off the command line by `main`; it stands here
    to be listed.
    """


def main() -> None:
    """Run the program; every failure is one line on stderr and an exit code (`resweep.errors`)."""
    # Collections while modules load cost a report a twentieth of its time.
    gc.set_threshold(50_000, 20, 20)
    open_streams()
    spinning.bound()
    debug = "--debug" in sys.argv
    words = [word for word in sys.argv[1:] if word != "--debug"]
    sys.unraisablehook = heeded
    signal.signal(signal.SIGTERM, terminated)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, terminated)
    sys.exit(outcome(words, debug))


def outcome(words: list[str], debug: bool) -> int:
    """Run the command that the words name; its exit code."""
    stdout = sys.stdout
    try:
        code: Any = app(words, standalone_mode=False)
        sys.stdout.flush()
    except SystemExit as end:
        # Typer and rich end with 1 where the reader of stdout is gone, Typer on another stdout.
        if sys.stdout is stdout and not unread(end):
            raise
        sys.stdout = stdout
        forget_stdout()
        return 0
    except ResweepError as error:
        return complain(str(error), error.exit_code, debug)
    except typer.Abort:
        return 130
    except typer.TyperException as error:
        return usage(error)
    except BrokenPipeError:
        forget_stdout()
        return 0
    except OSError as error:
        return unwritten(error, debug)
    except Exception as error:
        return complain(defect(error, debug), 1, debug)
    return code if isinstance(code, int) else 0


def unread(error: BaseException | None) -> bool:
    """Whether an exception was raised because of a pipe that nobody reads any more."""
    while error is not None and not isinstance(error, BrokenPipeError):
        error = error.__context__
    return error is not None


def open_streams() -> None:
    """Give the program a stdout and a stderr that can be written to, whatever the shell closed.

    Nobody reads a stream that was closed (`>&-`), so that what is written there is dropped.
    """
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 it stays open to the end
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    if not isinstance(sys.stderr, Unbroken):
        sys.stderr = Unbroken(sys.stderr)


def forget_stdout() -> None:
    """Drop what stdout still holds: the interpreter would fail to write it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def unwritten(error: OSError, debug: bool) -> int:
    """An exit code for a fault of the system that no command has explained.

    Files are explained where they are written; a full device without a name is stdout's.
    """
    named = str(error.filename)
    if error.errno == errno.ENAMETOOLONG:
        return complain(f"a name is too long for the file system: {named[:60]}...", 2, debug)
    if error.errno in SURROUNDINGS and error.filename is None:
        forget_stdout()
        return complain(f"cannot write to standard output: {error.strerror}", 1, debug)
    return complain(defect(error, debug), 1, debug)


def defect(error: Exception, debug: bool) -> str:
    """The line for an error that nothing in the program foresaw."""
    hint = "" if debug else " (a defect of resweep: --debug shows where)"
    return f"{type(error).__name__}: {error}{hint}"


def complain(message: str, code: int, debug: bool) -> int:
    """Print an error on one line of stderr, below its traceback if that is asked for."""
    if debug:
        traceback.print_exc()
    say("error: " + " ".join(message.split()))
    return code


def usage(error: typer.TyperException) -> int:
    """Typer's own complaint on one line; the help page where no command was named."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()  # type: ignore[attr-defined]
        return 2
    where = f" See {context.command_path} --help" if context else ""
    message = error.format_message().rstrip(".")
    if message.endswith("?"):  # it has named what was meant
        say(f"error: {message}")
    else:
        say(f"error: {message}.{where}")
    return int(getattr(error, "exit_code", 2))


def terminated(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)


def heeded(lost: "sys.UnraisableHookArgs") -> None:
    """Ask again, in a moment, for an end that was asked for inside a finalizer.

    Python drops exceptions there, and prints them; the program would go on as if nothing was said.
    """
    if issubclass(lost.exc_type, SystemExit):
        number = signal.SIGTERM
    elif issubclass(lost.exc_type, KeyboardInterrupt):
        number = signal.SIGINT
    else:
        sys.__unraisablehook__(lost)
        return
    again = Timer(AGAIN_SECONDS, os.kill, (os.getpid(), number))
    again.daemon = True
    with suppress(RuntimeError):  # the interpreter ends by itself and takes no new thread
        again.start()

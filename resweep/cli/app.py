"""The program, and how any end of it looks from outside."""

import gc
import os
import signal
import sys
from types import FrameType
from typing import Annotated, Any

import typer

from resweep import __version__
from resweep.cli.lazy import SETTINGS, Commands
from resweep.errors import ResweepError

app = typer.Typer(
    name="resweep",
    cls=Commands,
    help="How sensitive is a deep residual network to its initialization, and which initialization survives?",
    epilog="Start with: resweep run --blocks 100 --c 1.0   |   resweep compare he depth-scaled bn   |   resweep report",
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
    """`version` acts in its callback; `debug` is taken off the command line by `main`, and stands here to be listed."""


def main() -> None:
    """Run the program; every failure is one line on stderr and an exit code (see `resweep.errors`)."""
    gc.set_threshold(
        50_000, 20, 20
    )  # collections while modules load cost a report a twentieth of its time
    debug = "--debug" in sys.argv
    words = [word for word in sys.argv[1:] if word != "--debug"]
    signal.signal(signal.SIGTERM, terminated)
    try:
        code: Any = app(words, standalone_mode=False)
    except ResweepError as error:
        code = complain(str(error), error.exit_code, debug)
    except typer.Abort:
        code = 130
    except typer.TyperException as error:
        code = usage(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        hint = "" if debug else " (a defect of resweep: --debug shows where)"
        code = complain(f"{type(error).__name__}: {error}{hint}", 1, debug)
    sys.exit(code if isinstance(code, int) else 0)


def complain(message: str, code: int, debug: bool) -> int:
    if debug:
        import traceback

        traceback.print_exc()
    print("error: " + " ".join(message.split()), file=sys.stderr)
    return code


def usage(error: typer.TyperException) -> int:
    """Typer's own complaint on one line; the help page where no command was named."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()  # type: ignore[attr-defined]
        return 2
    where = f" See {context.command_path} --help" if context else ""
    message = error.format_message().rstrip(".")
    print(f"error: {message}.{where}", file=sys.stderr)
    return int(getattr(error, "exit_code", 2))


def terminated(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)

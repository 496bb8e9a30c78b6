"""The program's entry: a shell that asks for completions is answered before anything is loaded."""

import os
import sys

SHELL = "_RESWEEP_COMPLETE"  # set by the scripts of `--install-completion`


def main() -> None:
    """Answer the shell, or run the program."""
    asked = os.environ.get(SHELL, "")
    if asked.startswith("complete_"):
        from resweep.cli.completion.answer import answer

        code = answer(asked.removeprefix("complete_"), os.environ)
        if code is not None:
            sys.exit(code)
    from resweep.cli.app import main as program

    program()

"""The errors a user can cause or must act on: one line that says what, why and the next command."""


class ResweepError(Exception):
    """Something went wrong that the message explains in one line. Exit code 1."""

    exit_code = 1


class UsageError(ResweepError):
    """The words of the call, or of a sweep file, mean nothing. Exit code 2."""

    exit_code = 2


class MissingError(ResweepError):
    """Something needed is not there: data, a GPU, a database. Exit code 4."""

    exit_code = 4

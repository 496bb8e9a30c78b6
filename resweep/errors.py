"""The errors that a user can cause or must act on.

Each carries a message of one line, which says what went wrong, why, and what to do about it. The
command line prints the message without a traceback and ends with the `exit_code` of the class.
"""


class ResweepError(Exception):
    """Something went wrong that the message explains in one line. Exit code 1."""

    exit_code = 1


class OutOfMemory(ResweepError):
    """An experiment needs more memory than there is; others may need less. Exit code 1."""


class UsageError(ResweepError):
    """A flag, an argument or a sweep file means nothing or contradicts another. Exit code 2."""

    exit_code = 2


class NoNetworkError(UsageError):
    """A network's name names nothing, or its factory does not take the arguments. Exit code 2.

    No experiment with it can be measured.
    """


class MissingError(ResweepError):
    """Something that is needed is not there: images, a GPU, a package, a database. Exit code 4."""

    exit_code = 4


class NoStoreError(MissingError):
    """There is no store yet where one is named, and the first run would make it. Exit code 4.

    A server that does not answer, or a driver that is not installed, is a plain MissingError.
    """

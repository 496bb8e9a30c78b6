"""Python files of users: the state that they are in, and running each state once.

Networks and schemes of users stand in such files. Nothing here knows what they hold.
"""

from resweep.sources.execution import executed, importing
from resweep.sources.places import Places
from resweep.sources.state import check_pin, digest, origin

__all__ = ["Places", "check_pin", "digest", "executed", "importing", "origin"]

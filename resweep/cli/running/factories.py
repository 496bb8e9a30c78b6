"""Refuses what a network's factory cannot be called with, before anything runs or is stored."""

from dataclasses import dataclass, field

from resweep import networks
from resweep.networks import factory


@dataclass(frozen=True)
class Factories:
    """The factories of a command's networks; each is asked once for each set of names."""

    known: set[tuple[str, ...]] = field(default_factory=set)

    def check(self, network: str, arguments: str) -> None:
        """Raise NoNetworkError for a name among the arguments that the factory does not take.

        The source file says what it takes. Where that does not tell, torch and the source are
        imported; the model of a library without arguments is left to who builds it.
        """
        given = networks.mapping(arguments)
        asked = (network, *given)
        if network == networks.BUILT_IN or asked in self.known:
            return
        specification = networks.parse(network)
        takes = None
        if not specification.library:
            takes = factory.written(specification)
        if takes is not None:
            factory.refuse(specification.bare, takes, given)
        elif given or not specification.library:
            from resweep.nets.foreign.spec import check

            check(network, given)
        self.known.add(asked)

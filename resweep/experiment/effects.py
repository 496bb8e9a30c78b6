"""Which fields have an effect beside the others: what has none is refused.

One physical setting has one key only if no field can be set in vain.
"""

from resweep import networks
from resweep.errors import UsageError
from resweep.experiment.fields import Fields
from resweep.scheme_pages import uses

# The fields that only training reads: with epochs=0 they have no effect.
TRAINING = (
    "train_size",
    "test_size",
    "augment",
    "validation",
    "batch_size",
    "optimizer",
    "lr",
    "momentum",
    "weight_decay",
)
# The fields that describe the built-in network: another one has its own of each.
OF_BUILT_IN = (
    "block",
    "channels",
    "kernel",
    "convs",
    "activation",
    "effective_fan_in",
    "head",
    "head_init",
    "conv_bias",
)


def refuse_idle(e: Fields) -> None:
    """Raise UsageError for a field that has no effect beside the others."""
    _only_what_the_network_reads(e)
    if e.c != 1.0 and "c" not in uses(e.scheme):
        raise UsageError(
            f"c={e.c:g} has no effect on scheme {e.scheme!r}: drop it, or set --scheme depth-scaled"
        )
    if e.epochs == 0:
        _no_training_field_set(e)
        return
    if e.train_size == 0 or e.lr == 0:
        raise UsageError("train_size 0 and lr 0 mean no training: say --epochs 0 instead")
    if e.momentum and e.optimizer != "sgd":
        raise UsageError(
            f"momentum has no effect on optimizer {e.optimizer!r}: drop it, or set --optimizer sgd"
        )


def _only_what_the_network_reads(e: Fields) -> None:
    if e.network == networks.BUILT_IN:
        if e.arguments:
            raise UsageError(
                f"arguments {e.arguments} have no effect on the built-in network: "
                "drop --arg, or name the network that takes them (--network)"
            )
        if e.blocks_at:
            raise UsageError(
                f"blocks_at={e.blocks_at} has no effect on the built-in network, whose blocks are "
                "known: drop it, or name another network (--network)"
            )
        return
    # A network whose source is named exactly may say how many blocks were found in it.
    named = networks.parse(e.network).pin
    for name in OF_BUILT_IN if named else ("blocks", *OF_BUILT_IN):
        if getattr(e, name) != Fields.model_fields[name].default:
            raise UsageError(
                f"{name}={getattr(e, name)} has no effect on network {e.network}, "
                f"which is built by its own arguments (--arg): drop it, or set --network "
                f"{networks.BUILT_IN}"
            )


def _no_training_field_set(e: Fields) -> None:
    idle = []
    for name in TRAINING:
        default = Fields.model_fields[name].default
        if getattr(e, name) not in (default, 0):
            idle.append(name)
    if idle:
        raise UsageError(
            f"{', '.join(idle)} cannot matter with epochs 0: drop it, or set --epochs 1"
        )

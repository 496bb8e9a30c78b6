"""Sees the functions that a model calls, above autograd: its sums, and what would drop values."""

from typing import Any

from torch import Tensor
from torch.autograd.graph import GradientEdge
from torch.overrides import TorchFunctionMode

from resweep.nets.foreign.reader import Reader, edge

ADDITIONS = ("add", "add_", "__add__", "__iadd__", "__radd__")
DROPOUTS = ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "dropout_")
ATTENTION = "scaled_dot_product_attention"


class Hooks(TorchFunctionMode):
    """Sees the sums where they have a graph, above autograd, and lets nothing be dropped."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = dict(kwargs or {})
        name = getattr(func, "__name__", "")
        if name in DROPOUTS:
            return args[0] if args else kwargs["input"]
        if name == ATTENTION:
            args, kwargs = _undropped(args, kwargs)
        edges: list[GradientEdge | None] = []
        if name in ADDITIONS:
            edges = [edge(a) if isinstance(a, Tensor) else None for a in args[:2]]
        out = func(*args, **kwargs)
        made, self.reader.fresh = self.reader.fresh, None
        if made is not None and isinstance(out, Tensor):
            self.reader.watch(made.out, edge(out), out)
            if len(edges) == 2:
                at = made.residual.shortcut
                self.reader.watch(made.shortcut, edges[1 - at if name == "__radd__" else at], out)
        return out


def _undropped(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The arguments of scaled_dot_product_attention without dropout, its fifth."""
    if len(args) > 4:
        return (*args[:4], 0.0, *args[5:]), kwargs
    return args, kwargs | {"dropout_p": 0.0}

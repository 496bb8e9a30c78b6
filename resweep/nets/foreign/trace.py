"""Traces a forward pass operation by operation, without tracing Python code.

A TorchDispatchMode sees every operation with the tensors that it reads and writes. The storages
that follow from the input become nodes of a Lineage; sums are handed to it as they happen.
"""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils import _pytree as pytree
from torch.utils._python_dispatch import TorchDispatchMode

from resweep.nets.foreign.lineage import Lineage, Residual

CONTRACTIONS = {
    *("convolution", "_convolution", "convolution_overrideable", "mkldnn_convolution"),
    *("mm", "addmm", "bmm", "baddbmm", "addbmm", "mv", "addmv", "dot", "vdot", "linear", "matmul"),
    *("_scaled_mm", "_grouped_mm", "deform_conv2d"),
    *("mkldnn_rnn_layer", "_cudnn_rnn", "miopen_rnn"),
    *("_thnn_fused_lstm_cell", "_thnn_fused_gru_cell"),
}
ATTENTION = ("_scaled_dot_product", "_flash_attention", "_efficient_attention")
SUMS = frozenset((torch.ops.aten.add.Tensor, torch.ops.aten.add_.Tensor))


class Trace(TorchDispatchMode):
    """The lineage of what `model` computes while the trace is entered and not `paused`.

    `summed(residual, shortcut, branch)` is called before a residual sum is made, and what it
    returns with the sum's node and value after. `written(tensor)` is called before a parameter or
    another tensor that the model holds is written to.
    """

    def __init__(
        self,
        model: nn.Module,
        summed: Callable[[Residual, Tensor, Tensor], Callable[[int, Tensor], None]],
        written: Callable[[Tensor], None] = lambda tensor: None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.lineage = Lineage()
        self.paused = False
        self._summed, self._written = summed, written
        self._nodes: dict[int, int] = {}  # storage -> node
        self._weights: dict[int, tuple[str, ...]] = {}  # storage -> parameters it is made of
        self._held: dict[int, Tensor] = {}
        for name, parameter in model.named_parameters():
            if parameter.device.type != "meta":
                self._held[storage(parameter)] = parameter
                self._weights[storage(parameter)] = (name,) if parameter.dim() > 1 else ()

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Not to import torch's compiler, which takes a second and 60 MiB, at the first operation.

        Compiled functions run eagerly where a trace is entered (`untouched.uncompiled`).
        """
        return False

    def begin(self, inputs: Any) -> None:
        """Let the tensors of the batch be where everything comes from."""
        for tensor in tensors(inputs):
            self._nodes[storage(tensor)] = self.lineage.add(())

    def node(self, tensor: Tensor) -> int | None:
        """Return the node of a tensor; None where it does not follow from the input."""
        return self._nodes.get(storage(tensor))

    def __torch_dispatch__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        if self.paused:
            return func(*args, **kwargs)
        given = list(tensors((args, kwargs)))
        if func._schema.is_mutable:
            self._keep(func, args)
        finish = self._sum(args) if func in SUMS else None
        out = func(*args, **kwargs)
        self._record(func, given, out)
        if finish is not None:
            node = self.node(out)
            assert node is not None
            self.paused = True
            finish(node, out)
            self.paused = False
        return out

    def _keep(self, func: Any, args: tuple[Any, ...]) -> None:
        """Announce the writes of `func` to what the model holds."""
        for argument, value in zip(func._schema.arguments, args, strict=False):
            alias = argument.alias_info
            if alias is not None and alias.is_write and isinstance(value, Tensor):
                held = self._held.get(storage(value))
                if held is not None:
                    self._written(held)

    def _sum(self, args: tuple[Any, ...]) -> Callable[[int, Tensor], None] | None:
        """Announce a sum if it is a residual one."""
        left, right = args[0], args[1]
        if not isinstance(right, Tensor) or left.shape != right.shape:
            return None
        if not left.is_floating_point():
            return None
        nodes = self.node(left), self.node(right)
        if nodes[0] is None or nodes[1] is None:
            return None
        residual = self.lineage.residual(nodes[0], nodes[1])
        if residual is None:
            return None
        self.paused = True
        try:
            return self._summed(residual, args[residual.shortcut], args[1 - residual.shortcut])
        finally:
            self.paused = False

    def _record(self, func: Any, given: list[Tensor], out: Any) -> None:
        places = [storage(tensor) for tensor in given]
        parents = tuple(dict.fromkeys(self._nodes[p] for p in places if p in self._nodes))
        weights: dict[str, None] = {}
        for place in places:
            weights.update(dict.fromkeys(self._weights.get(place, ())))
        of_weights = any(place in self._weights for place in places)
        mutable = func._schema.is_mutable
        for tensor in tensors(out):
            place = storage(tensor)
            if place in places and not mutable:
                continue  # a view
            if place in self._held:
                continue
            # The memory may be that of a tensor which is gone.
            self._nodes.pop(place, None)
            self._weights.pop(place, None)
            if parents:
                contraction = contracts(func)
                applied = tuple(weights) if contraction else ()
                self._nodes[place] = self.lineage.add(parents, contraction, applied)
            elif of_weights:
                self._weights[place] = tuple(weights)


def storage(tensor: Tensor) -> int:
    """Return what identifies the memory that a tensor views."""
    try:
        return int(tensor.untyped_storage()._cdata)
    except (NotImplementedError, RuntimeError):  # sparse and wrapped tensors have none
        return id(tensor)


def tensors(values: Any) -> Iterator[Tensor]:
    """Yield every tensor in nested tuples, lists, dictionaries and dataclasses."""
    for leaf in pytree.tree_leaves(values):
        if isinstance(leaf, Tensor):
            yield leaf
        elif hasattr(leaf, "__dataclass_fields__"):
            yield from tensors(vars(leaf))


def contracts(func: Any) -> bool:
    """Whether an operation mixes features: a convolution, a matrix product, attention."""
    name = func._schema.name.rpartition("::")[2]
    return name in CONTRACTIONS or name.startswith(ATTENTION)

"""Which module is being called, by name and count, without a hook on any module of the model."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from torch import nn
from torch.nn.modules import module as hooks


@dataclass(eq=False)
class Call:
    """One call of a module: its name in the model and which call of it this is, from 1."""

    name: str
    count: int


@dataclass
class Calls:
    """The calls of the modules of `model`, while `watched` is entered.

    `entered(call, inputs)` and `left(call, output)` are told of every call, in order; `stack` holds
    those that have not returned. torch's global hooks are used, so that the hooks of the modules
    stay as they are.
    """

    model: nn.Module
    entered: Callable[[Call, tuple[Any, ...]], None] = lambda call, inputs: None
    left: Callable[[Call, Any], None] = lambda call, output: None
    stack: list[Call] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._names = {id(module): name for name, module in self.model.named_modules()}

    @property
    def innermost(self) -> Call:
        """The call that has not returned and began last."""
        return self.stack[-1] if self.stack else Call("", 1)

    def label(self, call: Call) -> str:
        """The call's name; with its count, as in `layer:2`, where the module is called again."""
        name = call.name or "(model)"
        return f"{name}:{call.count}" if self.counts.get(call.name, 1) > 1 else name

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch the calls that are made within the context."""
        handles = [
            hooks.register_module_forward_pre_hook(self._before),
            hooks.register_module_forward_hook(self._after, always_call=True),
        ]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()
            self.stack.clear()

    def _before(self, module: nn.Module, inputs: tuple[Any, ...]) -> None:
        name = self._names.get(id(module))
        if name is None:
            return
        self.counts[name] = self.counts.get(name, 0) + 1
        call = Call(name, self.counts[name])
        self.stack.append(call)
        self.entered(call, inputs)

    def _after(self, module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
        if self._names.get(id(module)) is None or not self.stack:
            return
        self.left(self.stack.pop(), output)

"""Effect to work, without waiting. Rule: a table; what takes time goes to the writer, whose results are facts again."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from ionas_phone.live.effects import AwaitPop, BeginWrapUp, Effect, Redraw, SettleDialling, SettlePop, TakeSnapshot
from ionas_phone.runtime.hub import Hub
from ionas_phone.runtime.orders import Order
from ionas_phone.runtime.pops import Pops
from ionas_phone.runtime.writer import Writer

_log = structlog.get_logger(__name__)


class Performer:
    """Carries out what the picture orders. ``snapshot`` asks a PBX, by our name for it, for everything anew.

    ``steer`` hears what became of a phone that was to ring by a click, and who has ended a call.
    """

    def __init__(
        self,
        hub: Hub,
        pops: Pops,
        writer: Writer,
        snapshot: Callable[[str], None],
        steer: Callable[[SettleDialling | BeginWrapUp], None] = lambda _: None,
    ) -> None:
        """Take whoever does the work."""
        self._steer = steer
        self._hub = hub
        self._pops = pops
        self._writer = writer
        self._snapshot = snapshot

    def __call__(self, effect: Effect, received: float) -> None:
        """Start the work; ``received``: monotonic second in which its cause had arrived."""
        match effect:
            case Redraw(topic):
                self._hub.mark(topic, received)
            case AwaitPop(call, leg, login):
                self._pops.expect(call, leg, login, received)
            case SettlePop(leg):
                self._pops.settle(leg, received)
            case SettleDialling() | BeginWrapUp():
                self._steer(effect)
            case TakeSnapshot(pbx, why):
                _log.info("a snapshot is taken", pbx=pbx, why=why)
                self._snapshot(pbx)
            case _ if isinstance(effect, Order):
                self._writer.order(effect)
            case _:
                raise TypeError(f"no work is known for {type(effect).__name__}")

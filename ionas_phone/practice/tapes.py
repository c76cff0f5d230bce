"""Which recording each part of a practice call is played from. Rule: what was not recorded can't be practised."""

from __future__ import annotations

from dataclasses import dataclass

from ionas_phone.practice.recording import Recording, recorded


@dataclass(frozen=True, slots=True)
class Tapes:
    """Which recordings a call is played from. ``call``: its own end is that of a caller who hangs up.

    ``out``: a customer is called, and the assistant hangs up.
    """

    call: Recording
    assistant_hangs_up: Recording
    gives_up: Recording
    waits_in_vain: Recording
    hold: Recording
    consultation: Recording
    called_off: Recording
    attended: Recording
    blind: Recording
    blind_in_vain: Recording
    colleague_hangs_up: Recording
    out: Recording
    out_not_taken_off: Recording
    out_in_vain: Recording
    customer_hangs_up: Recording


def tapes(call: str) -> Tapes:
    """Return what a call is played from; ``call``: the recording it begins with."""
    return Tapes(
        call=Recording(recorded(call)),
        assistant_hangs_up=Recording(recorded("answered_assistant_hangs_up")),
        gives_up=Recording(recorded("abandon_ringing")),
        waits_in_vain=Recording(recorded("abandon_waiting")),
        hold=Recording(recorded("hold")),
        consultation=Recording(recorded("consultation")),
        called_off=Recording(recorded("consultation_called_off")),
        attended=Recording(recorded("attended_replaces")),
        blind=Recording(recorded("blind_refer")),
        blind_in_vain=Recording(recorded("blind_refer_unanswered")),
        colleague_hangs_up=Recording(recorded("blonde_refer")),
        out=Recording(recorded("originate")),
        out_not_taken_off=Recording(recorded("originate_unanswered")),
        out_in_vain=Recording(recorded("outbound_unanswered")),
        customer_hangs_up=Recording(recorded("outbound")),
    )

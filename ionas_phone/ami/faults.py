"""Why a link is not up, in sentences for people. Rule: each says what is wrong and, if somebody can mend it, how."""

from __future__ import annotations

from typing import NamedTuple

from ionas_phone.live.nouns import LinkState
from ionas_phone.words import N_


class Fault(NamedTuple):
    """The state a link is in and the sentence why. ``slow``: trying again soon would only fill the PBX's log."""

    state: LinkState
    reason: str
    slow: bool = False


UNREACHABLE = Fault(LinkState.LOST, N_("The switchboard can't be reached. The service keeps trying."))
CLOSED = Fault(LinkState.LOST, N_("The switchboard closed the connection. The service keeps trying."))
SILENT = Fault(LinkState.LOST, N_("The switchboard has fallen silent. The service connects anew."))
SLOW = Fault(
    LinkState.LOST,
    N_("What the switchboard says arrives far too late: the line to it is overloaded. The service connects anew."),
)
STUCK = Fault(LinkState.LOST, N_("The switchboard did not answer in time. The service connects anew."))
UNCLEAR = Fault(LinkState.LOST, N_("The switchboard's lists can't be understood. The service connects anew."))
SHUTTING_DOWN = Fault(LinkState.LOST, N_("The switchboard is shutting down. The service waits for it to come back."))
CLOSING = Fault(  # and it still tells what happens
    LinkState.UP,
    N_("The switchboard stops as soon as the last call is over; until then nobody new gets through."),
)
STRANGER = Fault(
    LinkState.LOST,
    N_("What answers at the switchboard's address is no Asterisk manager. Check IONAS_PBX_URLS."),
    slow=True,
)
CERTIFICATE = Fault(
    LinkState.LOST,
    N_("The switchboard's certificate can't be verified. Install its authority's certificate on this machine."),
    slow=True,
)
REFUSED = Fault(
    LinkState.REFUSED,
    N_("The switchboard refuses the log-in. Check user, secret and permit in manager.conf and IONAS_PBX_SECRET_FILE."),
    slow=True,
)
NO_RIGHTS = Fault(
    LinkState.UNFIT,
    N_("The switchboard refuses its lists. Set write = reporting for our user in manager.conf and load app_queue."),
    slow=True,
)
NO_SYSTEM_NAME = Fault(
    LinkState.UNFIT,
    N_(
        "The switchboard's events bear no system name, so they can't be believed."
        " Set systemname to something nobody can guess in asterisk.conf and restart Asterisk."
    ),
    slow=True,
)
NO_TIMESTAMP = Fault(
    LinkState.UNFIT,
    N_(
        "The switchboard's events bear no time, so they can't be believed."
        " Set timestampevents = yes in manager.conf and reload manager."
    ),
)
STARTING = Fault(
    LinkState.CONNECTING,
    N_(
        "The switchboard is starting. If this lasts, our user lacks the right to be told:"
        " set read = system,call,agent in manager.conf."
    ),
)
LACKS = {"no_timestamp": NO_TIMESTAMP, "no_system_name": NO_SYSTEM_NAME}

"""The line's Asterisk configuration, from the templates in dialplan/. Rule: the laboratory runs exactly this output."""

from ionas_phone.dialplan.opening import Hours
from ionas_phone.dialplan.plan import Paths, Phone, Plan, Secrets, Trunk
from ionas_phone.dialplan.write import Written, write_dialplan

__all__ = ["Hours", "Paths", "Phone", "Plan", "Secrets", "Trunk", "Written", "write_dialplan"]

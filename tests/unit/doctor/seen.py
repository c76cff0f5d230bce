"""A PBX as it should be, for what the doctor says when one thing is otherwise."""

from __future__ import annotations

from ionas_phone.ami.inspection import Dialling, Heard, Inspection, Step
from ionas_phone.ami.manager_conf import ManagerConf
from ionas_phone.live.nouns import Member, MemberStatus

LINE = "+496131327070"
CONF = ManagerConf(
    timestampevents=True,
    channelvars="CALLERID(DNID),CALLERID(pres)",
    read=frozenset({"system", "call", "agent"}),
    filters=(r"^Event: ([A-Z][A-Za-z]+)[[:space:]]",),
    write_timeout=5000,
)
STEPS = (
    Step("ionas-from-trunk", LINE, "Gosub", "ionas-caller,s,1"),
    Step("ionas-line", LINE, "Queue", "support,,,,600"),
    Step("ionas-caller", "s", "Return", ""),
    Step("ionas-opening-switch", "_[12]!", "Hangup", ""),
)
ANNA = Member("support", "PJSIP/201", "Anna", MemberStatus.IDLE, paused=False)
PBX = Inspection(
    version="22.10.1",
    booted=True,
    commands=frozenset(
        {"CoreSettings", "CoreShowChannels", "QueueStatus", "BridgeList", "ShowDialPlan", "Originate", "QueuePause"}
    ),
    system_name=32,
    clock=0.01,
    queues=frozenset({"support"}),
    members=(ANNA,),
    steps=STEPS,
    dialling=Dialling(),
    manager_conf=CONF,
    heard=Heard(),
)

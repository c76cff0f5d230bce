from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from ionas_phone.dialplan.files import CONFIDENTIAL, EVENTS, SECRET_FILE, configuration, recordings
from ionas_phone.dialplan.plan import Paths, Phone, Plan, Secrets, Trunk
from ionas_phone.errors import SettingWrong
from ionas_phone.shipped import shipped

RECORDINGS = Path(__file__).parents[2] / "scenarios/lab22"
TODAY = date(2026, 11, 22)
SECRETS = Secrets("xsystem", "xmanager", {"201": "xanna", "202": "xben", "203": "xcem"})


def written(plan: Plan | None = None) -> dict[str, str]:
    files = configuration(plan or Plan(), Paths(etc="/etc/x"), SECRETS, TODAY)
    return {name: content.decode() for name, content in files.items()}


def test_every_template_is_written_and_completely_filled() -> None:
    files = written(Plan(trunk=Trunk("sip.example.org", user="u", password="p")))
    assert set(files) == {path.name for path in shipped("dialplan").glob("*.conf")} | {SECRET_FILE}
    assert not [name for name, text in files.items() if "{{" in text or "{%" in text]


def test_secrets_stand_in_confidential_files_alone() -> None:
    for name, text in written().items():
        if name not in CONFIDENTIAL:
            assert not re.search("xsystem|xmanager|xanna|xben|xcem", text), name


def test_what_turns_the_switch_does_nothing_else_and_no_phone_reaches_it() -> None:
    extensions = written()["extensions.conf"]
    context = extensions.split("[ionas-opening-switch]")[1].split("\n[")[0]
    steps = re.findall(r"^(?:exten => \S+?,1|[ ]same => n),(\w+)\(", context, re.MULTILINE)
    assert len(steps) == 6
    assert set(steps) == {"Set", "Hangup"}
    assert "include => ionas-opening-switch" not in extensions


def test_the_service_can_read_its_secret() -> None:
    assert written()[SECRET_FILE] == "xmanager\n"


def test_the_manager_account_is_least_privileged() -> None:
    lines = written(Plan(ami_port=5039))["manager.conf"].splitlines()
    settings = [line for line in lines if line and not line.startswith(";")]
    for wanted in (
        *(
            "bindaddr = 127.0.0.1",
            "port = 5039",
            "timestampevents = yes",
            "webenabled = no",
            "[ionas]",
            "secret = xmanager",
        ),
        *(
            "deny = 0.0.0.0/0.0.0.0",
            "permit = 127.0.0.1/255.255.255.255",
            "read = system,call,agent",
            "write = reporting,originate,agent",
        ),
        *("writetimeout = 5000", "channelvars = CALLERID(DNID),CALLERID(pres)"),
    ):
        assert wanted in settings


def test_the_event_filter_is_one_regular_expression_for_old_and_new() -> None:
    (line,) = re.findall(r"^eventfilter = (.*)$", written()["manager.conf"], re.MULTILINE)
    form = re.compile(line.replace("[[:space:]]", r"\s"))
    for name in EVENTS:
        assert form.search(f"Event: {name}\r\nPrivilege: call,all\r\n")
    for name in ("Newexten", "VarSet", "HangupHandlerRun", "QueueMemberStatusX", "Cdr"):
        assert not form.search(f"Event: {name}\r\nCallerIDName: \r\nEvent: Hangup\r\n")


def test_a_stranger_gets_the_line_alone() -> None:
    extensions = written()["extensions.conf"]
    context = extensions.split("[ionas-from-trunk]")[1].split("\n[")[0]
    assert re.findall(r"^exten => ([^,]*),1,Gosub\(ionas-caller,s,1\)$", context, re.MULTILINE) == [
        *("+496131327070", "496131327070", "00496131327070", "06131327070", "6131327070", "327070")
    ]
    assert len(re.findall(r"exten =>", context)) == 6
    assert "include" not in context


def test_emergency_numbers_come_before_every_rule() -> None:
    desk = written()["extensions.conf"].split("[ionas-desk]")[1].split("\n[")[0]
    assert re.findall(r"^include => (.*)$", desk, re.MULTILINE)[0] == "ionas-emergency"


def test_phones_queue_and_extensions_agree() -> None:
    files = configuration(
        Plan(phones=(Phone("301", "Dora"), Phone("302", "Ümit", "sip:302@192.0.2.7"))),
        Paths(etc="/etc/x"),
        Secrets("s", "m", {"301": "one", "302": "two"}),
        TODAY,
    )
    queue, sip, extensions = (files[f"{name}.conf"].decode() for name in ("queues", "pjsip", "extensions"))
    assert "member => PJSIP/301,0,Dora,PJSIP/301\nmember => PJSIP/302,0,Ümit,PJSIP/302\n" in queue
    assert "exten => 302,hint,PJSIP/302" in extensions
    assert sip.count("contact = sip:302@192.0.2.7") == 1
    assert sip.count("max_contacts = 1") == 1


def test_a_carrier_that_wants_a_registration() -> None:
    sip = written(Plan(trunk=Trunk("sip.example.org", user="konto", password="a;b", match=("192.0.2.1", "192.0.2.2"))))
    assert "password = a\\;b\n" in sip["pjsip.conf"]  # an unescaped ; would begin a comment
    assert "client_uri = sip:konto@sip.example.org" in sip["pjsip.conf"]
    assert "match = 192.0.2.1,192.0.2.2" in sip["pjsip.conf"]


def test_without_a_carrier_there_is_no_trunk() -> None:
    assert "\n[trunk]" not in written()["pjsip.conf"]


def test_only_new_asterisks_are_told_of_new_modules() -> None:
    assert "res_cdrel_custom" in written(Plan(asterisk=22))["modules.conf"]
    assert "res_cdrel_custom" not in written(Plan(asterisk=16))["modules.conf"]


def test_a_line_that_is_no_number_is_refused() -> None:
    with pytest.raises(SettingWrong):
        written(Plan(line="327070"))


def test_the_recordings_have_the_names_that_the_plan_plays() -> None:
    played = set(re.findall(r"Playback\(/etc/x/([\w/]+)\)", written()["extensions.conf"]))
    assert {f"{name}.wav" for name in played} | {"music/waiting.wav"} == set(recordings())


@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("*.ami")), ids=lambda path: path.stem)
def test_what_was_recorded_is_what_the_filter_lets_through_and_no_secret(path: Path) -> None:
    stream = path.read_text("utf-8")
    assert not re.search(r"x[0-9a-f]{32}", stream)
    if not path.stem.startswith("snapshot_"):
        assert set(re.findall(r"^Event: (\w+)", stream, re.MULTILINE)) <= set(EVENTS)

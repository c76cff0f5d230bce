from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ionas_phone.ami.manager_conf import SENT_ALONG, USED, ManagerConf, from_text
from ionas_phone.dialplan import Plan, write_dialplan
from ionas_phone.dialplan.files import EVENTS
from ionas_phone.runtime.clock import now


def read(text: str, **files: str) -> ManagerConf:
    def include(name: str) -> Iterator[str]:
        yield from [files[name]] if name in files else []

    conf = from_text(text, include, "ionas", "s3cret")
    assert conf is not None
    return conf


def test_our_own_plan_keeps_nothing_back_and_sends_nothing_in_vain(tmp_path: Path) -> None:
    written = write_dialplan(tmp_path / "etc", Plan(), today=now().date())
    text = (tmp_path / "etc/manager.conf").read_text()
    conf = from_text(text, lambda _: (), "ionas", written.secrets.manager)
    assert conf is not None
    assert (conf.timestampevents, conf.unseen, conf.kept_back, conf.write_timeout) == (True, [], [], 5000)
    assert set(EVENTS) - USED <= SENT_ALONG


def test_templates_additions_and_included_files() -> None:
    conf = read(
        "[least](!)\nread=system\n[general]\n[ionas](least)\n#include more\n[general](+)\nTimestampEvents => Yes\n",
        more="secret=s3cret\nread=call,agent,system ; the last one counts\n#include more\n",
    )
    assert conf.timestampevents
    assert conf.unseen == []


def test_what_is_not_said_is_asterisks_default() -> None:
    conf = read("[ionas]\nsecret = s3cret\n")
    assert (conf.timestampevents, conf.unseen, conf.write_timeout) == (False, ["agent", "call", "system"], 100)
    assert read("[ionas]\nsecret = s3cret\nread = all\n").unseen == []


@pytest.mark.parametrize(
    ("filters", "kept_back"),
    [
        ((), []),
        (("!Event: VarSet",), []),
        (("!^Event: Hangup",), ["Hangup", "HangupRequest"]),
        (("^Event: .*", "!Hold"), ["Hold"]),
        (("(unreadable",), []),
    ],
)
def test_filters_are_read_as_asterisk_reads_them(filters: tuple[str, ...], kept_back: list[str]) -> None:
    conf = replace(read("[ionas]\nsecret = s3cret\n"), filters=filters)
    assert conf.kept_back == kept_back


def test_newer_filters_are_not_judged() -> None:
    conf = read("[ionas]\nsecret = s3cret\neventfilter(action(include),name(Hangup)) =\n")
    assert (conf.newer_filters, conf.kept_back, conf.filters) == (True, [], ())

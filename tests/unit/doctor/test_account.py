"""What only a certain Asterisk, or a certain moment, shows; the rest is tested on real ones (tests/integration)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ionas_phone.ami.inspection import Dialling, Heard
from ionas_phone.doctor import account
from ionas_phone.doctor.findings import Finding, Grade

from .seen import CONF, PBX

BOTH = frozenset({"call", "agent"})
SUNDAY = datetime(2026, 11, 22, 9, 5, 3, tzinfo=UTC)


def times(heard: Heard, **other: object) -> Finding:
    """Return what is said about the events' times, without a manager.conf."""
    seen = replace(PBX, heard=heard, manager_conf=None)
    return next(each for each in account.marks(seen, **{"last_call": None, **other}) if each.check == "timestampevents")  # type: ignore[arg-type]


def test_all_is_well() -> None:
    judged = [*account.rights(PBX, "ionas"), *account.marks(PBX, None), *account.stream(PBX), *account.clocks(PBX)]
    assert {finding.grade for finding in judged} == {Grade.WELL}


def test_an_account_that_may_only_watch_is_told_what_does_not_work() -> None:
    watching = replace(PBX, commands=PBX.commands - {"Originate"})
    [finding] = [each for each in account.rights(watching, "ionas") if each.check == "steering"]
    assert finding.grade is Grade.ADVICE
    assert "may not Originate:" in finding.sentence % finding.values


def test_a_pbx_that_lists_no_bridges_can_not_tell_a_car_park_at_first_sight() -> None:
    blind = replace(PBX, commands=PBX.commands - {"BridgeList"})
    findings = [each for each in account.rights(blind, "ionas") if each.grade is not Grade.WELL]
    assert [(each.check, each.grade) for each in findings] == [("bridges", Grade.ADVICE)]
    assert "BridgeList" in findings[0].sentence % findings[0].values


@pytest.mark.parametrize(
    ("heard", "grade"),
    [
        (Heard(), Grade.ADVICE),
        (Heard(count=3, marked=3, classes=BOTH), Grade.WELL),
        (Heard(count=3, untimed=3, classes=BOTH), Grade.FAULT),
        (Heard(count=3, marked=1, untimed=2, classes=BOTH), Grade.WELL),  # a caller invented two
        (Heard(count=3, untimed=1, classes=BOTH), Grade.ADVICE),
    ],
)
def test_what_was_heard_tells_of_the_times(heard: Heard, grade: Grade) -> None:
    assert times(heard).grade is grade


def test_a_call_that_was_written_down_shows_that_events_are_believed() -> None:
    finding = times(Heard(), last_call=SUNDAY)
    assert finding.grade is Grade.WELL
    assert "2026-11-22 09:05:03 UTC" in finding.sentence % finding.values
    assert times(Heard(count=1, untimed=1), last_call=SUNDAY).grade is Grade.FAULT  # but not today


def test_the_wire_outweighs_the_file() -> None:
    mended = replace(PBX, heard=Heard(count=1, untimed=1), manager_conf=CONF)
    assert [each.grade for each in account.marks(mended, None)] == [Grade.WELL, Grade.FAULT]


@pytest.mark.parametrize(("version", "grade"), [("22.10.1", Grade.WELL), ("16.28.0", Grade.ADVICE)])
def test_asterisk_16_passes_over_newer_filters(version: str, grade: Grade) -> None:
    conf = replace(CONF, filters=(), newer_filters=True)
    assert [each.grade for each in account.stream(replace(PBX, version=version, manager_conf=conf))] == [grade]


def test_events_nobody_needs_show_that_nothing_is_filtered() -> None:
    seen = replace(PBX, manager_conf=None, heard=Heard(count=2, marked=2, names=frozenset({"VarSet", "Hangup"})))
    assert [(each.check, each.grade) for each in account.stream(seen)] == [("eventfilter", Grade.ADVICE)]
    ours = replace(seen, heard=replace(seen.heard, names=frozenset({"AgentDump", "Hangup"})))
    assert list(account.stream(ours)) == []


@pytest.mark.parametrize(("clock", "grades"), [(None, []), (1.9, [Grade.WELL]), (-2.1, [Grade.ADVICE])])
def test_clocks_may_differ_a_little(clock: float | None, grades: list[Grade]) -> None:
    assert [finding.grade for finding in account.clocks(replace(PBX, clock=clock))] == grades


def test_a_system_name_fits_into_freepbxs_records() -> None:
    on_freepbx = replace(PBX, dialling=Dialling(from_trunk=()))
    long, *_ = account.marks(on_freepbx, None)
    assert "has 32 characters" in long.sentence % long.values
    assert next(account.marks(replace(on_freepbx, system_name=12), None)).grade is Grade.WELL
    assert next(account.marks(PBX, None)).grade is Grade.WELL

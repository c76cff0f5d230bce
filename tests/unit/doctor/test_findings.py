from __future__ import annotations

from ionas_phone.doctor.findings import Grade, advice, fault, well


def test_the_worst_is_the_exit_code() -> None:
    found = [well("clock", "fine"), fault("link", "broken at %(place)s", place="mainz"), advice("users", "nobody")]
    assert int(max(finding.grade for finding in found)) == 2
    assert [int(finding.grade) for finding in found] == [0, 2, 1]


def test_a_finding_about_a_pbx_says_about_which() -> None:
    finding = fault("link", "broken at %(place)s", place="mainz").of("trier")
    assert (finding.pbx, finding.grade, finding.sentence % finding.values) == ("trier", Grade.FAULT, "broken at mainz")

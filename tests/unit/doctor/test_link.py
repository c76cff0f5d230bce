from __future__ import annotations

import pytest

from ionas_phone.ami.address import PbxAddress
from ionas_phone.ami.inquiry import Failure, Unanswered
from ionas_phone.doctor.findings import Grade
from ionas_phone.doctor.link import unanswered

MAINZ = PbxAddress.parse("amis://ionas@pbx.example.org:5039#mainz", "s3cret")


@pytest.mark.parametrize("failure", list(Failure))
def test_every_failure_has_a_sentence_without_the_secret(failure: Failure) -> None:
    finding = unanswered(MAINZ, Unanswered(failure, "the machine's word"))
    sentence = finding.sentence % finding.values
    assert finding.grade is Grade.FAULT
    assert "pbx.example.org:5039" in sentence or "ionas" in sentence
    assert "s3cret" not in sentence
    assert sentence.endswith(".")


def test_what_the_machine_said_stands_in_brackets() -> None:
    said = unanswered(MAINZ, Unanswered(Failure.CERTIFICATE, "certificate has expired"))
    assert "is not trusted here (certificate has expired)." in said.sentence % said.values
    silent = unanswered(MAINZ, Unanswered(Failure.CERTIFICATE))
    assert "is not trusted here." in silent.sentence % silent.values

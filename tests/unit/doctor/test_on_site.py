from __future__ import annotations

from pathlib import Path

from ionas_phone.ami.address import PbxAddress
from ionas_phone.doctor.on_site import manager_conf

MAINZ = PbxAddress.parse("ami://ionas@127.0.0.1#mainz", "s3cret")


def test_freepbx_spreads_its_settings_over_files(tmp_path: Path) -> None:
    (tmp_path / "manager.conf").write_text("[general]\nenabled=yes\n#include manager_*.conf\n#include gone.conf\n")
    (tmp_path / "manager_custom.conf").write_text(
        "[general](+)\ntimestampevents = yes ; needed\n[ionas]\nsecret = s3cret\nread = system,call,agent\n"
    )
    conf = manager_conf(tmp_path, MAINZ)
    assert conf is not None
    assert (conf.timestampevents, conf.unseen) == (True, [])


def test_a_folder_without_one_and_another_pbxs_tell_nothing(tmp_path: Path) -> None:
    assert manager_conf(tmp_path, MAINZ) is None
    (tmp_path / "manager.conf").write_text("[ionas]\nsecret = another\n")
    assert manager_conf(tmp_path, MAINZ) is None

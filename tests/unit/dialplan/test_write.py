from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ionas_phone.dialplan import Phone, Plan, write_dialplan
from ionas_phone.dialplan.files import CONFIDENTIAL
from ionas_phone.dialplan.write import MARKER
from ionas_phone.errors import PhoneError

TODAY = date(2026, 11, 22)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_folder_holds_all_that_asterisk_and_the_service_need(tmp_path: Path) -> None:
    written = write_dialplan(tmp_path / "a/b", Plan(ami_port=5039), today=TODAY)
    there = {str(path.relative_to(written.folder)) for path in written.folder.rglob("*") if path.is_file()}
    assert there == {*written.files, MARKER}
    assert written.ami_url == "ami://ionas@127.0.0.1:5039"
    assert written.secret_file.read_text().strip() == written.secrets.manager
    assert f"astetcdir => {tmp_path}/a/b\n" in (written.folder / "asterisk.conf").read_text()


def test_secrets_are_readable_for_the_owner_alone(tmp_path: Path) -> None:
    written = write_dialplan(tmp_path, Plan(), today=TODAY)
    for name in written.files:
        assert mode(tmp_path / name) == (0o600 if name in CONFIDENTIAL else 0o644), name
    assert mode(tmp_path / MARKER) == 0o600


def test_two_folders_have_different_secrets(tmp_path: Path) -> None:
    one, other = (write_dialplan(tmp_path / name, Plan(), today=TODAY).secrets for name in ("a", "b"))
    assert one.manager != other.manager
    assert one.system_name != other.system_name


def test_written_again_it_keeps_the_secrets_and_brings_the_rest_up_to_date(tmp_path: Path) -> None:
    first = write_dialplan(tmp_path, Plan(), today=TODAY)
    again = write_dialplan(tmp_path, Plan(phones=(Phone("201", "Anna"), Phone("204", "Dora"))), today=date(2029, 1, 2))
    assert (again.secrets.system_name, again.secrets.manager) == (first.secrets.system_name, first.secrets.manager)
    assert again.secrets.phones["201"] == first.secrets.phones["201"]
    assert set(again.secrets.phones) == {"201", "204"}
    assert "20291225" in (tmp_path / "extensions.conf").read_text()
    assert again.secrets.phones["204"] in (tmp_path / "pjsip.conf").read_text()


def test_the_companys_own_recordings_stay(tmp_path: Path) -> None:
    write_dialplan(tmp_path, Plan(), today=TODAY)
    (tmp_path / "sounds/welcome.wav").write_bytes(b"Guten Tag")
    (tmp_path / "music/waiting.wav").unlink()
    write_dialplan(tmp_path, Plan(), today=TODAY)
    assert (tmp_path / "sounds/welcome.wav").read_bytes() == b"Guten Tag"
    assert not (tmp_path / "music/waiting.wav").exists()


def test_a_folder_with_something_else_in_it_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "extensions.conf").write_text("mine")
    with pytest.raises(PhoneError, match="not empty"):
        write_dialplan(tmp_path, Plan(), today=TODAY)
    assert [path.name for path in tmp_path.iterdir()] == ["extensions.conf"]
    assert (tmp_path / "extensions.conf").read_text() == "mine"


def test_a_file_changed_by_hand_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    write_dialplan(tmp_path, Plan(), today=TODAY)
    changed = tmp_path / "queues.conf"
    changed.write_text("mine")
    with pytest.raises(PhoneError, match=r"queues\.conf was changed by hand"):
        write_dialplan(tmp_path, Plan(queue="elsewhere"), today=TODAY)
    assert changed.read_text() == "mine"
    assert "elsewhere" not in (tmp_path / "extensions.conf").read_text()


def test_a_place_where_nothing_can_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PhoneError, match="can't be written: Not a directory"):
        write_dialplan(tmp_path / "file/below", Plan(), today=TODAY)


def test_a_damaged_note_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / MARKER).write_text("{")
    with pytest.raises(PhoneError, match=r"ionas-dialplan\.json"):
        write_dialplan(tmp_path, Plan(), today=TODAY)

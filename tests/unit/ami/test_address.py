from __future__ import annotations

import pytest

from ionas_phone.ami.address import PbxAddress
from ionas_phone.errors import SettingWrong


@pytest.mark.parametrize(
    ("url", "name", "host", "port", "user", "tls"),
    [
        ("ami://ionas@127.0.0.1:15038", "127.0.0.1:15038", "127.0.0.1", 15038, "ionas", False),
        ("ami://ionas@127.8.9.1", "127.8.9.1:5038", "127.8.9.1", 5038, "ionas", False),
        ("ami://ionas@localhost/", "localhost:5038", "localhost", 5038, "ionas", False),
        ("ami://ionas@[::1]", "[::1]:5038", "::1", 5038, "ionas", False),
        ("ami://ionas@127.0.0.1:15038#practice", "practice", "127.0.0.1", 15038, "ionas", False),
        ("amis://ionas@pbx.example.org", "pbx.example.org:5039", "pbx.example.org", 5039, "ionas", True),
        ("amis://io%40nas@192.0.2.7:6000#mainz-1", "mainz-1", "192.0.2.7", 6000, "io@nas", True),
        ("amis://ionas@[2001:db8::1]:5039", "[2001:db8::1]:5039", "2001:db8::1", 5039, "ionas", True),
    ],
)
def test_addresses(url: str, name: str, host: str, port: int, user: str, tls: bool) -> None:
    found = PbxAddress.parse(url, "s3cret")
    assert found == PbxAddress(name=name, host=host, port=port, user=user, secret="s3cret", tls=tls)


def test_the_secret_is_in_no_repr() -> None:
    assert "s3cret" not in repr(PbxAddress.parse("ami://ionas@127.0.0.1", "s3cret"))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ami://ionas@pbx.example.org", "is not encrypted and leads to another machine"),
        ("ami://ionas@192.0.2.7", "is not encrypted and leads to another machine"),
        ("ami://ionas@127.0.0.1.example.org", "is not encrypted and leads to another machine"),
        ("ami://ionas@0.0.0.0", "is not encrypted and leads to another machine"),
        ("http://ionas@127.0.0.1", "is no address of a PBX"),
        ("ami://127.0.0.1", "is no address of a PBX"),
        ("ami://ionas@", "is no address of a PBX"),
        ("ami://ionas@127.0.0.1:port", "is no address of a PBX"),
        ("ami://ionas@127.0.0.1:99999", "is no address of a PBX"),
        ("ami://ionas@[::1", "is no address of a PBX"),
        ("ami://ionas@127.0.0.1/path", "is no address of a PBX"),
        ("ami://ionas@127.0.0.1?query", "is no address of a PBX"),
        ("ami://ionas@127.0.0.1#two words", "is no address of a PBX"),
        ("ami://io%0D%0Anas@127.0.0.1", "is no address of a PBX"),
        ("", "is no address of a PBX"),
    ],
)
def test_addresses_that_can_not_be_used(url: str, sentence: str) -> None:
    with pytest.raises(SettingWrong, match=f"^IONAS_PBX_URLS: .*{sentence}"):
        PbxAddress.parse(url, "s3cret")


@pytest.mark.parametrize("url", ["amis://ionas:pa55word@pbx.example.org", "ami://ionas:pa55word@127.0.0.1:port"])
def test_a_secret_in_the_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingWrong) as refused:
        PbxAddress.parse(url, "s3cret")
    assert "pa55word" not in str(refused.value)
    assert str(refused.value).startswith("IONAS_PBX_URLS: ")


@pytest.mark.parametrize("secret", ["", "a\r\nAction: Originate", "a\nb", "a\0b"])
def test_a_secret_that_would_break_the_log_in_is_refused(secret: str) -> None:
    with pytest.raises(SettingWrong, match=r"^IONAS_PBX_URLS: .*empty or holds a line break") as refused:
        PbxAddress.parse("ami://ionas@127.0.0.1", secret)
    assert not secret or secret not in str(refused.value)

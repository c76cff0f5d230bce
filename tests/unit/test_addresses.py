from __future__ import annotations

import pytest

from ionas_phone.addresses import is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost", "LocalHost"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "0.0.0.0", "::", "pbx.example.org", "localhost.example.org", ""])  # noqa: S104 - not bound
def test_any_other_may_be_seen_from_outside(host: str) -> None:
    assert not is_loopback(host)

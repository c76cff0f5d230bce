from __future__ import annotations

import pytest

from ionas_phone.web.devices import Device, device_of

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (CHROME, Device("Chrome", "Windows")),
        (f"{CHROME} Edg/156.0.0.0", Device("Edge", "Windows")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", Device("Firefox", "Linux")),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15",
            Device("Safari", "macOS"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1 CriOS/156.0 Mobile Safari/604.1",
            Device("Chrome", "iPhone"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 16) Chrome/156.0 Mobile Safari/537.36",
            Device("Chrome", "Android"),
        ),
        ("curl/8.0", Device("", "")),
        ("", Device("", "")),
    ],
)
def test_a_browser_and_its_system(user_agent: str, device: Device) -> None:
    assert device_of(user_agent) == device

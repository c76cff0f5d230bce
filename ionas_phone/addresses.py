"""Which hosts are this very machine. Rule: only a spelled-out address or ``localhost`` counts; no name is looked up."""

from __future__ import annotations

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Tell whether ``host`` (no port, no brackets) is this machine, seen from itself only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"

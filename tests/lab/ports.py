"""Free ports on loopback. Rule: nothing is assumed to be free."""

from __future__ import annotations

import socket

RTP = (
    16000,
    30000,
)  # below the kernel's own range; Asterisk takes the next one when a port is taken, so all may share it


def free_udp(host: str = "127.0.0.1") -> int:
    return _free(host, socket.SOCK_DGRAM)


def free_tcp(host: str = "127.0.0.1") -> int:
    return _free(host, socket.SOCK_STREAM)


def taken_udp(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether somebody listens there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host, port))
        except OSError:
            return True
        return False


def _free(host: str, kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])

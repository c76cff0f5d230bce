"""Free ports on loopback. Rule: nothing is assumed to be free, and who takes just any port is given none of these.

Between the moment a port is found and the moment it is listened on, the kernel may give it to whoever asks for any
port. So ours lie outside the range from which the kernel gives.
"""

from __future__ import annotations

import random
import socket
from pathlib import Path

RTP = (
    16000,
    30000,
)  # below the kernel's own range; Asterisk takes the next one when a port is taken, so all may share it
_ANY = Path("/proc/sys/net/ipv4/ip_local_port_range")
_given: set[int] = set()
_random = random.SystemRandom()  # several processes look for ports at the same time


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
    first, last = map(int, _ANY.read_text().split())
    places = [port for port in (*range(RTP[1] + 1, first), *range(last + 1, 65536)) if port not in _given]
    for port in (*_random.sample(places, len(places)), 0):  # 0: a kernel that gives from all has left us none
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            found = int(probe.getsockname()[1])
        _given.add(found)
        return found
    raise OSError(f"no port of {host} is free")

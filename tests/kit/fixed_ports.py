"""Ports that cannot be chosen: the compose files publish 9092 to 9094 on all addresses, and the broker
of a run of lab 03 listens on one of them, on an address of its own. So only one of the two at a time,
whichever process its test runs in."""

import contextlib
import fcntl
import pathlib
import tempfile


@contextlib.contextmanager
def fixed_ports():
    with open(pathlib.Path(tempfile.gettempdir()) / "kraftlab-fixed-ports.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

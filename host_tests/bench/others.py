"""The programs that people use instead, fetched privately where the system lacks them."""

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from boards.tools import debian
from boards.tools.unavailable import Unavailable
from host_tests.servers.running import library_path

__all__ = ["Curl", "Mpop", "curl", "mpop", "valgrind"]


@dataclass(frozen=True)
class Program:
    """A program of others.

    :ivar program: its path
    :ivar environment: to run it with
    """

    program: str
    environment: dict[str, str] = field(default_factory=dict)


class Curl(Program):
    """curl, which fetches the mails one after the other and forgets them."""

    def fetch(self, host: str, port: int, name: str) -> float:
        """Fetch all mails of a mailbox; returns the seconds that the whole run took."""
        url = f"pop3://{host}:{port}/[1-{name.split('x', maxsplit=1)[0]}]"
        return _timed([self.program, "-s", "-o", os.devnull, "-u", f"{name}:secret", url], self.environment)


class Mpop(Program):
    """mpop, told to keep nothing."""

    def fetch(self, host: str, port: int, name: str, pipelining: bool, alone: bool = True) -> float:
        """Fetch all mails of a mailbox; returns the seconds that the whole run took.

        :param alone: no other mpop runs; else the mails go to a file, for it locks what it writes to, /dev/null too
        """
        with tempfile.TemporaryDirectory(prefix="mpop-") as folder:
            settings = Path(folder) / "settings"
            settings.write_text(
                f"account it\nhost {host}\nport {port}\nuser {name}\npassword secret\nauth user\ntls off\n"
                f"keep on\nonly_new off\npipelining {'on' if pipelining else 'off'}\nreceived_header off\n"
                f"uidls_file {folder}/seen\ndelivery mbox {os.devnull if alone else f'{folder}/mails'}\n"
            )
            settings.chmod(0o600)
            return _timed([self.program, "-q", "-C", str(settings), "-a"], self.environment)


def _timed(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, env=dict(os.environ, **environment), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"{Path(command[0]).name} failed: {' '.join(done.stderr.split())}")
    return time.perf_counter() - start


def _program(name: str) -> tuple[str, dict[str, str]]:
    """A program's path and what its environment needs: the system's, or one unpacked from its package."""
    installed = shutil.which(name)
    if installed:
        return installed, {}
    root = debian.unpack(name, [name], suites=None)
    return str(root / "usr" / "bin" / name), {"LD_LIBRARY_PATH": library_path(root)}


@cache
def curl() -> Curl:
    """curl. Raises Unavailable."""
    return Curl(*_program("curl"))


@cache
def mpop() -> Mpop:
    """mpop. Raises Unavailable."""
    return Mpop(*_program("mpop"))


@cache
def valgrind() -> tuple[str, dict[str, str]]:
    """valgrind and its environment: a new one first, since one must know all instructions of what it runs.

    :raises Unavailable: where there is none
    """
    try:
        root = debian.unpack("valgrind", ["valgrind"], only=["valgrind"])
        return str(root / "usr/bin/valgrind"), {"VALGRIND_LIB": str(root / "usr/libexec/valgrind")}
    except Unavailable:
        installed = shutil.which("valgrind")
        if installed is None:
            raise
        return installed, {}

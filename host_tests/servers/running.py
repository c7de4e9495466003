"""What every real server has in common: ports, a folder of its own, a process that ends with the test's."""

import json
import os
import pwd
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Self

from boards.tools import debian
from boards.tools.paths import PRIVATE
from boards.tools.unavailable import Unavailable
from host_tests.servers import certificates, keeper

__all__ = [
    "Account",
    "KeptServer",
    "Unavailable",
    "free_ports",
    "ipv6_here",
    "library_path",
    "ordinary_user",
    "packaged_version",
]

START = 10  # seconds within which a server must greet
LONGEST_FOLDER = 60  # characters: a Unix socket's path has at most 107


class Account:
    """A user of this machine that a server runs as.

    :ivar name: its name
    :ivar group: its group's name
    :ivar uid: its number
    :ivar gid: its group's number
    """

    def __init__(self, name: str):
        import grp

        entry = pwd.getpwnam(name) if name else pwd.getpwuid(os.geteuid())
        self.name, self.uid, self.gid = entry.pw_name, entry.pw_uid, entry.pw_gid
        self.group = grp.getgrgid(self.gid).gr_name

    @property
    def is_other(self) -> bool:
        """True if it is not who runs the tests."""
        return self.uid != os.geteuid()


def ordinary_user() -> Account:
    """Who runs the tests, or nobody where that is root: most mail servers refuse to read mail as root."""
    try:
        return Account("nobody" if os.geteuid() == 0 else "")
    except KeyError:
        raise Unavailable("this user has no name in /etc/passwd") from None


def ipv6_here() -> bool:
    """True if this machine has an IPv6 loopback address."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses, from below those that the system gives to clients, on every loopback address."""
    found: list[int] = []
    for port in random.SystemRandom().sample(range(20_000, 32_000), 500):  # no two processes take the same
        if all(_free(*address, port) for address in _addresses()):
            found.append(port)
            if len(found) == count:
                return found
    raise Unavailable("no free ports on loopback")


def library_path(root: Path) -> str:
    """LD_LIBRARY_PATH for programs of packages that were unpacked to a folder."""
    return ":".join(sorted({str(path.parent) for path in root.glob("**/lib/**/*.so.*")}))


def packaged_version(root: Path, package: str) -> str:
    """The release of the program in a package that was unpacked to a folder, without Debian's additions."""
    full = json.loads((root / debian.STAMP).read_text())["versions"].get(package)
    if not full:  # the same that is installed
        asked = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=False
        )
        full = asked.stdout
    match = re.match(r"(?:\d+:)?([\d.]+)", full)
    return match.group(1) if match else "?"


def _addresses() -> list[tuple[int, str]]:
    return [(socket.AF_INET, "127.0.0.1")] + ([(socket.AF_INET6, "::1")] if ipv6_here() else [])


def _free(family: int, address: str, port: int) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


class KeptServer:
    """A server program in a folder of its own, removed with it, for the length of a ``with``.

    :param users: names and passwords; every user has the same mails
    :param mails: with CRLF line ends, in the order of their numbers
    :param certificate: what to show to clients; a good one unless told
    :param made: certificates to choose from; made on the spot unless told

    :ivar name: the program
    :ivar version: its release
    :ivar host: the address to connect to
    :ivar port: the port without TLS (STLS where the server has it)
    :ivar tls_port: the port with TLS from the first byte, or None
    :ivar ca_pem: the root to trust, a PEM file
    :ivar ca_der: the same as a DER file
    :ivar logs: the folder of its logs

    A kind of server also sets ``ports``, how many it needs, and ``harmless``, what in its log tells of a client's fault
    """

    name = ""
    version = ""
    host = "127.0.0.1"
    tls_port: int | None = None
    ports = 2
    harmless: tuple[str, ...] = ()

    def __init__(
        self,
        users: Mapping[str, str] | None = None,
        mails: Iterable[bytes] = (),
        *,
        certificate: certificates.Certificate | None = None,
        made: certificates.Certificates | None = None,
    ):
        self.users = dict(users or {"mrose": "tanstaaf"})
        self._mails = list(mails)
        self._certificate = certificate
        self._made = made
        self._keeper: subprocess.Popen | None = None

    # -- what a kind of server defines

    def prepare(self) -> list[str]:
        """Fill ``folder`` with all that it takes, and return the command to run."""
        raise NotImplementedError

    def fill(self) -> None:
        """Deliver the mails, where that takes the running server."""

    def environment(self) -> dict[str, str]:
        """What the program's environment holds beside PATH."""
        return {}

    def account(self) -> Account:
        """Who runs it."""
        return ordinary_user()

    def mails(self, user: str) -> list[bytes]:
        """What it should deliver of the mails in the user's mailbox as it is now, in the order of their numbers."""
        raise NotImplementedError

    # -- life

    def __enter__(self) -> Self:
        user = self.account()
        self.folder = _new_folder(self.name, user)
        try:
            self.logs = self.folder / "logs"
            self.logs.mkdir()
            self.made = self._made or certificates.make(self.folder / "certificates")
            self.certificate = (self._certificate or self.made.good).copied(self.folder)
            self.ca_pem, self.ca_der = self.made.ca_pem, self.made.ca_der
            self.ports_given = free_ports(self.ports)
            self.port = self.ports_given[0]
            if self.ports > 1:
                self.tls_port = self.ports_given[1]
            command = self.prepare()
            if user.is_other:
                _give(self.folder, user)
            self._keeper = self._run(command, user)
            self.wait_for("a greeting", self._greets)
            self.fill()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._keeper is not None:
            assert self._keeper.stdin
            self._keeper.stdin.close()
            self._keeper.wait()
            self._keeper = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def own(self, program: Path, *arguments: str, told: str = "") -> str:
        """Run one of the server's own programs as who runs the server, and return what it printed.

        :param told: its standard input
        :raises Unavailable: if it fails
        """
        user = self.account()
        switch = {"user": user.uid, "group": user.gid, "extra_groups": []} if user.is_other else {}
        if user.is_other and self._keeper is None:
            _give(self.folder, user)
        done = subprocess.run(
            [str(program), *arguments],
            input=told,
            env=self.environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=START,
            umask=0o077,
            **switch,
        )
        if done.returncode:
            words = (done.stderr or done.stdout).strip().splitlines() or [f"exit status {done.returncode}"]
            raise Unavailable(f"{self.name}: {program.name} failed: {words[-1]}")
        return done.stdout

    def reachable(self, root: Path) -> Path:
        """The folder of unpacked packages, or a copy of it where who runs the server could not get at it."""
        if not self.account().is_other or _open_to_all(root):
            return root
        return shutil.copytree(root, self.folder / "root", symlinks=True)

    def _run(self, command: list[str], user: Account) -> subprocess.Popen:
        switch = ["--user", str(user.uid), str(user.gid)] if user.is_other else []
        with (self.logs / "output").open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "-ISB", keeper.__file__, "--remove", str(self.folder), *switch, "--", *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", **self.environment()},
                start_new_session=True,
            )

    def _greets(self) -> bool:
        try:
            with socket.create_connection((self.host, self.port), START) as connection:
                greeting = connection.recv(512)
                connection.sendall(b"QUIT\r\n")
                while connection.recv(512):
                    pass
                return greeting.startswith(b"+OK")
        except OSError:
            return False

    def wait_for(self, what: str, condition: Callable[[], bool], seconds: float = START) -> None:
        """Ask the condition until it is true. Raises Unavailable past the deadline, or if the server ended."""
        deadline = time.monotonic() + seconds
        while not condition():
            if self._keeper is None or self._keeper.poll() is not None:
                raise Unavailable(f"{self.name} ended: {self._last_word()}")
            if time.monotonic() > deadline:
                raise Unavailable(f"{self.name} does not give {what}: {self._last_word()}")
            time.sleep(0.01)

    # -- logs

    def log(self) -> str:
        """All that it wrote to its logs."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.logs.iterdir()))

    def troubles(self) -> list[str]:
        """The lines of its logs that tell of a fault of the server's own: none if all is well."""
        words = ("panic: ", "fatal: ", "error: ", "segfault", "assertion")
        lines = [line for line in self.log().splitlines() if any(word in line.lower() for word in words)]
        return [line for line in lines if not any(word in line for word in self.harmless)]

    def _last_word(self) -> str:
        lines = self.log().strip().splitlines() or ["without a word"]
        return " ".join(lines[-1].split())

    # -- addresses

    @property
    def hosts(self) -> list[str]:
        """The addresses that it answers at."""
        return [address for _, address in _addresses()]


def _new_folder(name: str, user: Account) -> Path:
    """A fresh folder that the user can reach, with a path short enough for Unix sockets."""
    place = PRIVATE / "run"
    if len(str(place)) + len(name) + 10 <= LONGEST_FOLDER and (not user.is_other or _open_to_all(PRIVATE)):
        place.mkdir(parents=True, exist_ok=True)
    else:
        place = Path(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=place))
    if user.is_other:
        os.chown(folder, user.uid, user.gid)
    return folder


def _open_to_all(folder: Path) -> bool:
    return all(path.stat().st_mode & 1 for path in (folder, *folder.parents))


def _give(folder: Path, user: Account) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.uid, user.gid, follow_symlinks=False)

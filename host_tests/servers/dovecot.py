"""Dovecot, run whole by an ordinary user from a folder of its own."""

import base64
import hashlib
import hmac
import json
import shutil
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from boards.tools import debian
from boards.tools.unavailable import Unavailable
from host_tests.servers import certificates, dovecot_settings
from host_tests.servers.maildir import delivered, make_maildir, read_maildir
from host_tests.servers.running import KeptServer, library_path, packaged_version

__all__ = ["MECHANISMS", "Dovecot", "Unavailable"]

MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER")
"""The SASL mechanisms that it can offer."""

BUILT_IN = {
    b"/usr/lib/dovecot/modules": b"/proc/self/cwd/modules/.",
    b"/usr/bin/doveconf": b"/proc/self/cwd/dc",
}
"""Paths that are built in, and as long ones below the working directory to have in their place."""


class Dovecot(KeptServer):
    """A Dovecot.

    :param mechanisms: the SASL mechanisms to offer
    :param stls: offer STLS, and TLS on ``tls_port``
    :param apop: offer APOP
    :param cleartext: take passwords over an unencrypted connection
    :param lock: one session for each mailbox; the second is refused with [IN-USE] (after ten seconds)
    The others are KeptServer's.
    """

    name = "dovecot"

    def __init__(
        self,
        users: Mapping[str, str] | None = None,
        mails: Iterable[bytes] = (),
        *,
        mechanisms: Iterable[str] = MECHANISMS,
        stls: bool = True,
        apop: bool = True,
        cleartext: bool = True,
        lock: bool = False,
        certificate: certificates.Certificate | None = None,
        made: certificates.Certificates | None = None,
    ):
        super().__init__(users, mails, certificate=certificate, made=made)
        self.mechanisms = tuple(mechanisms)
        self.stls, self.apop, self.cleartext, self.lock = stls, apop, cleartext, lock
        if not cleartext:
            # to Dovecot a connection from an address to the same address is as good as encrypted
            self.host = "127.0.0.2"
        self._key = b"a key for tokens that nobody else has"

    def prepare(self) -> list[str]:
        root = self.reachable(debian.unpack("dovecot", ["dovecot-core", "dovecot-pop3d"], suites=None))
        self.version = packaged_version(root, "dovecot-core")
        self._libraries = library_path(root)
        self.program = _copied(root, self.folder / "program")
        (self.folder / "dc").symlink_to(self.program / "doveconf")
        self.run_folder = self.folder / "run"
        self.run_folder.mkdir()
        (self.run_folder / "login").mkdir(0o750)
        for place in (self.run_folder, self.run_folder / "login"):
            (place / "modules").symlink_to(self.program / "modules")
        for user in self.users:
            make_maildir(self.maildir(user), self._mails)
        (self.folder / "users").write_text(
            "".join(f"{name}:{{PLAIN}}{password}\n" for name, password in self.users.items())
        )
        keys = self.folder / "keys" / "default" / "HS256"
        keys.mkdir(parents=True)
        (keys / "default").write_bytes(base64.b64encode(self._key))
        (self.folder / "oauth2.conf").write_text(dovecot_settings.of_tokens(self))
        configuration = self.folder / "dovecot.conf"
        write = dovecot_settings.of_2_4 if self.version.startswith("2.4") else dovecot_settings.of_2_3
        configuration.write_text(write(self, self.account()))
        return [str(self.program / "dovecot"), "-F", "-c", str(configuration)]

    def environment(self) -> dict[str, str]:
        return {"LD_LIBRARY_PATH": f"{self.program}:{self._libraries}"}

    def maildir(self, user: str) -> Path:
        """The user's Maildir."""
        return self.folder / "mail" / user / "Maildir"

    def mails(self, user: str) -> list[bytes]:
        return [delivered(mail) for mail in read_maildir(self.maildir(user))]

    def token(self, user: str, *, lifetime: int = 3600, padding: int = 0) -> str:
        """An OAuth 2 access token (a JWT) that lets the user in.

        :param lifetime: seconds; negative for one that has expired
        :param padding: characters of useless claims, to make it as long as those of providers
        """
        now = int(time.time())
        claims = {"sub": user, "iat": now - 7200, "nbf": now - 7200, "exp": now + lifetime, "pad": "x" * padding}
        signed = ".".join(_base64url(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, claims))
        return f"{signed}.{_base64url(hmac.new(self._key, signed.encode(), hashlib.sha256).digest())}"


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _copied(root: Path, target: Path) -> Path:
    """Copy what is needed into one folder, and let it look for its modules in the working directory."""
    library = root / "usr/lib/dovecot"
    modules = target / "modules"
    shutil.copytree(library, target, symlinks=True, ignore=shutil.ignore_patterns("modules"))
    modules.mkdir()
    shutil.copy(library / "modules/libssl_iostream_openssl.so", modules)
    for path in (
        root / "usr/sbin/dovecot",
        root / "usr/bin/doveconf",
        *library.glob("modules/old-stats/libstats_auth.so"),
    ):
        shutil.copy(path, target)
    for path in (target / "dovecot", target / "libdovecot.so.0"):
        program = path.read_bytes()
        for old, new in BUILT_IN.items():
            program = program.replace(old + b"\0", new + b"\0")
        path.write_bytes(program)
    return target

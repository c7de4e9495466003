"""Dovecot, run whole by an ordinary user from a folder of its own."""

import base64
import hashlib
import hmac
import json
import shutil
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from boards import debian
from boards.unavailable import Unavailable
from host_tests.servers import certificates
from host_tests.servers.maildir import delivered, make_maildir, read_maildir
from host_tests.servers.running import KeptServer, ipv6_here, library_path, packaged_version

__all__ = ["MECHANISMS", "Dovecot", "Unavailable"]

MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER")
"""The SASL mechanisms that it can offer."""

MODULES = b"/usr/lib/dovecot/modules"
MODULES_HERE = b"/proc/self/cwd/modules/."  # as long as the path that is built in


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
        self.run = self.folder / "run"
        self.run.mkdir()
        (self.run / "login").mkdir(0o750)
        for place in (self.run, self.run / "login"):
            (place / "modules").symlink_to(self.program / "modules")
        for user in self.users:
            make_maildir(self.maildir(user), self._mails)
        (self.folder / "users").write_text(
            "".join(f"{name}:{{PLAIN}}{password}\n" for name, password in self.users.items())
        )
        keys = self.folder / "keys" / "default" / "HS256"
        keys.mkdir(parents=True)
        (keys / "default").write_bytes(base64.b64encode(self._key))
        (self.folder / "oauth2.conf").write_text(
            "introspection_mode = local\n"
            f"local_validation_key_dict = fs:posix:prefix={self.folder}/keys/\n"
            "username_attribute = sub\n"
        )
        configuration = self.folder / "dovecot.conf"
        configuration.write_text(self._configuration())
        with_settings = ["-c", str(configuration)]
        doveconf, dovecot = str(self.program / "doveconf"), str(self.program / "dovecot")
        return [doveconf, *with_settings, "-m", "master", "-e", dovecot, "-F", *with_settings]

    def environment(self) -> dict[str, str]:
        return {"LD_LIBRARY_PATH": f"{self.program}:{self._libraries}"}

    def _configuration(self) -> str:
        user = self.account()
        mechanisms = [name.lower() for name in self.mechanisms] + (["apop"] if self.apop else [])
        listen = ["127.0.0.1"] + (["::1"] if ipv6_here() else []) + ([] if self.cleartext else ["127.0.0.2"])
        return f"""
protocols = pop3
listen = {", ".join(listen)}
base_dir = {self.run}
state_dir = {self.folder}/state
libexec_dir = {self.program}
log_path = {self.logs}/dovecot.log
import_environment = TZ LD_LIBRARY_PATH
default_internal_user = {user.name}
default_internal_group = {user.group}
default_login_user = {user.name}
first_valid_uid = 1
last_valid_uid = 0
first_valid_gid = 0
verbose_proctitle = no

ssl = {"yes" if self.stls else "no"}
ssl_cert = <{self.certificate.chain}
ssl_key = <{self.certificate.key}
ssl_dh =

auth_mechanisms = {" ".join(mechanisms)}
auth_failure_delay = 0
auth_verbose = yes
disable_plaintext_auth = {"no" if self.cleartext else "yes"}
passdb {{
  driver = passwd-file
  mechanisms = plain login apop cram-md5 scram-sha-256
  args = scheme=PLAIN username_format=%u {self.folder}/users
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {self.folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={user.uid} gid={user.gid} home={self.folder}/mail/%u
}}
mail_location = maildir:~/Maildir
pop3_lock_session = {"yes" if self.lock else "no"}

service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service auth {{
  user = {user.name}
}}
service pop3-login {{
  chroot =
  service_count = 0
  inet_listener pop3 {{
    port = {self.port}
  }}
  inet_listener pop3s {{
    port = {self.tls_port}
    ssl = yes
  }}
}}
"""

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
    programs = [root / "usr/sbin/dovecot", root / "usr/bin/doveconf"]
    for path in (*programs, *library.glob("modules/old-stats/libstats_auth.so")):
        shutil.copy(path, target)
    core = (target / "libdovecot.so.0").resolve()
    core.write_bytes(core.read_bytes().replace(MODULES + b"\0", MODULES_HERE + b"\0"))
    return target

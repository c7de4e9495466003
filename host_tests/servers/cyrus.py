"""Cyrus, run whole by an ordinary user from a folder of its own."""

import re
import smtplib
from collections.abc import Iterable, Mapping
from pathlib import Path

from boards.tools import debian
from host_tests.servers import certificates
from host_tests.servers.running import KeptServer, ipv6_here, library_path, packaged_version
from host_tests.shared.eventually import eventually

__all__ = ["Cyrus"]

PACKAGES = ("cyrus-common", "cyrus-pop3d", "sasl2-bin", "libsasl2-modules", "libsasl2-modules-db")
NOT_NEEDED = ("exim4-base", "exim4-config", "exim4-daemon-light", "gawk", "libclamav12", "libmspack0", "libsigsegv2")


class Cyrus(KeptServer):
    """A Cyrus. It stores the mails with headers of its own in front, and cuts lines at NULs.

    :param mechanisms: the SASL mechanisms to offer
    The others are KeptServer's.
    """

    name = "cyrus"

    def __init__(
        self,
        users: Mapping[str, str] | None = None,
        mails: Iterable[bytes] = (),
        *,
        mechanisms: Iterable[str] = ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"),
        certificate: certificates.Certificate | None = None,
        made: certificates.Certificates | None = None,
    ):
        super().__init__(users, mails, certificate=certificate, made=made)
        self.mechanisms = tuple(mechanisms)

    def prepare(self) -> list[str]:
        self._root = self.reachable(debian.unpack("cyrus", PACKAGES, suites=None, exclude=NOT_NEEDED))
        self.version = packaged_version(self._root, "cyrus-common")
        self._libraries = library_path(self._root)
        self._programs = self._root / "usr/lib/cyrus/bin"
        for part in ("db", "log", "msg", "proc", "ptclient", "quota", "sieve", "socket", "user"):
            (self.folder / "config" / part).mkdir(parents=True)
        for part in ("spool", "proc", "lock"):
            (self.folder / part).mkdir()
        for user, password in self.users.items():
            arguments = ["-p", "-c", "-f", f"{self.folder}/sasldb2", "-u", "localhost", user]
            self.own(self._root / "usr/sbin/saslpasswd2", *arguments, told=password)
        self._settings = self.folder / "imapd.conf"
        self._settings.write_text(self._imapd_conf())
        services = self.folder / "cyrus.conf"
        services.write_text(self._cyrus_conf())
        master = str(self._programs / "master")
        return [master, "-D", "-C", str(self._settings), "-M", str(services), "-p", f"{self.folder}/master.pid"]

    def environment(self) -> dict[str, str]:
        plugins = next(self._root.glob("usr/lib/**/libsasldb.so"), Path("/usr/lib/sasl2/none")).parent
        return {"LD_LIBRARY_PATH": self._libraries, "SASL_PATH": str(plugins)}

    def _imapd_conf(self) -> str:
        user = self.account()
        return f"""
configdirectory: {self.folder}/config
partition-default: {self.folder}/spool
defaultpartition: default
proc_path: {self.folder}/proc
mboxname_lockpath: {self.folder}/lock
lmtpsocket: {self.folder}/lmtp
notifysocket: {self.folder}/notify
idlesocket: {self.folder}/idle
servername: localhost
admins: cyrus
cyrus_user: {user.name}
cyrus_group: {user.group}
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {self.folder}/sasldb2
sasl_mech_list: {" ".join(self.mechanisms)}
allowplaintext: yes
allowapop: yes
popminpoll: 0
failedloginpause: 0
autocreate_quota: 0
autocreate_post: yes
expunge_mode: immediate
tls_server_cert: {self.certificate.chain}
tls_server_key: {self.certificate.key}
allowstarttls: yes
"""

    def _cyrus_conf(self) -> str:
        addresses = ["127.0.0.1"] + (["[::1]"] if ipv6_here() else [])
        program = f"{self._programs}/pop3d -C {self._settings}"
        services = [f'lmtp cmd="{self._programs}/lmtpd -C {self._settings} -a" listen="{self.folder}/lmtp" prefork=0']
        for number, address in enumerate(addresses):
            services.append(f'pop{number} cmd="{program}" listen="{address}:{self.port}" prefork=0')
            services.append(f'pops{number} cmd="{program} -s" listen="{address}:{self.tls_port}" prefork=0')
        return "START {\n}\nSERVICES {\n" + "\n".join(services) + "\n}\nEVENTS {\n}\n"

    def fill(self) -> None:
        eventually(Path(f"{self.folder}/lmtp").exists)
        with smtplib.LMTP(f"{self.folder}/lmtp") as lmtp:
            for mail in self._mails:
                lmtp.sendmail("ada@example.org", list(self.users), mail)

    def mails(self, user: str) -> list[bytes]:
        # the files of deleted mails stay for a while: what counts is the index
        shown = self.own(self._programs / "mbexamine", "-C", str(self._settings), f"user/{user}")
        folder = Path(re.search(r"^  Path to mailbox: (.*)$", shown, re.M)[1])
        return [(folder / f"{int(uid)}.").read_bytes() for uid in re.findall(r"^\d+> UID:(\d+) ", shown, re.M)]

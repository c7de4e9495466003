"""Courier, in a file system of its own, since it looks for everything at fixed places."""

import socket
from pathlib import Path

from boards.tools import debian
from host_tests.servers import namespace
from host_tests.servers.maildir import delivered, make_maildir, read_maildir
from host_tests.servers.running import KeptServer, ipv6_here, library_path, packaged_version

__all__ = ["Courier"]

PACKAGES = ("courier-pop", "courier-base", "courier-authlib", "courier-authdaemon", "courier-authlib-userdb")
MECHANISMS = "PLAIN LOGIN CRAM-MD5 CRAM-SHA1 CRAM-SHA256"
LIBEXEC = "/usr/lib/courier/courier"


class Courier(KeptServer):
    """A Courier with STLS and CRAM; the parameters are KeptServer's."""

    name = "courier"
    mechanisms = ("PLAIN", "LOGIN", "CRAM-MD5")

    def prepare(self) -> list[str]:
        account = self.account()
        self._root = self.reachable(debian.unpack("courier", PACKAGES, suites=None))
        self.version = packaged_version(self._root, "courier-base")
        self._libraries = library_path(self._root)
        for user in self.users:
            # it puts a CR before every LF, even where there is one
            make_maildir(self.maildir(user), self._mails, line_end=b"\n")
        etc, run = self.folder / "etc" / "courier", self.folder / "run" / "courier"
        etc.mkdir(parents=True)
        (run / "authdaemon").mkdir(parents=True)
        self._write_users(etc)
        # its TLS program becomes the user courier
        (etc.parent / "passwd").write_text(f"courier:x:{account.uid}:{account.gid}::/:/bin/sh\n")
        (etc.parent / "group").write_text(f"courier:x:{account.gid}:\n")
        (etc / "authdaemonrc").write_text(
            'authmodulelist="authuserdb"\nauthmodulelistorig="authuserdb"\ndaemons=1\n'
            'authdaemonvar=/run/courier/authdaemon\nDEBUG_LOGIN=0\nDEFAULTOPTIONS=""\nLOGGEROPTS=""\n'
        )
        together = self.folder / "certificate.pem"
        together.write_bytes(self.certificate.key.read_bytes() + self.certificate.chain.read_bytes())
        return namespace.command(
            ["sh", "-c", self._script()],
            {"/usr": self._root / "usr", "/etc": self.folder / "etc"},
            {"/run": self.folder / "run"},
            account.uid,
            account.gid,
        )

    def fill(self) -> None:
        self.wait_for("logins", self._checks_passwords)

    def _checks_passwords(self) -> bool:
        # a program of its own does, which may start to listen later than the ports
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(self.folder / "run" / "courier" / "authdaemon" / "socket"))
            return True
        except OSError:
            return False

    def environment(self) -> dict[str, str]:
        return {
            "POP3AUTH": MECHANISMS,
            "POP3AUTH_TLS": MECHANISMS,
            "POP3_STARTTLS": "YES",
            "POP3_TLS_REQUIRED": "0",
            "POP3_PROXY": "0",
            "COURIERTLS": "/usr/bin/couriertls",
            "TLS_CERTFILE": f"{self.folder}/certificate.pem",
            "TLS_VERIFYPEER": "NONE",
            "MAILDIRPATH": "Maildir",
            "LD_LIBRARY_PATH": self._libraries,
        }

    def _script(self) -> str:
        """Everything that it is made of, started; ends with the first of them."""
        login = f"{LIBEXEC}/courierpop3login {LIBEXEC}/courierpop3d Maildir"
        listen = "/usr/sbin/couriertcpd -nodnslookup -maxprocs=60 -maxperip=60"
        addresses = ["127.0.0.1"] + (["::1"] if ipv6_here() else [])
        lines = ["/usr/lib/courier/courier-authlib/authdaemond &"]
        for address in addresses:
            lines.append(f"{listen} -address={address} {self.port} {login} &")
            lines.append(f"{listen} -address={address} {self.tls_port} /usr/bin/couriertls -server -tcpd {login} &")
        return "\n".join([*lines, "wait"])

    def _write_users(self, folder: Path) -> None:
        user = self.account()
        where = "uid={}|gid={}|home={}|shell=/bin/sh"
        self._database(
            folder / "userdb.dat",
            {name: where.format(user.uid, user.gid, self.folder / "mail" / name) for name in self.users},
        )
        self._database(
            folder / "userdbshadow.dat",
            {
                name: f"pop3pw={self._hashed(password, '-md5')}|hmac-md5pw={self._hashed(password, '-hmac-md5')}"
                for name, password in self.users.items()
            },
        )

    def _database(self, path: Path, rows: dict[str, str]) -> None:
        text = "".join(f"{key}\t{value}\n" for key, value in rows.items()) + ".\n"
        program = self._root / "usr/lib/courier/courier-authlib/makedatprog"
        self.own(program, "-", f"{path}.new", str(path), told=text)

    def _hashed(self, password: str, form: str) -> str:
        return self.own(self._root / "usr/sbin/userdbpw", form, told=password + "\n").strip()

    def maildir(self, user: str) -> Path:
        """The user's Maildir."""
        return self.folder / "mail" / user / "Maildir"

    def mails(self, user: str) -> list[bytes]:
        return [delivered(mail) for mail in read_maildir(self.maildir(user))]

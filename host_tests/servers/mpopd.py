"""mpopd, the smallest POP3 server in Debian: USER, PASS, STAT, LIST, UIDL, RETR, DELE, and no TLS."""

import shlex
from pathlib import Path

from boards.tools import debian
from host_tests.servers.maildir import delivered, make_maildir, read_maildir
from host_tests.servers.running import KeptServer, library_path, packaged_version

__all__ = ["Mpopd"]


class Mpopd(KeptServer):
    """An mpopd; the parameters are KeptServer's."""

    name = "mpopd"
    ports = 1
    harmless = ("input error",)

    def prepare(self) -> list[str]:
        root = self.reachable(debian.unpack("mpop", ["mpop"], suites=None))
        self.version = packaged_version(root, "mpop")
        self._libraries = library_path(root)
        command = [str(root / "usr/bin/mpopd"), f"--port={self.port}", f"--log={self.logs}/mpopd.log"]
        for user, password in self.users.items():
            make_maildir(self.maildir(user), self._mails)
            command += [f"--auth={user},echo {shlex.quote(password)}", f"--maildir={self.maildir(user)}"]
        return command

    def environment(self) -> dict[str, str]:
        return {"LD_LIBRARY_PATH": self._libraries}

    def maildir(self, user: str) -> Path:
        """The user's Maildir."""
        return self.folder / "mail" / user

    def mails(self, user: str) -> list[bytes]:
        return [delivered(mail) if mail else b"" for mail in read_maildir(self.maildir(user))]

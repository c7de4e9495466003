"""A mailbox' server for the models of the store and of the watch: how it makes its UIDs, and what it does wrong."""

from host_tests.store.mailbox import HANG_UP, Mailbox


def text(number: int, size: int) -> bytes:
    """A mail that can be told from all others by its header."""
    head = b"Message-ID: <%d@example.org>\r\nSubject: mail\r\n\r\n" % number
    return head + b"line\r\n" * size


class Server(Mailbox):
    """A mailbox whose UIDs are made in one of several ways.

    :param ids: "unique", "used again" (the lowest number that is free), or "positions" (the mail's number)

    ``bad``: how a mail cannot be had, by its content: "refused", "breaks off", "no dots" (it seems to end early),
    "never ends", or "no reply"; or "stays": its deletion ends the session. ``tried``: of those that were asked for, in
    turn. ``lies``: octets that LIST and RETR say of a mail. ``quits``, ``deletes``: how QUIT and DELE go.
    ``deleted_by_store``: what sessions deleted.
    """

    def __init__(self, ids: str):
        super().__init__(())
        self.ids, self.made = ids, 0
        self.bad: dict[bytes, str] = {}
        self.tried: list[bytes] = []
        self.lies: dict[bytes, int] = {}
        self.answers["RETR"] = self.retrieve
        self.answers["QUIT"] = self.quit
        self.answers["DELE"] = self.delete
        self.quits, self.deletes = "good", "good"
        self.deleted_by_store: list[bytes] = []

    def add(self, content: bytes, bad: str | None) -> None:
        self.made += 1
        taken = self.uids()
        uid = b"id-%d" % self.made
        if self.ids == "used again":
            uid = next(b"%d" % n for n in range(1, len(taken) + 2) if b"%d" % n not in taken)
        self.mails.append([uid, content])
        if bad:
            self.bad[content] = bad
        self.number()

    def number(self) -> None:
        """Where a UID is the mail's number, it changes with the mails before it."""
        if self.ids == "positions":
            for number, mail in enumerate(self.mails, 1):
                mail[0] = b"%d" % number

    def connect(self):
        self.number()
        made = super().connect()
        made.mails = [list(mail) for mail in self.mails]
        made.commit = lambda: self.commit(made)
        usual = made.item
        made.item = lambda verb, i: self.lie(made, i) if verb == "LIST" else usual(verb, i)
        return made

    def lie(self, connection, i):
        content = connection.mails[i][1]
        return b"%d %d\r\n" % (i + 1, self.lies.get(content, len(content)))

    def commit(self, connection) -> None:
        gone = [connection.mails[i][1] for i in connection.deleted]
        self.deleted_by_store += [one for one in gone if one in [mail[1] for mail in self.mails]]
        self.mails = [mail for mail in self.mails if mail[1] not in gone]

    def retrieve(self, connection, line):
        i = int(line.split()[1]) - 1
        content = connection.mails[i][1] if i < len(connection.mails) else None
        bad = self.bad.get(content)
        if bad and bad != "stays":
            self.tried.append(content)
        if bad == "refused":
            return b"-ERR it cannot be had\r\n"
        if bad == "breaks off":
            return b"+OK\r\nMessage-ID: " + HANG_UP
        if bad == "no dots":
            return b"+OK\r\n" + content.split(b"\n", 1)[0] + b"\n.\r\nthe rest\r\n.\r\n"
        if bad == "never ends":
            connection.flood = b"for ever and ever\r\n" * 50
            return b"+OK\r\n" + content
        if bad == "no reply":
            return b"HTTP/1.1 404 Not Found\r\n"
        if content in self.lies:
            said, true = b"+OK %d octets" % self.lies[content], b"+OK %d octets" % len(content)
            return connection.usual(line).replace(true, said, 1)
        return None

    def delete(self, connection, line):
        i = int(line.split()[1]) - 1
        if self.bad.get(connection.mails[i][1]) == "stays":
            self.tried.append(connection.mails[i][1])
            return HANG_UP
        if self.deletes == "refused":
            return b"-ERR read-only\r\n"
        if self.deletes == "breaks off":
            return HANG_UP
        return None

    def quit(self, connection, line):
        if self.quits == "lost, and done":
            connection.commit()
        if self.quits in ("lost", "lost, and done"):
            return HANG_UP
        if self.quits == "refused":
            return b"-ERR some deleted messages not removed\r\n"
        return None

"""A mailbox and its POP3 server, in memory: each connection is a transport. Runs on CPython and MicroPython."""

HANG_UP = b"\xffhang up"
ALWAYS = ("USER", "PASS", "STAT", "LIST", "RETR", "DELE", "NOOP", "RSET", "QUIT")


class Mailbox:
    """Mails and who asked for what.

    :param mails: pairs of UID and content, both bytes; the content with CRLF at the end of each line
    :param commands: the optional commands that the server has

    ``mails``: a list of [uid, content]. ``asked``: the commands, in turn. ``retrieved``: the UIDs of RETR, in turn.
    ``tells_sizes``: whether the reply to RETR does.
    ``refusing``: commands that are answered -ERR, such as ``"RETR 2"``, and the text for that. ``cut_off``: bytes after
    which the replies break off. ``answers``: by a command, such as ``"RETR 2"``, or its first word: what is said
    instead, or a function of the connection and the command that returns that, or None for the usual. Where it ends in
    ``HANG_UP`` the connection is closed then. ``sent``: how many bytes were, in all sessions.
    """

    def __init__(self, mails, commands=("UIDL", "TOP")):
        self.mails = [list(mail) for mail in mails]
        self.commands = commands
        self.retrieved = []
        self.asked = []
        self.refusing = {}
        self.cut_off = None
        self.tells_sizes = True
        self.answers = {}
        self.sent = 0

    def uids(self):
        """The UIDs of the mails that are there."""
        return [uid for uid, _ in self.mails]

    def connect(self):
        """A new connection, as a transport for ``micropop.Client``."""
        return Connection(self)


class Connection:
    """One session. Deletions count at QUIT only."""

    secure = True

    def __init__(self, mailbox):
        self.mailbox = mailbox
        self.mails = list(mailbox.mails)
        self.deleted = []  # numbers, less one
        self.request = b""
        self.reply = b"+OK ready\r\n"
        self.sent = 0
        self.over = False
        self.flood = b""  # what comes for ever behind the reply

    def wait(self, writing, ms):
        raise AssertionError("the client waits for a server that has nothing to say")

    def readinto(self, buf):
        limit = self.mailbox.cut_off
        if self.flood and self.sent == len(self.reply):
            self.reply += self.flood
        n = min(len(buf), len(self.reply) - self.sent)
        if limit is not None:
            n = min(n, limit - self.sent)
        if n <= 0:
            return 0 if self.over or limit is not None else None
        buf[:n] = self.reply[self.sent : self.sent + n]
        self.sent += n
        self.mailbox.sent += n
        if self.sent == len(self.reply) and limit is None:
            self.reply = b""
            self.sent = 0
        return n

    def write(self, data):
        if self.over:
            raise OSError(32, "Broken pipe")
        self.request += bytes(data)
        while b"\r\n" in self.request:
            line, self.request = self.request.split(b"\r\n", 1)
            self.mailbox.asked.append(line.decode())
            reply = self.answer(line.decode())
            if reply.endswith(HANG_UP):
                reply = reply[: -len(HANG_UP)]
                self.over = True
            self.reply += reply
        return len(data)

    def close(self):
        self.over = True

    def answer(self, line):
        mailbox = self.mailbox
        words = line.split(" ")
        verb = words[0]
        answer = mailbox.answers.get(line, mailbox.answers.get(verb))
        if callable(answer):
            answer = answer(self, line)
        if answer is not None:
            return answer
        return self.usual(line)

    def usual(self, line):
        """What a good server says."""
        mailbox = self.mailbox
        words = line.split(" ")
        verb = words[0]
        if verb not in ALWAYS and verb not in mailbox.commands:
            return b"-ERR unknown command\r\n"
        if line in mailbox.refusing:
            return b"-ERR " + mailbox.refusing[line].encode() + b"\r\n"
        there = [i for i in range(len(self.mails)) if i not in self.deleted]
        if verb == "STAT":
            return b"+OK %d %d\r\n" % (len(there), sum([len(self.mails[i][1]) for i in there]))
        if verb in ("UIDL", "LIST") and len(words) == 1:
            return b"+OK\r\n" + b"".join([self.item(verb, i) for i in there]) + b".\r\n"
        if verb in ("UIDL", "LIST", "RETR", "TOP", "DELE"):
            i = int(words[1]) - 1
            if i not in there:
                return b"-ERR no such mail\r\n"
            if verb == "DELE":
                self.deleted.append(i)
            elif verb in ("RETR", "TOP"):
                if verb == "RETR":
                    mailbox.retrieved.append(self.mails[i][0])
                return self.content(i, int(words[2]) if verb == "TOP" else None)
            else:
                return b"+OK " + self.item(verb, i)
        if verb == "QUIT":
            self.commit()
            self.over = True
        return b"+OK\r\n"

    def commit(self):
        """Delete what is to be deleted."""
        gone = [id(self.mails[i]) for i in self.deleted]
        self.mailbox.mails = [mail for mail in self.mailbox.mails if id(mail) not in gone]

    def item(self, verb, i):
        uid, content = self.mails[i]
        return b"%d " % (i + 1) + (uid if verb == "UIDL" else b"%d" % len(content)) + b"\r\n"

    def content(self, i, lines):
        content = self.mails[i][1]
        if lines is not None:
            head, body = content.split(b"\r\n\r\n", 1)
            wanted = body.split(b"\r\n")
            if not wanted[-1]:
                wanted.pop()  # behind the last line's end
            content = head + b"\r\n\r\n" + b"".join([line + b"\r\n" for line in wanted[:lines]])
        if content.startswith(b"."):
            content = b"." + content
        content = content.replace(b"\r\n.", b"\r\n..")
        if not content.endswith(b"\r\n"):
            content += b"\r\n"
        size = b" %d octets" % len(self.mails[i][1]) if self.mailbox.tells_sizes else b""
        return b"+OK" + size + b"\r\n" + content + b".\r\n"


def mail(name, size):
    """A mail of about ``size`` bytes that no other mail is like, with dots to stuff."""
    head = b"Subject: " + name.encode() + b"\r\n\r\n..\r\n.dot\r\n"
    line = b"This is " + name.encode() + b", line after line after line. " + b"." * 20 + b"\r\n"
    return head + line * ((size - len(head)) // len(line) + 1 if size > len(head) else 0)

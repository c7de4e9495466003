"""CAPA (RFC 2449): what a server says it can do."""


class Capabilities(dict):
    """Capability names, in capitals, with their arguments as lists of text. Servers without CAPA give an empty one."""

    @property
    def expire(self):
        """EXPIRE: days that the server keeps mail at the least; None if it keeps it for ever or does not say."""
        return self._number("EXPIRE")

    @property
    def login_delay(self):
        """LOGIN-DELAY: seconds that must pass between two logins, or None."""
        return self._number("LOGIN-DELAY")

    @property
    def implementation(self):
        """IMPLEMENTATION: the server's name for itself, or None."""
        words = self.get("IMPLEMENTATION")
        return " ".join(words) if words else None

    def _number(self, name):
        words = self.get(name)
        return int(words[0]) if words and words[0].isdigit() and len(words[0]) < 10 else None


def capabilities(session):
    """The operation of CAPA, or of what is still known of it.

    A hostile list costs bounded memory: what exceeds 64 names or 2,048 octets is passed over.
    """
    if session.caps is not None:
        return session.caps
    session.need()
    found = Capabilities()
    session.send("CAPA")
    yield
    try:
        yield from session.reply()
    except Exception:
        if session.due or session.state == "CLOSED":
            raise
        session.caps = found  # -ERR: the server does not know CAPA
        return found
    session.due = 1  # the end of the list
    session.received = session.stop - session.head
    while True:
        line = session.line()
        if line is None:
            yield
        elif line == b".":
            break
        elif session.received <= 2048 and len(found) < 64:
            add(found, line[1:] if line.startswith(b"..") else line)
        elif session.received > 65536:
            raise session.broken("protocol", "an endless list of capabilities")
    session.due = 0
    session.caps = found
    return found


def add(found, line):
    """Note one line of CAPA's list, in whatever case and however often it comes."""
    words = "".join([chr(c) if 32 < c < 127 else " " for c in line]).split()
    if not words:
        return
    name = words[0].upper()
    if name == "CAPA":  # Dovecot repeats the command
        return
    arguments = found.setdefault(name, [])
    for word in words[1:] if name == "IMPLEMENTATION" else [word.upper() for word in words[1:]]:
        if word not in arguments:
            arguments.append(word)

"""The standard library's poplib, for boards and for CPython: code that was written for it runs with one line changed::

    from micropop import poplib

``POP3``, ``POP3_SSL`` and ``error_proto`` have the standard library's signatures, results and exceptions.

What it costs: a mail is in memory, whole and in lines, as with the original. On a board of 32 bits one with lines of
76 characters takes 1.3 times its octets, one with lines of 8 characters 4 times. A ``micropop.Client`` takes its
packets, whatever the mail.

=============================================  =====================================================================
the standard library's poplib                  here
=============================================  =====================================================================
POP3_SSL and stls() check no certificate       they do, against ``CA``, or the system's roots where there are such;
                                               a context of your own is taken as it is
a line has 2,048 octets at the most            a mail's has no limit; if you set ``_MAXLINE``, all have that. A reply
                                               has 4,096 at the most, on boards 1,024
LIST, UIDL and CAPA go on for ever             error_proto behind 16 MiB, CAPA's behind 64 KB; the connection is closed.
                                               CAPA gives the first 64 names, and of 2,048 octets
what nobody asked for is the next reply        error_proto, and the connection is closed. So it is after a time-out,
                                               and after a line that is too long
waits for ever if no time-out is given         30 seconds, or what socket.setdefaulttimeout() said; they are for all of
                                               a reply, however slowly it comes
apop() takes any timestamp                     printable ASCII only: others give passwords away (CVE-2007-1558)
control characters in arguments are sent       ValueError (CVE-2025-15367)
STAT without two numbers: IndexError           error_proto
set_debuglevel() shows passwords               stars, but not in the lines of lists and mails
a refusal may repeat the password              stars in place of six characters in a row of it, or more
keyfile=, certfile= (until Python 3.11)        ValueError: give a context
the many kinds of OSError                      the same on CPython; on boards OSError with ETIMEDOUT or ECONNRESET, and
                                               a text that says what to do. There a certificate that stls() refuses
                                               may show only in the next call, before anything is sent
=============================================  =====================================================================

Of the names with an underscore there are ``_shortcmd``, ``_longcmd`` and ``_MAXLINE``.
Source: Python's manual; RFC 1939, 2449, 2595, 6856.
"""

import sys
from errno import ECONNRESET, ETIMEDOUT

from .client import Client
from .memory import forgetting
from .packets import PacketPool
from .session.raw import command

__all__ = ["POP3", "POP3_SSL", "error_proto"]

POP3_PORT = 110
POP3_SSL_PORT = 995

CA = None
"""The root certificates that are trusted where no context is given: DER or PEM bytes, or a file's path. Boards with
MicroPython have none of their own."""

_REPLY = 4096
_MAXLINE = _REPLY
"""The longest reply. Set to anything else, it is the longest line of whatever comes."""

_SECRETS = 16  # texts that are remembered
_LIST = 0x1000000  # octets of a list, as a Client takes them
_CAPA = 0x10000
_KEPT = 2048  # ... of which this many count, and 64 names

_PAYLOAD = 8192 if sys.implementation.name == "cpython" else 1024  # of the one packet, through which all goes
_UNSET = object()  # no time-out was given
_TIMEOUT = 30  # seconds
_FOR_EVER = 1000000  # seconds


class error_proto(Exception):
    """The server refused: its line, as bytes. Or it does not speak POP3, or hung up: a text."""


class POP3:
    """A connection to a POP3 server, in clear until ``stls()``.

    :param str host: its name or address
    :param int port: its port
    :param float timeout: seconds to wait for the connection, each reply and each further packet of a long one; None:
        for ever
    Raises error_proto; OSError if the connection cannot be made or breaks; ValueError for a ``timeout`` of 0, or a
    ``CA`` that cannot be used. So do the methods, which raise ValueError for a control character in an argument.

    A mail's number may be a number or a text. ``sock`` is the socket, ``file`` the client that has it: both are None
    once the connection is closed. ``welcome`` is the server's first line.
    """

    encoding = "UTF-8"
    _context = None
    _secure = False
    _secrets = ()  # texts that no refusal shows: those of the last logins
    _mechanism = ""  # of SASL, by which it goes, in capitals

    def __init__(self, host, port=POP3_PORT, timeout=_UNSET):
        if timeout is not None and not timeout:
            raise ValueError("Non-blocking socket (timeout=0) is not supported")
        self.host = host
        self.port = port
        self._debugging = 0
        self._challenge = None
        self.file = self.sock = None
        if timeout is _UNSET:
            timeout = _default_timeout()
        try:
            transport = self._dial(timeout)
            self.sock = transport.socket
            self.file = _Client(transport, PacketPool(_PAYLOAD, 1), _FOR_EVER if timeout is None else timeout)
        except BaseException as error:
            self._failed(error)
        try:
            self.welcome = self._shortcmd(None)
        except BaseException:
            self.close()
            raise

    def getwelcome(self):
        """The server's first line."""
        return self.welcome

    def set_debuglevel(self, level):
        """Print what is said: nothing (0), the commands (1), every line (2)."""
        self._debugging = level

    def user(self, user):
        """USER: the mailbox's name; returns the reply."""
        return self._shortcmd("USER %s" % user)

    def pass_(self, pswd):
        """PASS: the password, in clear unless the connection is encrypted; returns the reply."""
        return self._shortcmd("PASS %s" % pswd)

    def apop(self, user, password):
        """APOP: log in without sending the password (RFC 1939 section 7); returns the reply."""
        start = self.welcome.find(b"<")
        stamp = self.welcome[start : self.welcome.rfind(b">") + 1] if start >= 0 else b""
        if not stamp or b"<" in stamp[1:] or min(stamp) < 32 or max(stamp) > 126:
            raise error_proto("-ERR APOP not supported by server")
        from binascii import hexlify

        with forgetting():
            from .login.password import md5

            digest = md5(stamp + bytes(password, self.encoding)).digest()
        self._hide(password)
        return self._shortcmd("APOP %s %s" % (user, hexlify(digest).decode()))

    def rpop(self, user):
        """RPOP: of RFC 1081; returns the reply."""
        return self._shortcmd("RPOP %s" % user)

    def stat(self):
        """STAT: (number of mails, their octets)."""
        reply = self._shortcmd("STAT")
        words = reply.split()
        if self._debugging:
            print("*stat*", repr(_without(reply, self._secrets).split()))
        try:
            return int(words[1]), int(words[2])
        except (IndexError, ValueError):
            raise error_proto(_without(reply, self._secrets))

    def list(self, which=None):
        """LIST: (reply, lines of number and octets, octets of them all); of one mail, its reply."""
        if which is None:
            return self._longcmd("LIST", _LIST)
        return self._shortcmd("LIST %s" % which)

    def uidl(self, which=None):
        """UIDL: (reply, lines of number and unique id, octets of them all); of one mail, its reply."""
        if which is None:
            return self._longcmd("UIDL", _LIST)
        return self._shortcmd("UIDL %s" % which)

    def retr(self, which):
        """RETR: (reply, lines of the mail without their ends, octets of the mail)."""
        return self._longcmd("RETR %s" % which)

    def top(self, which, howmuch):
        """TOP: the same of the header and the first ``howmuch`` lines of the body."""
        return self._longcmd("TOP %s %s" % (which, howmuch))

    def dele(self, which):
        """DELE: mark a mail, which ``quit()`` deletes; returns the reply."""
        return self._shortcmd("DELE %s" % which)

    def noop(self):
        """NOOP: nothing, but it keeps the session alive; returns the reply."""
        return self._shortcmd("NOOP")

    def rset(self):
        """RSET: take all marks back; returns the reply."""
        return self._shortcmd("RSET")

    def utf8(self):
        """UTF8 (RFC 6856); returns the reply."""
        return self._shortcmd("UTF8")

    def capa(self):
        """CAPA (RFC 2449): a dict of names and lists of arguments."""
        found = {}
        try:
            left = _KEPT
            for line in self._longcmd("CAPA", _CAPA, _KEPT)[1]:
                left -= len(line) + 2
                if left < 0 or len(found) == 64:
                    break
                words = line.decode().split()
                if words:
                    found[words[0]] = words[1:]
        except (error_proto, UnicodeError):
            raise error_proto("-ERR CAPA not supported by server")
        return found

    def stls(self, context=None):
        """STLS (RFC 2595): encrypt the connection; returns the reply.

        :param ssl.SSLContext context: instead of one that checks the certificate against ``CA``
        """
        if self._secure:
            raise error_proto("-ERR TLS session already established")
        if "STLS" not in self.capa():
            raise error_proto("-ERR STLS not supported by server")
        if not hasattr(self._open().transport, "start_tls"):
            raise error_proto("-ERR STLS not supported by this board: use POP3_SSL")
        reply = self._shortcmd("STLS")
        client = self.file
        try:
            client.start_tls(self.host, context, _roots())
        except BaseException as error:
            self.close()  # the server waits for the handshake, and nothing else
            self._failed(error)
        self.sock = client.transport.socket
        self._secure = True
        return reply

    def quit(self):
        """QUIT: commit the deletions and close; returns the reply."""
        reply = self._shortcmd("QUIT")
        self.close()
        return reply

    def close(self):
        """Close without QUIT: nothing is deleted. May be called again."""
        client = self.file
        self.file = self.sock = None
        if client is not None:
            client.close()

    def _dial(self, timeout):
        # a transport to the server
        platform = sys.implementation.name
        if platform == "cpython":
            platform = "cpython_blocking"
        with forgetting():
            from .transport import reach

            ca = _roots() if self._secure else None
            return reach(self.host, self.port, self._secure, self._context, ca, timeout, platform=platform)

    def _longcmd(self, line, most=None, kept=None):
        # send a command, return (its reply, the lines that follow, as long as they have no more than ``kept`` octets,
        # and the octets of all: ``most`` at the most)
        from .message import Message

        message = Message(self._open(), 0, None)
        reply = self._shortcmd(line, message)
        try:
            lines, octets = _lines(message, None if _MAXLINE == _REPLY else _MAXLINE, most, kept)
        except BaseException as error:
            self._failed(error)
        if self._debugging > 1:
            for each in lines:
                print("*get*", repr(each))
        return reply, lines, octets

    def _open(self):
        if self.file is None:
            raise error_proto("-ERR the connection is closed")
        return self.file

    def _shortcmd(self, line, body=None):
        # send a command (None: the greeting comes), return its reply
        client = self._open()
        data = None
        verb = None
        if line is not None:
            data = bytes(line, self.encoding)
            if data and (min(data) < 32 or 127 in data):
                raise ValueError("Control characters not allowed in commands")
            words = line.strip().split(" ", 1)
            verb = words[0].upper()
            if self._challenge is not None and len(words) == 1:
                verb = "AUTH"
                words[0] = "***"
                self._said(line.strip())
            elif verb == "AUTH":
                mechanism, given, initial = words[-1].strip().partition(" ")
                self._mechanism = mechanism.upper()
                self._challenge = None
                if given:
                    self._said(initial.strip())
            elif verb == "PASS":
                self._hide(words[-1])
            elif verb == "APOP":
                self._hide(words[-1].split(" ")[-1])
            if self._debugging:
                if verb in ("PASS", "APOP", "AUTH"):
                    words[-1] = "***"
                print("*cmd*", repr(" ".join(words)))
        try:
            reply = client.command(data, body)
        except BaseException as error:
            self._failed(error)
        if len(reply) + 2 > _MAXLINE:
            self.close()
            raise error_proto("line too long")
        refused = reply[:1] != b"+"
        shown = _without(reply, self._secrets) if refused or self._debugging > 1 else None
        if self._debugging > 1:
            print("*resp*", repr(shown))
        self._challenge = reply if verb == "AUTH" and (reply[:2] == b"+ " or reply == b"+") else None
        if refused:
            raise error_proto(shown)
        return reply

    def _said(self, answer):
        # in a login by SASL; what is secret of it is not shown from here on
        mechanism = self._mechanism
        text = _decoded(answer)
        if mechanism[:5] == "LOGIN":
            self._mechanism = "LOGIN, answered"  # the name comes first, unless the server asks otherwise
            asked = self._challenge[2:] if self._challenge else b""
            asked = asked.lower() + (_decoded(asked) or b"").lower()
            named = mechanism == "LOGIN" or b"user" in asked
            if named and b"pass" not in asked and b"\0" not in (text or b""):
                return
        secret = answer if text is None else _secret_of(mechanism, text)
        if secret and answer != "*":  # with which a login is stopped
            self._hide(answer, secret)

    def _hide(self, *secrets):
        # of many logins the last ones
        self._secrets = (self._secrets + secrets)[-_SECRETS:]

    def _failed(self, error):
        # raise what the standard library raises for it
        client = self.file
        if getattr(error, "fatal", True):
            self.close()
        raise _standard(error, client)


class POP3_SSL(POP3):
    """A connection that is encrypted from the first byte.

    :param str host: the server's name or address; the certificate must be for it
    :param int port: its port
    :param float timeout: as for ``POP3``
    :param ssl.SSLContext context: instead of one that checks the certificate against ``CA``
    """

    _secure = True

    def __init__(self, host, port=POP3_SSL_PORT, keyfile=None, certfile=None, timeout=_UNSET, context=None):
        if keyfile is not None or certfile is not None:
            raise ValueError("give a context in their place: context.load_cert_chain(certfile, keyfile)")
        self.context = self._context = context
        POP3.__init__(self, host, port, timeout)

    def stls(self, context=None):
        """Raises error_proto: the connection is encrypted already."""
        raise error_proto("-ERR TLS session already established")


class _Client(Client):
    """A client that sends any command, and judges no reply."""

    def _do(self, name):
        """Client would read the greeting here; POP3 does."""

    def command(self, line, body):
        """The reply to ``line``, whatever it says; ``body`` takes what follows."""
        return self._run(command(self._session, line, body))

    def start_tls(self, host, context, ca):
        """The server waits for the handshake. Raises ProtocolError if it sent more than it was to."""
        session = self._session
        if session.head < session.stop:
            raise session.broken("attack")
        self.transport.start_tls(host, context, ca)
        self._recv = self.transport.readinto


def _lines(packets, longest, most, kept):
    # the lines of what comes, and how many octets that is; each line is the only object that is made for it
    memory = packets.session.pool.memory
    view = memoryview(memory)
    found = []
    octets = held = 0
    pieces = []  # of a line that is not all there, with ``held`` octets
    for packet in packets:
        start = packet.start
        end = packet.end
        passed = kept is not None and octets > kept  # nobody reads on there: it takes no memory
        octets += end - start
        if most is not None and octets > most:
            raise error_proto("-ERR an endless list")
        if passed:
            continue
        while start < end:
            stop = memory.find(b"\n", start, end)
            if longest is not None and held + (end if stop < 0 else stop + 1) - start > longest:
                raise error_proto("line too long")
            if stop < 0:
                pieces.append(bytes(view[start:end]))
                held += end - start
                break
            if pieces:
                pieces.append(bytes(view[start:stop]))
                line = b"".join(pieces)
                found.append(line[:-1] if line[-1:] == b"\r" else line[1:] if line[:1] == b"\r" else line)
                pieces = []
                held = 0
            elif stop > start and memory[stop - 1] == 13:
                found.append(bytes(view[start : stop - 1]))
            elif memory[start] == 13:  # lines may end in LF CR, too
                found.append(bytes(view[start + 1 : stop]))
            else:
                found.append(bytes(view[start:stop]))
            start = stop + 1
    return found, octets


def _decoded(text):
    # what is below its base64; None: it is none
    from binascii import a2b_base64

    try:
        return a2b_base64(text)
    except ValueError:
        return None


def _secret_of(mechanism, text):
    # the password, token or digest in what a mechanism says; empty: there is none
    text = text.strip(b"\0\1 ")
    if mechanism in ("PLAIN", "LOGIN"):
        return text.split(b"\0")[-1]
    if mechanism == "CRAM-MD5":
        return text.split(b" ")[-1]
    if mechanism in ("EXTERNAL", "ANONYMOUS"):
        return b""
    if mechanism[:6] == "SCRAM-":
        return text[text.find(b"p=") + 2 :] if text[:2] in (b"c=", b"p=") else b""
    found = b""
    for each in text.split(b"\1"):
        field = each.strip()
        if field[:5].lower() == b"auth=" and len(field) > len(found):
            found = field
    return found[5:].split(b" ")[-1] or text


def _without(reply, secrets):
    # a reply in which the secrets are not repeated; the status and a known response code are no such
    if not secrets:
        return reply
    with forgetting():
        from .errors.redaction import latin, redacted
        from .errors.refusals import KINDS

        start = 4 if reply[:4].upper() == b"-ERR" else 3 if reply[:3].upper() == b"+OK" else 0
        end = reply.find(b"]")
        if reply[start : start + 2] == b" [" and reply[start + 2 : end].upper() in KINDS:
            start = end + 1
        text = latin(reply[start:])
        for secret in secrets:
            text = redacted(text, secret, False)
        return reply[:start] + bytes([ord(c) for c in text])


def _roots():
    # CA's bytes
    if isinstance(CA, str):
        from .transport import roots

        return roots(CA)
    return CA


def _default_timeout():
    if sys.implementation.name == "cpython":
        import socket

        found = socket.getdefaulttimeout()
        if found is not None:
            return found
    return _TIMEOUT


def _standard(error, client):
    # an error as the standard library has it
    failure = getattr(client and client.transport, "failure", None)
    if failure is not None:
        return failure
    from .errors import ConnectionLost, InvalidArgument, ProtocolError, Timeout

    if isinstance(error, Timeout):
        return OSError(ETIMEDOUT, str(error))
    if isinstance(error, ConnectionLost):
        if client is not None and client._session.why == "close":
            return error_proto("-ERR EOF")
        return OSError(ECONNRESET, str(error))
    if isinstance(error, ProtocolError):
        return error_proto("-ERR " + str(error))
    if isinstance(error, InvalidArgument):
        text = str(error)
        return ValueError(text + "; here: poplib.CA, or context=" if "ca=" in text else text)
    return error

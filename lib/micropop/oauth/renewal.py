"""The renewal of an access token (RFC 6749, section 6): one POST, whose answer goes to flash as it comes."""

import time

from ..packets import PacketPool
from ..transport import reach, roots
from .answer import Answer
from .exchange import Exchange
from .members import Members, Text
from .providers import endpoint
from .record import Draft, Member

_LIFETIME = 3600  # seconds, where the server does not say; what ends earlier is refused, and renewed then
_LONGEST = 2592000  # a month
_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


def renew(token, record, idle):
    """The work of ``Token.renew()``, which describes its errors.

    :param Record record: the tokens that count, and then the new ones
    """
    host, port, path, scope = endpoint(token.provider, token.scope)
    pool = token.pool or PacketPool(512, 1)
    packet = pool.allocate()
    reply = Reply(record)
    try:
        transport = reach(host, port, True, token.ssl_context, roots(token.ca), token.timeout, token.radio, idle)
        exchange = Exchange(transport, packet, token.timeout, idle)
        try:
            request(exchange, host, port, path, token, scope, record)
            whole = exchange.answer(reply.feed)
        finally:
            transport.close()
        reply.finish(token, record, whole)
    except ValueError as error:
        from ..errors import ProtocolError

        raise ProtocolError("%s does not answer as a token server does: %s. Check its address" % (host, error))
    finally:
        packet.release()
        reply.draft.drop()


# --- what is asked ---------------------------------------------------------------------------------------------------


def request(exchange, host, port, path, token, scope, record):
    """Send the POST."""
    length = Length()
    form(token, scope, record, length.add)
    if ":" in host:
        host = "[%s]" % host
    if port != 443:
        host = "%s:%d" % (host, port)
    exchange.put(("POST %s HTTP/1.1\r\nHost: %s\r\n" % (path, host)).encode())
    exchange.put(b"User-Agent: micropop\r\nAccept: application/json\r\nConnection: close\r\n")
    exchange.put(b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % length.total)
    form(token, scope, record, exchange.put)
    exchange.flush()


def form(token, scope, record, put):
    """Call ``put`` with each part of the body. Raises InvalidArgument if there is no refresh token."""
    put(b"grant_type=refresh_token&client_id=")
    put(quoted(token.client_id.encode()))
    for name, value in ((b"&client_secret=", token.client_secret), (b"&scope=", scope)):
        if value:
            put(name)
            put(quoted(value.encode()))
    put(b"&refresh_token=")
    sink = Quoted(put)
    record.read({"refresh_token": sink})
    if not sink.came:
        from ..errors import InvalidArgument

        raise InvalidArgument("there is no refresh_token in %s: `make authorize` makes it" % record.path)


def quoted(data):
    """Octets as they stand in a form (application/x-www-form-urlencoded)."""
    found = bytearray()
    for c in data:
        if c in _PLAIN:
            found.append(c)
        else:
            found += b"%%%02X" % c
    return found


class Quoted:
    """A sink that hands a token on, as it stands in a form."""

    scalar = came = False

    def __init__(self, put):
        self.put = put

    def begin(self):
        """Nothing stands before it."""

    def write(self, data):
        self.came = True
        self.put(quoted(data))

    def end(self):
        """... nor behind it."""


class Length:
    """How long a body is."""

    total = 0

    def add(self, data):
        self.total += len(data)


# --- what is answered ------------------------------------------------------------------------------------------------


class Reply:
    """The answer, of which the tokens go into a draft at once.

    :param Record record: the tokens that count until then
    """

    members = None
    spoilt = False

    def __init__(self, record):
        self.answer = Answer(self.take)
        self.draft = Draft(record)
        self.access = Member(self.draft, b"access_token", True)
        self.refresh = Member(self.draft, b"refresh_token")
        self.kind = Text(16)
        self.expires_in = Text(12)
        self.code = Text(40)
        self.description = Text(240)

    def feed(self, data, at, end):
        """Read on. Returns whether that was all. Raises ValueError, StoreError."""
        self.answer.feed(data, at, end)
        return self.answer.over or self.spoilt or (self.members is not None and self.members.done)

    def take(self, data, at, end):
        # a span of the body
        if self.members is None:
            wanted = {"error": self.code, "error_description": self.description}
            if self.answer.status == 200:
                wanted["access_token"] = self.access
                wanted["refresh_token"] = self.refresh
                wanted["token_type"] = self.kind
                wanted["expires_in"] = self.expires_in
            self.members = Members(wanted)
        try:
            self.members.feed(data, at, end)
        except ValueError:
            if self.answer.status == 200:
                raise
            self.spoilt = True  # a page for people: the status says enough

    def finish(self, token, record, whole):
        """Have the new tokens count, or raise what the answer means.

        :param bool whole: False: the server closed before it was
        """
        status = self.answer.status
        done = self.members is not None and self.members.done
        if not status or (status == 200 and not done and not whole):
            from ..errors.problems import problem

            raise problem("close")
        if status == 200 and not self.code.octets:
            if not done or not self.access.length or self.kind.text.lower() not in ("bearer", ""):
                raise ValueError("no access token that a login can use")
            if not self.refresh.length:  # the old one stays good
                record.read({"refresh_token": self.refresh})
            lasts = min(self.expires_in.number or _LIFETIME, _LONGEST)
            self.draft.finish(self.access, int(time.time()), lasts)
            return
        from .refusal import refusal

        head = Text(8)
        record.read({"refresh_token": head})
        after = self.answer.retry_after
        told = self.code.octets, self.description.octets
        raise refusal(status, *told, after, head.octets, token.client_secret)

"""The renewal of an access token (RFC 6749, section 6): one POST, in steps of which each loads what it needs alone."""

from ..memory import forgetting
from ..packets import PacketPool
from .draft import Draft
from .exchange import Exchange


def renew(token, idle):
    """The work of ``Token.renew()``, which describes its errors."""
    host, port, path, scope = place(token)
    pool = token.pool or PacketPool(512, 1)
    packet = pool.allocate()
    draft = Draft(token)
    try:
        transport = dialled(host, port, token, idle)
        try:
            exchange = Exchange(transport, packet, token.timeout, idle)
            ask(exchange, host, port, path, scope, token)
            refused = answer(exchange, draft)
        finally:
            transport.close()
        if refused is None:
            draft.finish()
    except ValueError as error:
        from ..errors import ProtocolError

        raise ProtocolError("%s does not answer as a token server does: %s. Check its address" % (host, error))
    finally:
        packet.release()
        draft.drop()
    if refused:
        from .refusal import refusal

        raise refusal(refused, token)


def place(token):
    with forgetting():
        from .providers import endpoint

        return endpoint(token.provider, token.scope)


def dialled(host, port, token, idle):
    with forgetting():
        from ..transport import reach, roots

        return reach(host, port, True, token.ssl_context, roots(token.ca), token.timeout, token.radio, idle)


def ask(exchange, *what):
    with forgetting():
        from .request import send

        send(exchange, *what)


def answer(exchange, draft):
    with forgetting():
        from .reply import read

        return read(exchange, draft)

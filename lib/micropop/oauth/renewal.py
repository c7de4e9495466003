"""The renewal of an access token (RFC 6749, section 6): one POST, in steps of which each loads what it needs alone.

What a step imported is deleted before it is forgotten, lest the name keeps it: functions for the steps would take more
of CircuitPython's stack.
"""

from ..memory import forgetting
from ..packets import PacketPool
from .draft import Draft
from .exchange import Exchange


def renew(token, idle):
    """The work of ``Token.renew()``, which describes its errors."""
    with forgetting():
        from .providers import endpoint

        host, port, path, scope = endpoint(token.provider, token.scope)
        del endpoint
    pool = token.pool or PacketPool(512, 1)
    packet = pool.allocate()
    draft = Draft(token)
    try:
        with forgetting():
            from ..transport import reach, roots

            ca = roots(token.ca)
            transport = reach(host, port, True, token.ssl_context, ca, token.timeout, token.radio, idle)
            del reach, roots
        try:
            exchange = Exchange(transport, packet, token.timeout, idle)
            with forgetting():
                from .request import send

                send(exchange, host, port, path, scope, token)
                del send
            with forgetting():
                from .reply import read

                refused = read(exchange, draft)
                del read
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

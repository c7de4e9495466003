"""connect(): an AsyncClient over the platform's own sockets."""

from ..memory import forgetting
from .client import AsyncClient, platform, waiting


async def connect(
    host, port=None, *, pool=None, tls=True, ssl_context=None, ca=None, timeout=30, radio=None, idle=None
):
    """Connect to a POP3 server and read its greeting, while other tasks run. On boards they wait for the look-up of a
    name, which MicroPython cannot do aside, and for each step of a TLS handshake, which the processor is busy with.

    :param str host: its name, or an IPv4 or IPv6 address; the certificate must be for it
    :param int port: 995 for TLS and 110 otherwise, unless told
    :param PacketPool pool: four packets of 512 bytes of its own, unless told
    :param tls: True: TLS from the first byte; "stls": STLS (RFC 2595) before anything else; False: in clear
    :param ssl_context: an ssl.SSLContext of your own, instead of one that checks the certificate against ``ca``
    :param ca: the root certificates to trust: DER or PEM bytes, a list of such, or the path of a file with one
    :param float timeout: seconds to wait for the connection, for each reply and each further packet of a long one
    :param radio: CircuitPython's radio, on which this raises InvalidState: use ``micropop.connect()`` there
    :param idle: called about every half second while waiting, to feed a watchdog
    :returns AsyncClient: in AUTHORIZATION state
    Raises ConnectionLost, TLSError, Timeout, ProtocolError, ServerError; InvalidState where asyncio cannot wait for
    sockets: on CircuitPython, whose ESP32s crash, and under Windows' proactor event loop.
    """
    with forgetting(also=__name__):
        from ..opening import settled
        from ..transport import named, roots

        port, pool = settled(port, pool, tls, timeout)
        host = named(host)
        ca = roots(ca)
    name = "micropop.aio." + platform(radio)
    face = __import__(name, None, None, ("dial",))
    transport = await face.dial(host, port, timeout, idle)
    try:
        waits = waiting(transport)
        if tls is True:
            await face.start_tls(transport, waits, host, ssl_context, ca, timeout)
        client = AsyncClient(transport, pool, timeout, idle)
        await client._greet()
        if tls == "stls":
            from ..session.stls import stls

            await client._run(stls(client._session))
            await face.start_tls(transport, waits, host, ssl_context, ca, timeout)
            client._recv = transport.readinto
    except BaseException:
        transport.close()
        raise
    return client

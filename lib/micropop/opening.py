"""What ``connect()`` does until a server is reached; forgotten behind it."""

from .packets import PacketPool
from .transport import named, reach, roots


def settled(port, pool, tls, timeout):
    """What stands for parameters of ``connect()`` that were not given. Raises InvalidArgument."""
    if tls is not True and tls is not False and tls != "stls":  # a 1 must not pass for something else
        from .errors.problems import problem

        raise problem("tls", tls)
    if port is None:
        port = 995 if tls is True else 110
    if not isinstance(port, int) or not 0 < port < 65536 or not isinstance(timeout, (int, float)) or timeout <= 0:
        from .errors.problems import problem

        raise problem("port", port, timeout)
    if pool is None:
        pool = PacketPool()
    return port, pool


def dialled(host, port, pool, tls, ssl_context, ca, timeout, radio, idle):
    """Reach the server, as ``connect()`` says: what ``entering.greeted()`` takes."""
    port, pool = settled(port, pool, tls, timeout)
    host = named(host)
    ca = roots(ca)
    transport = reach(host, port, tls, ssl_context, ca, timeout, radio, idle)
    return transport, pool, timeout, idle, host if tls == "stls" else None, ssl_context, ca

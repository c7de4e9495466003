"""TLS on CircuitPython: whom to trust."""

from binascii import b2a_base64


class Context:
    """An SSLContext for one connection, which closes the socket that it could not wrap: its caller would lose it.

    :param context: an SSLContext, or what stands for it with radios that do TLS themselves
    :param ca: trust these root certificates alone: DER or PEM bytes, or a list of such; None: as ``context`` does
    Raises InvalidArgument if ``ca`` cannot be read, or the radio trusts whom it will.
    """

    def __init__(self, context, ca):
        if ca is not None:  # an empty one trusts nobody
            if not hasattr(context, "load_verify_locations"):
                from ..errors.problems import problem

                raise problem("own roots")
            context = trusting(ca)
        self.context = context
        self.ca = ca

    def wrap_socket(self, socket, server_hostname=None):
        """The socket under TLS: its ``connect()`` does the handshake too."""
        try:
            return self.context.wrap_socket(socket, server_hostname=server_hostname)
        except BaseException as error:
            socket.close()
            if self.ca and isinstance(error, (OSError, ValueError)):
                from .tls_errors import explain

                if explain(error) != "memory":
                    from ..errors.problems import problem

                    raise problem("bad ca", error)  # only here the firmware reads it
            raise


def trusting(ca):
    """An SSLContext that trusts the root certificates ``ca``. Raises InvalidArgument if there is none in it."""
    from ssl import create_default_context

    from ..pem import ders

    context = create_default_context()
    try:
        context.load_verify_locations(cadata="".join([pem_of(der) for der in ders(ca)]))
    except (OSError, ValueError) as error:
        from ..errors.problems import problem

        raise problem("bad ca", error)
    return context


def pem_of(der):
    """A DER certificate as PEM text (RFC 7468), which is all that CircuitPython reads."""
    lines = [b2a_base64(der[at : at + 48]).decode() for at in range(0, len(der), 48)]
    return "-----BEGIN CERTIFICATE-----\n" + "".join(lines) + "-----END CERTIFICATE-----\n"

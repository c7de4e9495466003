"""The ssl module that boards have frozen in, over the firmware's tls: roots are in a file, or given as ``cadata``."""

import tls
from tls import *


class SSLContext:
    def __init__(self, protocol):
        self._tls = tls.SSLContext(protocol)
        self._tls.verify_mode = CERT_NONE  # as the firmware's own module starts

    @property
    def verify_mode(self):
        return self._tls.verify_mode

    @verify_mode.setter
    def verify_mode(self, mode):
        self._tls.verify_mode = mode

    def load_cert_chain(self, certfile, keyfile):
        self._tls.load_cert_chain(_bytes_of(certfile), _bytes_of(keyfile))

    def load_verify_locations(self, cafile=None, cadata=None):
        self._tls.load_verify_locations(_read(cafile) if cafile else cadata)

    def wrap_socket(self, sock, server_side=False, do_handshake_on_connect=True, server_hostname=None):
        return self._tls.wrap_socket(
            sock,
            server_side=server_side,
            do_handshake_on_connect=do_handshake_on_connect,
            server_hostname=server_hostname,
        )


def wrap_socket(
    sock,
    server_side=False,
    key=None,
    cert=None,
    cert_reqs=CERT_NONE,
    cadata=None,
    server_hostname=None,
    do_handshake=True,
):
    context = SSLContext(PROTOCOL_TLS_SERVER if server_side else PROTOCOL_TLS_CLIENT)
    if key or cert:
        context.load_cert_chain(cert, key)
    if cadata:
        context.load_verify_locations(cadata=cadata)
    context.verify_mode = cert_reqs
    return context.wrap_socket(sock, server_side, do_handshake, server_hostname)


def _bytes_of(file):
    return _read(file) if isinstance(file, str) else file


def _read(name):
    with open(name, "rb") as stream:
        return stream.read()

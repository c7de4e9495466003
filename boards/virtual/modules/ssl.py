"""The ssl module that boards have frozen in, over the firmware's tls, with no TLS newer than boards' own."""

import tls
import uctypes
from tls import *

_newest = "1.2"


def _power_on(newest):
    """``newest``: the newest version of TLS that is offered, "1.2" or "1.3"."""
    global _newest
    _newest = newest


def _limit(context):
    """Offer no 1.3. MicroPython has no call for it: it is set where Mbed TLS keeps its newest version."""
    address = id(context)
    if address < 0:  # from 0x40000000 on id() is a bit too short for it
        address += 1 << 31
    view = uctypes.bytearray_at(address, 1024)
    for place in range(0, 1016, 4):
        if view[place] == 4 and view[place + 1] == 3 and view[place + 4] == 3 and view[place + 5] == 3:
            view[place] = 3
            return


def _bytes_of(file):
    if not isinstance(file, str):
        return file
    with open(file, "rb") as stream:
        return stream.read()


class SSLContext:
    def __init__(self, protocol):
        self._tls = tls.SSLContext(protocol)
        self._tls.verify_mode = CERT_NONE  # as the firmware's own module starts
        if _newest == "1.2":
            _limit(self._tls)

    @property
    def verify_mode(self):
        return self._tls.verify_mode

    @verify_mode.setter
    def verify_mode(self, mode):
        self._tls.verify_mode = mode

    def get_ciphers(self):
        return self._tls.get_ciphers()

    def set_ciphers(self, ciphers):
        self._tls.set_ciphers(ciphers)

    def load_cert_chain(self, certfile, keyfile):
        self._tls.load_cert_chain(_bytes_of(certfile), _bytes_of(keyfile))

    def load_verify_locations(self, cafile=None, cadata=None):
        self._tls.load_verify_locations(_bytes_of(cafile) if cadata is None else cadata)

    def wrap_socket(self, sock, server_side=False, do_handshake_on_connect=True, server_hostname=None):
        return self._tls.wrap_socket(
            sock,
            server_side=server_side,
            do_handshake_on_connect=do_handshake_on_connect,
            server_hostname=server_hostname,
        )


def wrap_socket(sock, server_side=False, key=None, cert=None, cert_reqs=CERT_NONE, cadata=None, server_hostname=None):
    context = SSLContext(PROTOCOL_TLS_SERVER if server_side else PROTOCOL_TLS_CLIENT)
    if key or cert:
        context.load_cert_chain(cert, key)
    if cadata:
        context.load_verify_locations(cadata=cadata)
    context.verify_mode = cert_reqs
    return context.wrap_socket(sock, server_side=server_side, server_hostname=server_hostname)

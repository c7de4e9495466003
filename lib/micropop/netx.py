"""The functions of the NetX POP3 Client by their names and in their order, for programs that are ported from it.

Each returns a status first, and behind it what C writes through pointers, so those parameters are not there::

    status, count, octets = nx_pop3_client_mail_items_get(client)

None raises for what NetX returns as a status; ``last_error`` tells it in words. Times are in ticks of 10 ms. Control
blocks are objects: ``NX_PACKET_POOL`` is a ``PacketPool``, a packet is a ``Packet``, with ``data``. A packet that a
function gives is the caller's, who gives it back with ``nx_packet_release``.

=================================================  =================================================================
NetX                                               here
=================================================  =================================================================
sends the password in clear when APOP is refused   only with ``cleartext=True``, or over TLS (which NetX has not)
"created" although PASS was refused                NX_POP3_APOP_FAILED_MD5_DIGEST, or whatever the refusal means
a create that fails leaves the socket connected    it is closed, every packet is in its pool
40 characters of name, 20 of password, 75 banner   as many as a packet's payload holds
a mail with doubled dots, cut short, or endless    as it was sent
an item left half read: later replies are mail     its rest is read off first; no DELE: NX_POP3_CLIENT_INVALID_STATE.
                                                   More than 262,144 octets disconnect: NX_POP3_MAIL_BUFFER_OVERFLOW
an item above the last count is refused            DELE renumbers nothing: above the highest number
what a failed call gives is what was there before  0, or None
=================================================  =================================================================

Source: the NetX Duo POP3 Client's user guide, chapters 2 and 3; RFC 1939.
"""

import micropop

NX_FALSE = 0
NX_TRUE = 1
NX_NO_WAIT = 0
NX_WAIT_FOREVER = 0xFFFFFFFF
NX_TCP_PACKET = 56  # the room that C leaves for headers; none is needed here

NX_SUCCESS = 0x00
NX_NO_PACKET = 0x01
NX_PTR_ERROR = 0x07
NX_SIZE_ERROR = 0x09
NX_INVALID_PACKET = 0x12
NX_NOT_ENABLED = 0x14
NX_ALREADY_ENABLED = 0x15
NX_WAIT_ABORTED = 0x1A
NX_POOL_DELETED = 0x30
NX_NOT_CONNECTED = 0x38
NX_POP3_PARAM_ERROR = 0xB1
NX_POP3_INVALID_MAIL_ITEM = 0xB2
NX_POP3_APOP_FAILED_MD5_DIGEST = 0xB3
NX_POP3_SERVER_ERROR_STATUS = 0xB4
NX_POP3_MAIL_BUFFER_OVERFLOW = 0xB5
NX_POP3_INSUFFICIENT_PACKET_PAYLOAD = 0xB6
NX_POP3_CLIENT_INVALID_STATE = 0xB7
NX_POP3_CLIENT_INVALID_INDEX = 0xB8

last_error = ""
"""What the last status other than NX_SUCCESS was about, in words."""


class _Refused(Exception):
    """What is NetX's own to refuse."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


class NX_PACKET_POOL(micropop.PacketPool):
    """The control block of a pool: a ``PacketPool``, for this module's functions and for ``micropop.connect``."""

    deleted = False
    empty_suspensions = 0

    def allocate(self, timeout=0):
        """As in ``PacketPool``; of a deleted pool nobody gets a packet."""
        if not self.deleted:
            if timeout and not self.free:
                self.empty_suspensions += 1
            packet = micropop.PacketPool.allocate(self, timeout)
            if not self.deleted:
                return packet
            packet.release()
        raise _Refused(NX_POOL_DELETED, "the pool was deleted")


class NX_IP:
    """The control block of an IP instance: what the board has. ``radio``: CircuitPython's, or None."""

    def __init__(self, name, radio):
        self.name = name
        self.radio = radio
        self.tcp_enabled = False


class NX_POP3_CLIENT:
    """The control block of a session. ``client``: the ``micropop.Client``, None once it was deleted."""

    def __init__(self, client):
        self.client = client
        self.message = None  # an item that is not read to its end


# -- packet pools and packets


def nx_packet_pool_create(name, payload_size, pool_start=None, pool_size=0):
    """A pool of as many packets as ``pool_size`` bytes of payload are: (status, pool).

    :param str name: of no importance
    :param int payload_size: bytes of one packet, 64 at the least
    :param bytearray pool_start: the caller's memory, or None to have it taken from the heap
    :param int pool_size: how many bytes of it; all unless told. NetX takes its packets' headers out of it, too
    NX_SIZE_ERROR: too small.
    """
    try:
        size = pool_size or len(pool_start or b"")
        if payload_size < 1 or (pool_start is not None and len(pool_start) < size):
            raise _Refused(NX_SIZE_ERROR, "pool_size is more than the memory has, or payload_size less than 1")
        pool = NX_PACKET_POOL(payload_size, size // payload_size, pool_start)
    except Exception as error:
        status = _status(error)
        return NX_SIZE_ERROR if status == NX_POP3_INSUFFICIENT_PACKET_PAYLOAD else status, None
    pool.name = name
    return NX_SUCCESS, pool


def nx_packet_pool_delete(pool_ptr):
    """Give no more packets: NX_POOL_DELETED for who asks, and who waits learns it when his turn or his time comes."""
    if pool_ptr is None:
        return NX_PTR_ERROR
    pool_ptr.deleted = True
    return NX_SUCCESS


def nx_packet_pool_info_get(pool_ptr):
    """(status, total packets, free ones, requests that found none, of those the ones that waited, invalid releases)."""
    if pool_ptr is None:
        return NX_PTR_ERROR, 0, 0, 0, 0, 0
    return (
        NX_SUCCESS,
        pool_ptr.total,
        pool_ptr.free,
        pool_ptr.empty_requests,
        pool_ptr.empty_suspensions,
        pool_ptr.invalid_releases,
    )


def nx_packet_allocate(pool_ptr, packet_type=NX_TCP_PACKET, wait_option=NX_NO_WAIT):
    """(status, packet).

    :param int packet_type: of no importance
    :param int wait_option: ticks to wait for another thread to release one
    NX_NO_PACKET: none by then. NX_POOL_DELETED.
    """
    try:
        _pointers(pool_ptr)
        return NX_SUCCESS, pool_ptr.allocate(wait_option / 100)
    except Exception as error:
        return _status(error), None


def nx_packet_release(packet_ptr):
    """Give a packet back to its pool. NX_PTR_ERROR: it is there already, and the pool counts that."""
    try:
        _pointers(packet_ptr)
        packet_ptr.release()
    except Exception as error:
        _status(error)
        return NX_PTR_ERROR
    return NX_SUCCESS


def nx_packet_data_append(packet_ptr, data_start, data_size=None, pool_ptr=None, wait_option=NX_NO_WAIT):
    """Put data behind a packet's, all of it or nothing.

    :param data_start: bytes, or text (as UTF-8)
    :param int data_size: how many of its bytes; all unless told
    The others are of no importance: packets are not chained here.
    NX_POP3_INSUFFICIENT_PACKET_PAYLOAD: it does not fit. NX_SIZE_ERROR: there are not so many.
    """
    try:
        _pointers(packet_ptr, data_start)
        data = data_start.encode() if isinstance(data_start, str) else data_start
        if data_size is not None:
            if not 0 < data_size <= len(data):
                raise _Refused(NX_SIZE_ERROR, "data_size is not 1 to %d" % len(data))
            data = memoryview(data)[:data_size]
        packet_ptr.append(data)
    except Exception as error:
        return _status(error)
    return NX_SUCCESS


def nx_packet_data_retrieve(packet_ptr, buffer_start):
    """Copy a packet's data: (status, how many bytes that were).

    :param bytearray buffer_start: where it goes
    NX_SIZE_ERROR: the buffer is too small, nothing was copied.
    """
    try:
        _pointers(packet_ptr, buffer_start)
        length = packet_ptr.length
        if length > len(buffer_start):
            raise _Refused(NX_SIZE_ERROR, "the buffer has fewer than the packet's %d bytes" % length)
        buffer_start[:length] = packet_ptr.data
    except Exception as error:
        return _status(error), 0
    return NX_SUCCESS, length


def nx_packet_length_get(packet_ptr):
    """(status, how many bytes a packet's data has)."""
    if packet_ptr is None:
        return NX_PTR_ERROR, 0
    return NX_SUCCESS, packet_ptr.length


# -- the network


def nx_ip_create(
    name="",
    ip_address=0,
    network_mask=0,
    default_pool=None,
    ip_network_driver=None,
    memory_ptr=None,
    memory_size=0,
    priority=0,
):
    """The network that the board has joined: (status, ip).

    :param ip_network_driver: on CircuitPython the radio, if it is not wifi.radio; else of no importance
    The others are of no importance: the firmware's own IP has an address, memory and a thread.
    """
    radio = None if hasattr(ip_network_driver, "isconnected") else ip_network_driver  # MicroPython's need no telling
    return NX_SUCCESS, NX_IP(name, radio)


def nx_tcp_enable(ip_ptr):
    """Allow TCP, which a POP3 client needs. NX_ALREADY_ENABLED: it was."""
    if ip_ptr is None:
        return NX_PTR_ERROR
    if ip_ptr.tcp_enabled:
        return NX_ALREADY_ENABLED
    ip_ptr.tcp_enabled = True
    return NX_SUCCESS


# -- the POP3 client


def nxd_pop3_client_create(
    APOP_authentication,
    ip_ptr,
    packet_pool_ptr,
    server_ip_address,
    server_port,
    client_name,
    client_password,
    *,
    cleartext=False,
    tls=None,
    ca=None,
    ssl_context=None,
    timeout=30,
    idle=None,
):
    """Connect and log in: (status, client).

    :param int APOP_authentication: NX_TRUE: by APOP, and by USER and PASS where the server refuses that and the
        password may be sent. NX_FALSE: by USER and PASS
    :param NX_IP ip_ptr: with TCP enabled
    :param PacketPool packet_pool_ptr: two packets, and as many as the program holds at a time
    :param server_ip_address: text: a name or an address of either family; a number: as C has IPv4; four: IPv6
    :param int server_port: 110, or 995 for TLS
    :param str client_name: the mailbox's name
    :param str client_password: its password
    :param bool cleartext: allow the password to be sent although the connection is not encrypted
    :param tls: True, False or "stls"; unless told, True on port 995 and False on others
    ``ca``, ``ssl_context``, ``timeout`` (in seconds) and ``idle`` are those of ``micropop.connect``.

    NX_NOT_CONNECTED, NX_WAIT_ABORTED (timeout), NX_POP3_APOP_FAILED_MD5_DIGEST (refused; or the password would have
    been sent in clear), NX_POP3_SERVER_ERROR_STATUS, NX_POP3_INSUFFICIENT_PACKET_PAYLOAD, NX_NO_PACKET;
    NX_POP3_PARAM_ERROR, NX_PTR_ERROR, NX_NOT_ENABLED (TCP) before anything is sent.
    """
    try:
        _pointers(ip_ptr, packet_pool_ptr, server_ip_address, client_name, client_password)
        if not ip_ptr.tcp_enabled:
            raise _Refused(NX_NOT_ENABLED, "call nx_tcp_enable first")
        if not 0 < server_port < 65536:
            raise _Refused(NX_POP3_PARAM_ERROR, "a port is 1 to 65535")
        if tls is None:
            tls = server_port == 995
        client = micropop.connect(
            _host(server_ip_address),
            server_port,
            pool=packet_pool_ptr,
            tls=tls,
            ca=ca,
            ssl_context=ssl_context,
            timeout=timeout,
            radio=ip_ptr.radio,
            idle=idle,
        )
        try:
            _log_in(client, APOP_authentication, client_name, client_password, cleartext, cleartext or tls)
        except BaseException:
            client.close()
            raise
    except Exception as error:
        return _status(error), None
    return NX_SUCCESS, NX_POP3_CLIENT(client)


nx_pop3_client_create = nxd_pop3_client_create


def nx_pop3_client_mail_items_get(client_ptr):
    """STAT: (status, number of items, their octets)."""
    try:
        count, octets = _free(client_ptr).stat()
    except Exception as error:
        return _status(error), 0, 0
    return NX_SUCCESS, count, octets


def nx_pop3_client_mail_item_size_get(client_ptr, mail_item):
    """LIST: (status, octets that the server says the item has).

    :param int mail_item: 1 for the first
    NX_POP3_CLIENT_INVALID_INDEX: 0. NX_POP3_INVALID_MAIL_ITEM: higher than any.
    """
    try:
        return NX_SUCCESS, _free(client_ptr).size(mail_item)
    except Exception as error:
        return _status(error), 0


def nx_pop3_client_mail_item_get(client_ptr, mail_item):
    """RETR: (status, octets that the server says the item has, 0 if it does not say); the item comes by
    ``nx_pop3_client_mail_item_message_get``.

    :param int mail_item: 1 for the first
    """
    try:
        message = client_ptr.message = _free(client_ptr).retrieve(mail_item)
    except Exception as error:
        return _status(error), 0
    return NX_SUCCESS, message.octets or 0


def nx_pop3_client_mail_item_message_get(client_ptr):
    """The next packet of an item: (status, packet, bytes in it, NX_TRUE if it is the last).

    The caller releases the packet. The last may be empty.
    NX_NO_PACKET: none is free; the item goes on when one was released. NX_POP3_CLIENT_INVALID_STATE: no item was asked
    for, or the last packet was given already.
    """
    try:
        _pointers(client_ptr)
        message = client_ptr.message
        if message is None:
            raise _Refused(NX_POP3_CLIENT_INVALID_STATE, "ask for an item first: nx_pop3_client_mail_item_get")
        packet = next(iter(message))  # the same again where keep() failed the last time
        packet.keep()
        if packet.final:
            client_ptr.message = None
    except Exception as error:
        return _status(error), None, 0, NX_FALSE
    return NX_SUCCESS, packet, packet.length, NX_TRUE if packet.final else NX_FALSE


def nx_pop3_client_mail_item_delete(client_ptr, mail_item):
    """DELE: mark an item; ``nx_pop3_client_quit`` deletes it.

    :param int mail_item: 1 for the first
    NX_POP3_CLIENT_INVALID_STATE: an item that was asked for is not read to its end.
    """
    try:
        _pointers(client_ptr)
        if client_ptr.message is not None:
            raise _Refused(NX_POP3_CLIENT_INVALID_STATE, "read the item to its end, or ask for another, first")
        _free(client_ptr).delete(mail_item)
    except Exception as error:
        return _status(error)
    return NX_SUCCESS


def nx_pop3_client_quit(client_ptr):
    """QUIT: commit the deletions and disconnect. NX_POP3_SERVER_ERROR_STATUS: the server could not delete."""
    try:
        _free(client_ptr).quit()
    except Exception as error:
        return _status(error)
    return NX_SUCCESS


def nx_pop3_client_delete(client_ptr):
    """Disconnect, if ``nx_pop3_client_quit`` did not: nothing is deleted then. NX_PTR_ERROR: it was deleted before."""
    try:
        _pointers(client_ptr, client_ptr and client_ptr.client)
        client_ptr.client.close()
        client_ptr.client = client_ptr.message = None
    except Exception as error:
        return _status(error)
    return NX_SUCCESS


def _pointers(*pointers):
    if None in pointers:
        raise _Refused(NX_PTR_ERROR, "None is no object of this module")


def _free(client_ptr):
    # its client, which has read what was left of an item
    _pointers(client_ptr, client_ptr and client_ptr.client)
    client_ptr.message = None
    client_ptr.client.discard()
    return client_ptr.client


def _log_in(client, apop, name, password, cleartext, may_go_on):
    refusal = None
    if apop:
        try:
            return client.login(name, password, method="APOP")
        except Exception as error:
            # refused, no timestamp, or a firmware without MD5; any other trouble would not be less by another method
            refused = getattr(error, "status", 0) in (NX_POP3_APOP_FAILED_MD5_DIGEST, NX_POP3_PARAM_ERROR)
            if not refused or not may_go_on:
                raise
            refusal = error
    try:
        return client.login(name, password, method="USER", cleartext=cleartext)
    except Exception:
        if refusal is not None and client.state == "CLOSED":
            raise refusal  # the server hung up behind it
        raise


def _host(address):
    # a name or an address, as text
    if isinstance(address, str):
        return address
    if isinstance(address, int):
        return ".".join([str(address >> shift & 255) for shift in (24, 16, 8, 0)])
    return ":".join(["%x:%x" % (word >> 16, word & 0xFFFF) for word in address])


def _status(error):
    # of what was raised; what NetX has no status for is raised
    global last_error
    status = getattr(error, "status", None)
    if status is None:
        raise error
    last_error = str(error)
    return status

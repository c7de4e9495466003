"""``micropop.netx``: each function of the NetX POP3 Client, the statuses that it returns, none of NetX's defects."""

import micropop
from micropop import netx
from micropop.netx import NX_FALSE, NX_SUCCESS, NX_TRUE

from host_tests.behaviour import layers
from host_tests.behaviour.clock import put_back
from host_tests.behaviour.fake import CLOSE
from host_tests.behaviour.layers import connected
from host_tests.behaviour.talking import LOGIN, Talking

LAYERS = layers.TRANSPORTS  # the face is its own
QUIT = (b"QUIT\r\n", b"+OK\r\n")
STAMP = b"+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n"
APOP = b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n"
USER, PASS = LOGIN

INVALID_STATE = 0xB7


class Session(Talking):
    """A conversation with the fake server through this face: ``create()`` connects to it, whatever the address."""

    def __init__(self, *turns, logged_in=True, payload=512, packets=2, **how):
        super().__init__(*turns, logged_in=logged_in, **how)
        status, self.pool = netx.nx_packet_pool_create("pool", payload, None, payload * packets)
        assert status == NX_SUCCESS

    def create(self, apop=NX_FALSE, name="mrose", password="tanstaaf", cleartext=True, **options):
        self.asked = None
        status, ip = netx.nx_ip_create("ip")
        assert (status, netx.nx_tcp_enable(ip)) == (NX_SUCCESS, NX_SUCCESS)

        def connect(host, port, *, pool, timeout, **rest):
            self.asked = host, port, rest
            return micropop.Client(connected(self.server, self.clock), pool, timeout)

        micropop.connect = connect
        try:
            return netx.nx_pop3_client_create(
                apop, ip, self.pool, "192.2.2.61", 110, name, password, cleartext=cleartext, **options
            )
        finally:
            del micropop.connect

    def created(self):
        status, client = self.create()
        assert status == NX_SUCCESS, netx.last_error
        return client


def item(client):
    """What is left of an item: its bytes, the lengths of its packets, and how it ended."""
    mail = b""
    lengths = []
    while True:
        status, packet, length, final = netx.nx_pop3_client_mail_item_message_get(client)
        if status != NX_SUCCESS:
            assert (packet, length, final) == (None, 0, NX_FALSE)
            return mail, lengths, status
        assert netx.nx_packet_length_get(packet) == (NX_SUCCESS, length)
        mail += bytes(packet.data)
        lengths.append(length)
        assert netx.nx_packet_release(packet) == NX_SUCCESS
        if final:
            return mail, lengths, status


# -- the whole session


def test_a_session_in_the_order_of_the_guide():
    turns = (
        (b"STAT\r\n", b"+OK 2 320\r\n"),
        (b"LIST 1\r\n", b"+OK 1 120\r\n"),
        (b"RETR 1\r\n", b"+OK 120 octets\r\nfirst\r\n.\r\n"),
        (b"DELE 1\r\n", b"+OK message 1 deleted\r\n"),
        (b"LIST 2\r\n", b"+OK 2 200\r\n"),
        (b"RETR 2\r\n", b"+OK 200 octets\r\nsecond\r\n.\r\n"),
        (b"DELE 2\r\n", b"+OK message 2 deleted\r\n"),
        QUIT,
    )
    with Session(*turns) as session:
        client = session.created()
        assert netx.nx_pop3_client_mail_items_get(client) == (NX_SUCCESS, 2, 320)
        for number, size, mail in ((1, 120, b"first\r\n"), (2, 200, b"second\r\n")):
            assert netx.nx_pop3_client_mail_item_size_get(client, number) == (NX_SUCCESS, size)
            assert netx.nx_pop3_client_mail_item_get(client, number) == (NX_SUCCESS, size)
            assert item(client)[0] == mail
            assert netx.nx_pop3_client_mail_item_delete(client, number) == NX_SUCCESS
        assert netx.nx_pop3_client_quit(client) == NX_SUCCESS
        assert netx.nx_pop3_client_delete(client) == NX_SUCCESS


def test_both_names_of_create_are_one():
    assert netx.nx_pop3_client_create is netx.nxd_pop3_client_create


def test_delete_without_quit_deletes_nothing():
    with Session((b"DELE 1\r\n", b"+OK\r\n")) as session:
        client = session.created()
        assert netx.nx_pop3_client_mail_item_delete(client, 1) == NX_SUCCESS
        assert netx.nx_pop3_client_delete(client) == NX_SUCCESS  # and no QUIT was sent
        assert netx.nx_pop3_client_delete(client) == netx.NX_PTR_ERROR
        assert netx.nx_pop3_client_mail_items_get(client) == (netx.NX_PTR_ERROR, 0, 0)
        assert netx.nx_pop3_client_quit(client) == netx.NX_PTR_ERROR


# -- creating a client


def test_apop_sends_no_password():
    with Session((APOP, b"+OK maildrop has 1 message (369 octets)\r\n"), greeting=STAMP, logged_in=False) as session:
        status, client = session.create(NX_TRUE, cleartext=False)
        assert status == NX_SUCCESS
        assert netx.nx_pop3_client_delete(client) == NX_SUCCESS


def test_a_refused_apop_goes_on_in_clear_only_if_the_caller_allows_it():
    with Session((APOP, b"-ERR no\r\n"), USER, PASS, greeting=STAMP, logged_in=False) as session:
        status, client = session.create(NX_TRUE, cleartext=True)
        assert status == NX_SUCCESS
        netx.nx_pop3_client_delete(client)
    with Session((APOP, b"-ERR no\r\n"), greeting=STAMP, logged_in=False) as session:
        assert session.create(NX_TRUE, cleartext=False) == (0xB3, None)
        assert netx.last_error.startswith("no (")
    with Session(greeting=b"+OK no timestamp\r\n", logged_in=False) as session:
        assert session.create(NX_TRUE, cleartext=False) == (0xB3, None)
        assert session.server.sent == b""
    with Session(greeting=b"+OK no timestamp\r\n") as session:
        status, client = session.create(NX_TRUE, cleartext=True)
        assert status == NX_SUCCESS
        netx.nx_pop3_client_delete(client)


def test_trouble_that_another_method_would_meet_too_ends_the_login():
    with Session((APOP, b"-ERR [IN-USE] locked\r\n"), greeting=STAMP, logged_in=False) as session:
        assert session.create(NX_TRUE) == (0xB4, None)
        assert "locked" in netx.last_error
    with Session((APOP, CLOSE), greeting=STAMP, logged_in=False) as session:
        assert session.create(NX_TRUE) == (netx.NX_NOT_CONNECTED, None)


def test_a_server_that_hangs_up_behind_a_refusal_refused():
    turns = ((APOP, b"-ERR no\r\n", CLOSE), (b"USER mrose\r\n", b""))
    with Session(*turns, greeting=STAMP, logged_in=False) as session:
        assert session.create(NX_TRUE) == (0xB3, None)
        assert netx.last_error.startswith("no (")


def test_a_password_in_clear_is_the_callers_choice():
    with Session(logged_in=False) as session:
        assert session.create(cleartext=False) == (0xB3, None)
        assert session.server.sent == b""
        assert "cleartext=True" in netx.last_error


def test_where_it_connects_to():
    with Session(logged_in=False) as session:
        session.create(cleartext=False)
        host, port, rest = session.asked
        assert (host, port, rest["tls"], rest["ca"], rest["radio"]) == ("192.2.2.61", 110, False, None, None)
    with Session(logged_in=False) as session:
        session.create(cleartext=False, tls="stls", ca="/ca.der")
        assert session.asked[2]["tls"] == "stls"
        assert session.asked[2]["ca"] == "/ca.der"


def test_addresses_of_either_family_and_port_995():
    asked = []

    def connect(host, port, *, tls, **rest):
        asked.append((host, port, tls))
        raise OSError(113)

    _, pool = netx.nx_packet_pool_create("pool", 128, bytearray(256), 256)
    _, ip = netx.nx_ip_create("ip", 0xC0020203, 0xFFFFFF00, pool, None, bytearray(2048), 2048, 1)
    netx.nx_tcp_enable(ip)
    micropop.connect = connect
    try:
        for address in (0xC002023D, (0x20010DB8, 0, 0, 0x1FF02), "mail.example.org"):
            try:
                netx.nxd_pop3_client_create(NX_TRUE, ip, pool, address, 995, "mrose", "tanstaaf")
            except OSError:
                pass
    finally:
        del micropop.connect
    assert asked == [
        ("192.2.2.61", 995, True),
        ("2001:db8:0:0:0:0:1:ff02", 995, True),
        ("mail.example.org", 995, True),
    ]


def test_what_no_client_can_be_made_of():
    _, pool = netx.nx_packet_pool_create("pool", 128, bytearray(256))
    _, ip = netx.nx_ip_create("ip")
    create = netx.nx_pop3_client_create
    assert create(NX_TRUE, ip, pool, "localhost", 110, "mrose", "tanstaaf") == (netx.NX_NOT_ENABLED, None)
    assert netx.nx_tcp_enable(ip) == NX_SUCCESS
    assert netx.nx_tcp_enable(ip) == netx.NX_ALREADY_ENABLED
    assert netx.nx_tcp_enable(None) == netx.NX_PTR_ERROR
    for arguments in (
        (None, pool, "localhost", 110, "mrose", "tanstaaf"),
        (ip, None, "localhost", 110, "mrose", "tanstaaf"),
        (ip, pool, None, 110, "mrose", "tanstaaf"),
        (ip, pool, "localhost", 110, None, "tanstaaf"),
        (ip, pool, "localhost", 110, "mrose", None),
    ):
        assert create(NX_TRUE, *arguments) == (netx.NX_PTR_ERROR, None)
    for port in (0, -1, 65536):
        assert create(NX_TRUE, ip, pool, "localhost", port, "mrose", "tanstaaf") == (0xB1, None)


def test_a_board_with_an_interface_of_micropython_tells_no_radio():
    class Wlan:
        def isconnected(self):
            return True

    assert netx.nx_ip_create("ip", 0, 0, None, Wlan())[1].radio is None
    radio = object()
    assert netx.nx_ip_create("ip", 0, 0, None, radio)[1].radio is radio


# -- statuses


def test_item_numbers():
    with Session((b"STAT\r\n", b"+OK 2 320\r\n")) as session:
        client = session.created()
        netx.nx_pop3_client_mail_items_get(client)
        for number, status in ((0, 0xB8), (3, 0xB2), (-1, 0xB8), (None, 0xB8)):
            assert netx.nx_pop3_client_mail_item_get(client, number) == (status, 0)
            assert netx.nx_pop3_client_mail_item_size_get(client, number) == (status, 0)
            assert netx.nx_pop3_client_mail_item_delete(client, number) == status
        netx.nx_pop3_client_delete(client)


def test_an_item_must_be_asked_for():
    with Session((b"RETR 1\r\n", b"-ERR no such message\r\n"), (b"RETR 2\r\n", b"+OK\r\nx\r\n.\r\n")) as session:
        client = session.created()
        assert item(client) == (b"", [], INVALID_STATE)
        assert netx.nx_pop3_client_mail_item_get(client, 1) == (0xB4, 0)
        assert netx.last_error == "no such message"
        assert item(client) == (b"", [], INVALID_STATE)
        assert netx.nx_pop3_client_mail_item_get(client, 2) == (NX_SUCCESS, 0)
        assert item(client)[0] == b"x\r\n"
        assert item(client) == (b"", [], INVALID_STATE)
        netx.nx_pop3_client_delete(client)


def test_a_server_that_falls_silent():
    with Session((b"STAT\r\n", b"")) as session:
        client = session.created()
        assert netx.nx_pop3_client_mail_items_get(client) == (netx.NX_WAIT_ABORTED, 0, 0)
        assert netx.nx_pop3_client_mail_items_get(client) == (INVALID_STATE, 0, 0)
        assert netx.nx_pop3_client_delete(client) == NX_SUCCESS


def test_a_quit_that_could_not_delete():
    with Session((b"QUIT\r\n", b"-ERR some deleted messages not removed\r\n")) as session:
        client = session.created()
        assert netx.nx_pop3_client_quit(client) == 0xB4
        assert netx.nx_pop3_client_delete(client) == NX_SUCCESS


def test_what_is_no_status_is_raised():
    with Session() as session:
        client = session.created()
        client.client.size = None  # not callable
        try:
            netx.nx_pop3_client_mail_item_size_get(client, 1)
        except TypeError:
            pass
        else:
            raise AssertionError("it was hidden")
        netx.nx_pop3_client_delete(client)


# -- items and packets


def test_packets_that_the_program_holds_stop_the_item_and_it_goes_on():
    mail = b"0123456789abcdef" * 60
    with Session((b"RETR 1\r\n", b"+OK\r\n" + mail + b"\r\n.\r\n"), QUIT, payload=128, packets=3) as session:
        client = session.created()
        netx.nx_pop3_client_mail_item_get(client, 1)
        held = []
        got = b""
        status = NX_SUCCESS
        while status == NX_SUCCESS:
            status, packet, _, final = netx.nx_pop3_client_mail_item_message_get(client)
            if packet is not None:
                held.append(packet)
                got += bytes(packet.data)
                assert not final
        assert status == netx.NX_NO_PACKET
        assert len(held) >= 2
        assert netx.nx_pop3_client_mail_item_delete(client, 1) == INVALID_STATE
        for packet in held:
            assert netx.nx_packet_release(packet) == NX_SUCCESS
        assert got + item(client)[0] == mail + b"\r\n"
        assert netx.nx_pop3_client_quit(client) == NX_SUCCESS
        netx.nx_pop3_client_delete(client)


def test_a_packet_that_could_not_be_handed_out_is_handed_out_later():
    with Session((b"RETR 1\r\n", b"+OK\r\nmail\r\n.\r\n")) as session:
        client = session.created()
        netx.nx_pop3_client_mail_item_get(client, 1)
        message = client.message

        class Once:
            """The item, whose first packet cannot be kept: a session may need another for what follows it."""

            def __iter__(self):
                client.message = message
                for _ in message:
                    raise micropop.PoolEmpty("no packet is free")

        client.message = Once()
        assert netx.nx_pop3_client_mail_item_message_get(client) == (netx.NX_NO_PACKET, None, 0, NX_FALSE)
        assert item(client) == (b"mail\r\n", [6], NX_SUCCESS)
        netx.nx_pop3_client_delete(client)


def test_one_packet_is_enough_for_who_holds_none():
    mail = b"0123456789abcdef" * 60 + b"\r\n"
    with Session((b"RETR 1\r\n", b"+OK\r\n" + mail + b".\r\n"), QUIT, payload=128, packets=1) as session:
        client = session.created()
        netx.nx_pop3_client_mail_item_get(client, 1)
        got = b""
        final = NX_FALSE
        while not final:
            status, packet, _, final = netx.nx_pop3_client_mail_item_message_get(client)
            assert status == NX_SUCCESS
            got += bytes(packet.data)
            netx.nx_packet_release(packet)
        assert got == mail
        netx.nx_pop3_client_quit(client)
        netx.nx_pop3_client_delete(client)


def test_packets_outlive_the_client():
    with Session((b"RETR 1\r\n", b"+OK\r\nmail\r\n.\r\n")) as session:
        client = session.created()
        netx.nx_pop3_client_mail_item_get(client, 1)
        _, packet, _, final = netx.nx_pop3_client_mail_item_message_get(client)
        assert final == NX_TRUE
        assert netx.nx_pop3_client_delete(client) == NX_SUCCESS
        assert bytes(packet.data) == b"mail\r\n"
        assert netx.nx_packet_release(packet) == NX_SUCCESS


def test_bytes_that_nobody_asked_for_spoil_an_item():
    said = b"+OK\r\nmail\r\n.\r\nthe rest of it\r\n.\r\n"
    with Session((b"RETR 1\r\n", said)) as session:
        client = session.created()
        netx.nx_pop3_client_mail_item_get(client, 1)
        status = item(client)[2]
        if status == NX_SUCCESS:
            status = netx.nx_pop3_client_mail_item_delete(client, 1)
        assert status != NX_SUCCESS
        netx.nx_pop3_client_delete(client)


# -- pools and packets


def test_a_pool_in_the_callers_memory():
    memory = bytearray(1000)
    status, pool = netx.nx_packet_pool_create("pool", 128, memory, 520)
    assert status == NX_SUCCESS and isinstance(pool, micropop.PacketPool)
    assert netx.nx_packet_pool_info_get(pool) == (NX_SUCCESS, 4, 4, 0, 0, 0)
    status, packet = netx.nx_packet_allocate(pool, netx.NX_TCP_PACKET, netx.NX_NO_WAIT)
    assert status == NX_SUCCESS
    assert netx.nx_packet_data_append(packet, b"+OK and more", 3, pool, netx.NX_NO_WAIT) == NX_SUCCESS
    assert netx.nx_packet_data_append(packet, " 3 120") == NX_SUCCESS
    assert netx.nx_packet_length_get(packet) == (NX_SUCCESS, 9)
    assert bytes(memory).find(b"+OK 3 120") >= 0
    buffer = bytearray(12)
    assert netx.nx_packet_data_retrieve(packet, buffer) == (NX_SUCCESS, 9)
    assert buffer == b"+OK 3 120\0\0\0"
    assert netx.nx_packet_data_retrieve(packet, bytearray(8)) == (netx.NX_SIZE_ERROR, 0)
    assert netx.nx_packet_pool_info_get(pool)[2] == 3
    assert netx.nx_packet_release(packet) == NX_SUCCESS
    assert netx.nx_packet_release(packet) == netx.NX_PTR_ERROR
    assert netx.nx_packet_pool_info_get(pool) == (NX_SUCCESS, 4, 4, 0, 0, 1)


def test_pools_that_cannot_be():
    short = bytearray(100)
    for arguments in ((128, short, 100), (128, short, 200), (32, None, 1000), (0, None, 1000), (128,)):
        assert netx.nx_packet_pool_create("pool", *arguments) == (netx.NX_SIZE_ERROR, None)


def test_data_that_does_not_fit_leaves_a_packet_as_it_was():
    _, pool = netx.nx_packet_pool_create("pool", 64, None, 64)
    _, packet = netx.nx_packet_allocate(pool)
    assert netx.nx_packet_data_append(packet, b"x" * 60) == NX_SUCCESS
    assert netx.nx_packet_data_append(packet, b"y" * 5) == 0xB6
    for size in (0, -1, 3):
        assert netx.nx_packet_data_append(packet, b"yy", size) == netx.NX_SIZE_ERROR
    assert bytes(packet.data) == b"x" * 60
    netx.nx_packet_release(packet)


def test_an_empty_pool_and_a_deleted_one():
    _, pool = netx.nx_packet_pool_create("pool", 64, None, 64)
    _, packet = netx.nx_packet_allocate(pool)
    assert netx.nx_packet_allocate(pool) == (netx.NX_NO_PACKET, None)
    assert netx.nx_packet_allocate(pool, netx.NX_TCP_PACKET, 1) == (netx.NX_NO_PACKET, None)
    assert netx.nx_packet_pool_info_get(pool) == (NX_SUCCESS, 1, 0, 2, 1, 0)
    assert netx.nx_packet_pool_delete(pool) == NX_SUCCESS
    assert netx.nx_packet_allocate(pool) == (netx.NX_POOL_DELETED, None)
    assert netx.nx_packet_release(packet) == NX_SUCCESS
    assert netx.nx_packet_allocate(pool) == (netx.NX_POOL_DELETED, None)


def test_who_waits_for_a_packet_learns_that_the_pool_was_deleted():
    session = Session(logged_in=False)
    _, packet = netx.nx_packet_allocate(session.pool)
    _, other = netx.nx_packet_allocate(session.pool)

    def sleep(seconds):
        netx.nx_packet_pool_delete(session.pool)
        netx.nx_packet_release(packet)

    session.clock.sleep = sleep
    before = session.clock.install()
    try:
        assert netx.nx_packet_allocate(session.pool, 0, netx.NX_WAIT_FOREVER) == (netx.NX_POOL_DELETED, None)
    finally:
        put_back(before)
    assert session.pool.free == 1
    netx.nx_packet_release(other)


def test_a_client_on_a_deleted_pool():
    with Session() as session:
        client = session.created()
        netx.nx_packet_pool_delete(session.pool)
        assert netx.nx_pop3_client_mail_items_get(client) == (netx.NX_POOL_DELETED, 0, 0)
        netx.nx_pop3_client_delete(client)


def test_null_pointers():
    assert netx.nx_packet_allocate(None) == (netx.NX_PTR_ERROR, None)
    assert netx.nx_packet_release(None) == netx.NX_PTR_ERROR
    assert netx.nx_packet_data_append(None, b"x") == netx.NX_PTR_ERROR
    assert netx.nx_packet_data_retrieve(None, bytearray(1)) == (netx.NX_PTR_ERROR, 0)
    assert netx.nx_packet_length_get(None) == (netx.NX_PTR_ERROR, 0)
    assert netx.nx_packet_pool_delete(None) == netx.NX_PTR_ERROR
    assert netx.nx_packet_pool_info_get(None)[0] == netx.NX_PTR_ERROR
    assert netx.nx_pop3_client_mail_items_get(None) == (netx.NX_PTR_ERROR, 0, 0)
    assert netx.nx_pop3_client_mail_item_get(None, 1) == (netx.NX_PTR_ERROR, 0)
    assert netx.nx_pop3_client_mail_item_size_get(None, 1) == (netx.NX_PTR_ERROR, 0)
    assert netx.nx_pop3_client_mail_item_message_get(None) == (netx.NX_PTR_ERROR, None, 0, NX_FALSE)
    assert netx.nx_pop3_client_mail_item_delete(None, 1) == netx.NX_PTR_ERROR
    assert netx.nx_pop3_client_quit(None) == netx.NX_PTR_ERROR
    assert netx.nx_pop3_client_delete(None) == netx.NX_PTR_ERROR


# -- NetX's defects, by their numbers (those of the session itself are in test_netx_defects.py)


def test_defect_01_a_refused_pass_is_no_success():
    with Session((b"USER mrose\r\n", b"+OK\r\n"), (b"PASS wrong\r\n", b"-ERR no\r\n"), logged_in=False) as session:
        assert session.create(password="wrong") == (0xB3, None)


def test_defect_02_a_size_cut_by_a_segment():
    with Session((b"RETR 1\r\n", b"+OK 12", b"0 octets\r\nmail\r\n.\r\n")) as session:
        client = session.created()
        assert netx.nx_pop3_client_mail_item_get(client, 1) == (NX_SUCCESS, 120)
        assert item(client) == (b"mail\r\n", [6], NX_SUCCESS)
        netx.nx_pop3_client_delete(client)


def test_defects_03_04_05_06_and_15_the_mail_is_as_it_was_sent():
    for said, mail in (
        ((b"line\r\n.", b"\r\n"), b"line\r\n"),
        ((b"line\r", b"\n.\r\n"), b"line\r\n"),
        ((b"line\r\n", b".\r\n"), b"line\r\n"),
        ((b"Dear Sir or Madam", b".\r\n", b"more\r\n", b".\r\n"), b"Dear Sir or Madam.\r\nmore\r\n"),
        ((b"..dot line\r\n.\r\n",), b".dot line\r\n"),
        ((b"y" * 403 + b"\r\n", b".\r\n"), b"y" * 403 + b"\r\n"),
    ):
        with Session((b"RETR 1\r\n", b"+OK\r\n") + said, payload=256) as session:
            client = session.created()
            netx.nx_pop3_client_mail_item_get(client, 1)
            found, lengths, status = item(client)
            assert (found, status) == (mail, NX_SUCCESS)
            assert max(lengths) <= 256
            netx.nx_pop3_client_delete(client)


def test_defects_08_and_09_an_item_left_half_read():
    mail = b"+OK this is mail\r\n" * 100 + b".\r\n"
    turns = (
        (b"RETR 1\r\n", b"+OK\r\n" + mail),
        (b"RETR 2\r\n", b"+OK\r\n" + mail),
        (b"STAT\r\n", b"+OK 2 320\r\n"),
        (b"DELE 2\r\n", b"-ERR locked\r\n"),
        QUIT,
    )
    with Session(*turns) as session:
        client = session.created()
        for number in (1, 2):
            netx.nx_pop3_client_mail_item_get(client, number)
            packet = netx.nx_pop3_client_mail_item_message_get(client)[1]
            netx.nx_packet_release(packet)
            assert netx.nx_pop3_client_mail_item_delete(client, number) == INVALID_STATE
        assert netx.nx_pop3_client_mail_items_get(client) == (NX_SUCCESS, 2, 320)
        assert item(client) == (b"", [], INVALID_STATE)
        assert netx.nx_pop3_client_mail_item_delete(client, 2) == 0xB4
        assert session.pool.free == session.pool.total
        assert netx.nx_pop3_client_quit(client) == NX_SUCCESS
        netx.nx_pop3_client_delete(client)


def test_too_long_a_rest_of_an_item_is_not_read_off():
    with Session((b"RETR 1\r\n", b"+OK\r\n" + b"0123456789abcd\r\n" * 20000 + b".\r\n")) as session:
        client = session.created()
        netx.nx_pop3_client_mail_item_get(client, 1)
        netx.nx_packet_release(netx.nx_pop3_client_mail_item_message_get(client)[1])
        assert netx.nx_pop3_client_mail_items_get(client) == (0xB5, 0, 0)
        assert netx.nx_pop3_client_quit(client) == INVALID_STATE
        assert netx.nx_pop3_client_delete(client) == NX_SUCCESS


def test_defect_11_deleting_does_not_renumber():
    turns = (
        (b"STAT\r\n", b"+OK 2 320\r\n"),
        (b"DELE 1\r\n", b"+OK\r\n"),
        (b"STAT\r\n", b"+OK 1 200\r\n"),
        (b"RETR 2\r\n", b"+OK\r\nmail\r\n.\r\n"),
    )
    with Session(*turns) as session:
        client = session.created()
        netx.nx_pop3_client_mail_items_get(client)
        netx.nx_pop3_client_mail_item_delete(client, 1)
        assert netx.nx_pop3_client_mail_items_get(client) == (NX_SUCCESS, 1, 200)
        assert netx.nx_pop3_client_mail_item_get(client, 2)[0] == NX_SUCCESS
        assert item(client)[0] == b"mail\r\n"
        netx.nx_pop3_client_delete(client)


def test_defects_12_and_13_sizes_are_those_of_the_reply():
    turns = ((b"LIST 1000\r\n", b"+OK 1000 56\r\n"), (b"LIST 1\r\n", b"+OK 1 1234567890123\r\n"))
    with Session(*turns) as session:
        client = session.created()
        assert netx.nx_pop3_client_mail_item_size_get(client, 1000) == (NX_SUCCESS, 56)
        assert netx.nx_pop3_client_mail_item_size_get(client, 1) == (NX_SUCCESS, 1234567890123)
        netx.nx_pop3_client_delete(client)


def test_defect_14_long_names_and_passwords():
    name, password = "m" * 50, "p" * 50
    turns = ((b"USER " + name.encode() + b"\r\n", b"+OK\r\n"), (b"PASS " + password.encode() + b"\r\n", b"+OK\r\n"))
    with Session(*turns, logged_in=False) as session:
        status, client = session.create(name=name, password=password)
        assert (status, netx.nx_pop3_client_delete(client)) == (NX_SUCCESS, NX_SUCCESS)
    with Session(logged_in=False, payload=64) as session:
        assert session.create(name="m" * 80) == (0xB6, None)


def test_defect_19_a_failed_create_closes_the_socket():
    for greeting, status in (
        (b"-ERR [SYS/TEMP] later\r\n", 0xB4),
        (b"220 smtp\r\n", 0xB4),
        ((b"+OK re", CLOSE), netx.NX_NOT_CONNECTED),
    ):
        with Session(greeting=greeting, logged_in=False) as session:  # whose end checks that the socket is closed
            assert session.create() == (status, None)


def test_defect_20_nothing_is_injected():
    for name, password in (("m\r\nDELE 1", "p"), ("m", "p\r\nDELE 1"), ("m\n", "p"), ("m\0", "p")):
        for apop in (NX_TRUE, NX_FALSE):
            with Session(greeting=STAMP, logged_in=False) as session:
                assert session.create(apop, name=name, password=password) == (0xB1, None)
                assert session.server.sent == b""


def test_defect_21_a_server_that_closes_inside_an_item():
    with Session((b"RETR 1\r\n", b"+OK\r\nhalf a line", CLOSE)) as session:
        client = session.created()
        netx.nx_pop3_client_mail_item_get(client, 1)
        assert item(client)[2] == netx.NX_NOT_CONNECTED
        assert netx.nx_pop3_client_mail_item_delete(client, 1) == INVALID_STATE
        assert netx.nx_pop3_client_delete(client) == NX_SUCCESS

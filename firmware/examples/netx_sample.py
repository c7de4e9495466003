"""The sample session of the NetX POP3 Client's guide: every mail is downloaded, shown and deleted.

Put it on the board as main.py (CircuitPython: code.py), with account.py, the library, the watcher and settings.toml.
POP3_METHOD = "APOP" asks for APOP first. On a connection in clear (POP3_TLS = "off") USER and PASS want
POP3_CLEARTEXT = 1, as nothing hides the password.
"""

from account import Account
from micropop import netx
from micropop.netx import NX_FALSE, NX_SUCCESS
from watcher.network import reach

PACKET_PAYLOAD = 512
PACKET_POOL_SIZE = PACKET_PAYLOAD * 4
PORTS = {"tls": 995, "stls": 110, "off": 110}


def run(account):
    """The session, in the order of the guide."""
    settings = account.settings
    memory = bytearray(PACKET_POOL_SIZE)
    status, pool = netx.nx_packet_pool_create("POP3 Client Packet Pool", PACKET_PAYLOAD, memory, PACKET_POOL_SIZE)
    if status != NX_SUCCESS:
        return failed("nx_packet_pool_create", status)
    status, ip = netx.nx_ip_create("POP3 Client IP Instance")
    status = netx.nx_tcp_enable(ip)
    if status != NX_SUCCESS:
        return failed("nx_tcp_enable", status)
    status, client = netx.nx_pop3_client_create(
        settings["METHOD"] == "APOP",
        ip,
        pool,
        settings["HOST"],
        settings["PORT"] or PORTS[settings["TLS"]],
        settings["USER"],
        settings["PASSWORD"],
        cleartext=bool(settings["CLEARTEXT"]),
        tls={"tls": True, "stls": "stls", "off": False}[settings["TLS"]],
        ca=account.mailbox.ca,
        ssl_context=account.mailbox.context,
    )
    if status != NX_SUCCESS:
        return failed("nx_pop3_client_create", status)
    session(client)
    status = netx.nx_pop3_client_delete(client)
    if status != NX_SUCCESS:
        return failed("nx_pop3_client_delete", status)
    status, total, free, _, _, _ = netx.nx_packet_pool_info_get(pool)
    print("Disconnected, %d of %d packets are free" % (free, total))
    return netx.nx_packet_pool_delete(pool)


def session(client):
    """What is done while logged in."""
    status, number_mail_items, total_size = netx.nx_pop3_client_mail_items_get(client)
    if status != NX_SUCCESS:
        return failed("nx_pop3_client_mail_items_get", status)
    print("Got %d mail items, total size %d" % (number_mail_items, total_size))
    for mail_item in range(1, number_mail_items + 1):
        status = download(client, mail_item)
        if status != NX_SUCCESS:
            break  # the items before it are deleted all the same
        status = netx.nx_pop3_client_mail_item_delete(client, mail_item)
        if status != NX_SUCCESS:
            failed("nx_pop3_client_mail_item_delete", status)
    status = netx.nx_pop3_client_quit(client)
    if status != NX_SUCCESS:
        return failed("nx_pop3_client_quit", status)
    return status


def download(client, mail_item):
    """Show one item, packet by packet; returns the status of what ended it."""
    status, size = netx.nx_pop3_client_mail_item_size_get(client, mail_item)
    if status != NX_SUCCESS:
        return failed("nx_pop3_client_mail_item_size_get", status)
    print("Item %d: %d bytes, says the server" % (mail_item, size))
    status, size = netx.nx_pop3_client_mail_item_get(client, mail_item)
    if status != NX_SUCCESS:
        return failed("nx_pop3_client_mail_item_get", status)
    bytes_downloaded = 0
    final_packet = NX_FALSE
    while final_packet == NX_FALSE:
        status, packet, bytes_retrieved, final_packet = netx.nx_pop3_client_mail_item_message_get(client)
        if status != NX_SUCCESS:
            return failed("nx_pop3_client_mail_item_message_get", status)
        if bytes_retrieved:
            print("Received %d bytes of data for item %d: %s" % (bytes_retrieved, mail_item, bytes(packet.data)))
        bytes_downloaded += bytes_retrieved
        netx.nx_packet_release(packet)
    print("Item %d: %d bytes downloaded of %d" % (mail_item, bytes_downloaded, size))
    return NX_SUCCESS


def failed(name, status):
    """Show a status other than NX_SUCCESS, with words that NetX does not have; returns it."""
    print("%s: status 0x%02X, %s" % (name, status, netx.last_error))
    return status


account = Account()
reach(account)
run(account)

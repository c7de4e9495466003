from collections.abc import Callable, Iterable, Sequence
from ssl import SSLContext
from typing import Any, Literal

from .client import Client
from .message import Message
from .packets import Packet, PacketPool

NX_FALSE: int
NX_TRUE: int
NX_NO_WAIT: int
NX_WAIT_FOREVER: int
NX_TCP_PACKET: int
NX_SUCCESS: int
NX_NO_PACKET: int
NX_PTR_ERROR: int
NX_SIZE_ERROR: int
NX_INVALID_PACKET: int
NX_NOT_ENABLED: int
NX_ALREADY_ENABLED: int
NX_WAIT_ABORTED: int
NX_POOL_DELETED: int
NX_NOT_CONNECTED: int
NX_POP3_PARAM_ERROR: int
NX_POP3_INVALID_MAIL_ITEM: int
NX_POP3_APOP_FAILED_MD5_DIGEST: int
NX_POP3_SERVER_ERROR_STATUS: int
NX_POP3_MAIL_BUFFER_OVERFLOW: int
NX_POP3_INSUFFICIENT_PACKET_PAYLOAD: int
NX_POP3_CLIENT_INVALID_STATE: int
NX_POP3_CLIENT_INVALID_INDEX: int

last_error: str

class NX_PACKET_POOL(PacketPool):
    name: object
    deleted: bool
    empty_suspensions: int

class NX_IP:
    name: str
    radio: Any
    tcp_enabled: bool
    def __init__(self, name: str, radio: Any) -> None: ...

class NX_POP3_CLIENT:
    client: Client | None
    message: Message | None
    def __init__(self, client: Client) -> None: ...

def nx_packet_pool_create(
    name: object, payload_size: int, pool_start: bytearray | None = None, pool_size: int = 0
) -> tuple[int, NX_PACKET_POOL | Any]: ...
def nx_packet_pool_delete(pool_ptr: NX_PACKET_POOL | None) -> int: ...
def nx_packet_pool_info_get(pool_ptr: NX_PACKET_POOL | None) -> tuple[int, int, int, int, int, int]: ...
def nx_packet_allocate(
    pool_ptr: NX_PACKET_POOL | None, packet_type: int = 56, wait_option: int = 0
) -> tuple[int, Packet | Any]: ...
def nx_packet_release(packet_ptr: Packet | None) -> int: ...
def nx_packet_data_append(
    packet_ptr: Packet | None,
    data_start: bytes | bytearray | memoryview | str | None,
    data_size: int | None = None,
    pool_ptr: NX_PACKET_POOL | None = None,
    wait_option: int = 0,
) -> int: ...
def nx_packet_data_retrieve(
    packet_ptr: Packet | None, buffer_start: bytearray | memoryview | None
) -> tuple[int, int]: ...
def nx_packet_length_get(packet_ptr: Packet | None) -> tuple[int, int]: ...
def nx_ip_create(
    name: str = "",
    ip_address: object = 0,
    network_mask: object = 0,
    default_pool: object = None,
    ip_network_driver: object = None,
    memory_ptr: object = None,
    memory_size: int = 0,
    priority: int = 0,
) -> tuple[int, NX_IP]: ...
def nx_tcp_enable(ip_ptr: NX_IP | None) -> int: ...
def nxd_pop3_client_create(
    APOP_authentication: int,
    ip_ptr: NX_IP | None,
    packet_pool_ptr: PacketPool | None,
    server_ip_address: str | int | Sequence[int] | None,
    server_port: int,
    client_name: str | None,
    client_password: str | None,
    *,
    cleartext: bool = False,
    tls: bool | Literal["stls"] | None = None,
    ca: str | bytes | Iterable[bytes] | None = None,
    ssl_context: SSLContext | None = None,
    timeout: float = 30,
    idle: Callable[[], object] | None = None,
) -> tuple[int, NX_POP3_CLIENT | Any]: ...

nx_pop3_client_create = nxd_pop3_client_create

def nx_pop3_client_mail_items_get(client_ptr: NX_POP3_CLIENT | None) -> tuple[int, int, int | Any]: ...
def nx_pop3_client_mail_item_size_get(client_ptr: NX_POP3_CLIENT | None, mail_item: int) -> tuple[int, int]: ...
def nx_pop3_client_mail_item_get(client_ptr: NX_POP3_CLIENT | None, mail_item: int) -> tuple[int, int]: ...
def nx_pop3_client_mail_item_message_get(
    client_ptr: NX_POP3_CLIENT | None,
) -> tuple[int, Packet | Any, int, int]: ...
def nx_pop3_client_mail_item_delete(client_ptr: NX_POP3_CLIENT | None, mail_item: int) -> int: ...
def nx_pop3_client_quit(client_ptr: NX_POP3_CLIENT | None) -> int: ...
def nx_pop3_client_delete(client_ptr: NX_POP3_CLIENT | None) -> int: ...

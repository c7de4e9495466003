"""``micropop.packets`` by the name that it had in 0.1, for programs that import it so."""

from .packets import Packet, PacketPool

__all__ = ["Packet", "PacketPool"]

"""The pool against a plain model of it: what is allocated is never lost, never shared, and counted."""

import micropop
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule


class Pool(RuleBasedStateMachine):
    """Allocate, append, release, in any order."""

    held = Bundle("held")
    released = Bundle("released")

    @initialize(payload=st.integers(64, 80), packets=st.integers(1, 4), own=st.booleans())
    def begin(self, payload, packets, own):
        memory = None if own else bytearray(payload * packets + 3)
        self.pool = micropop.PacketPool(payload, packets, memory)
        self.model: dict[int, bytes] = {}  # by the packets' ids: what each in use holds
        self.packets: dict[int, micropop.packet.Packet] = {}
        self.lowest = packets
        self.refused = self.twice = 0

    @rule(target=held)
    def allocate(self):
        if len(self.model) == self.pool.total:
            self.refused += 1
            with pytest.raises(micropop.PoolEmpty):
                self.pool.allocate()
            return multiple()
        packet = self.pool.allocate()
        assert id(packet) not in self.model, "a packet was given out twice"
        assert packet.length == 0 and not packet.final
        self.model[id(packet)] = b""
        self.packets[id(packet)] = packet
        self.lowest = min(self.lowest, self.pool.total - len(self.model))
        return packet

    @rule(packet=held, data=st.binary(max_size=90))
    def append(self, packet, data):
        before = self.model[id(packet)]
        if len(before) + len(data) > self.pool.payload_size:
            with pytest.raises(micropop.PayloadTooSmall):
                packet.append(data)
        else:
            packet.append(data)
            self.model[id(packet)] = before + data

    @rule(packet=held, text=st.text(max_size=12))
    def append_text(self, packet, text):
        self.append(packet, text.encode())

    @rule(packet=held)
    def empty(self, packet):
        packet.clear()
        self.model[id(packet)] = b""

    @rule(packet=held)
    def keep(self, packet):
        assert packet.keep() is packet

    @rule(target=released, packet=consumes(held))
    def release(self, packet):
        packet.release()
        del self.model[id(packet)]
        return packet

    @rule(packet=consumes(released))
    def release_again(self, packet):
        if id(packet) in self.model:
            return  # it was allocated anew: it is somebody's
        self.twice += 1
        with pytest.raises(micropop.InvalidState):
            packet.release()

    @invariant()
    def counters_and_contents_agree(self):
        if not hasattr(self, "pool"):
            return
        assert self.pool.free == self.pool.total - len(self.model)
        assert self.pool.low_water == self.lowest
        assert self.pool.empty_requests == self.refused
        assert self.pool.invalid_releases == self.twice
        for key, data in self.model.items():
            packet = self.packets[key]
            assert bytes(packet.data) == data and packet.length == len(data)


TestPool = Pool.TestCase

"""A server, or the network, fails at every byte of a session: nothing is lost, and the next session works."""

import hashlib
import itertools
import json
import os
import subprocess
import threading

import micropop
import pytest

from boards.tools.mpy import compile_tree
from boards.tools.paths import ROOT
from boards.virtual import vm
from host_tests.behaviour.clock import Clock
from host_tests.faults.application import WAYS, session
from host_tests.faults.peer import AT_ITS_BYTES, AT_OURS, Peer
from host_tests.servers.dialogue import Mailbox, Settings
from host_tests.servers.mechanisms import Accounts
from host_tests.servers.scripted import FAULTS, Fault, Scripted

USERS = {"mrose": "tanstaaf"}
MAILS = [
    b"Subject: dots\r\n\r\n.\r\n..\r\nDear Sir or Madam\r\n.\r\n",
    b"",
    b"Subject: like a reply\r\n\r\n+OK 3 120\r\n-ERR no\r\n",
    b"Subject: longer than a packet\r\n\r\n" + b"0123456789" * 14 + b"\r\n.\r\n",
]
TIMEOUT = 10  # seconds, virtual ones
POOLS = {"in turn": (128, 1), "pipelined": (128, 3)}


def fresh() -> Settings:
    """A server with the mails in its mailbox."""
    return Settings(Accounts(USERS, {}), {"mrose": Mailbox(MAILS)})


def left(settings: Settings) -> list[bytes]:
    """The mails that are still in the mailbox."""
    return list(settings.mailboxes["mrose"].mails.values())


def check_nothing_is_lost(settings: Settings, stored: dict[int, bytes], mails: list[bytes]) -> None:
    """No mail is reported complete that is not, and none is deleted that was not stored.

    :param mails: what the mailbox held when the session began
    """
    for number, mail in stored.items():
        assert mail == mails[number - 1], f"mail {number} is not what the server has"
    for number, mail in enumerate(mails, 1):
        assert mail in left(settings) or stored.get(number) == mail, f"mail {number} is gone"


def one_session(settings: Settings, clock: Clock, pool: micropop.PacketPool, way: str, kind=None, at=0):
    """A session, and all that must hold after it whatever happened; returns its error and the peer."""
    mails, stored, start = left(settings), {}, clock.now
    peer = Peer(settings, clock, kind, at)
    error = session(lambda: micropop.Client(peer, pool, TIMEOUT), way, stored)
    assert peer.closed, "the connection was left open"
    assert pool.free == pool.total, "a packet is missing"
    assert b"tanstaaf" not in pool.memory, "the password lies in the pool"
    assert "tanstaaf" not in str(error)
    check_nothing_is_lost(settings, stored, mails)
    taken = clock.now - start
    assert taken <= (peer.commands + peer.sent // pool.payload_size + 2) * TIMEOUT * 1000, "longer than the deadlines"
    if kind in ("silence", "silence after"):
        assert taken <= TIMEOUT * 1000 + 500, "longer than one deadline"
    elif kind != "trickle" and kind not in ("error", "garbage"):
        assert taken == 0, "waited although the connection was gone"
    return error, peer


def lengths(way: str) -> tuple[int, int]:
    """How many bytes server and client send in a session without faults."""
    clock, settings = Clock(), fresh()
    pool = micropop.PacketPool(*POOLS[way])
    error, peer = one_session(settings, clock, pool, way)
    assert error is None and not left(settings)
    return peer.sent, peer.heard


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", AT_ITS_BYTES + AT_OURS)
def test_a_fault_at_every_byte(clock, way, kind):
    pool = micropop.PacketPool(*POOLS[way])
    sent, heard = lengths(way)
    for at in range(heard if kind in AT_OURS else sent):
        settings = fresh()
        try:
            error, _ = one_session(settings, clock, pool, way, kind, at)
            if kind != "trickle":
                assert error is not None or kind in ("error", "garbage"), "no error"
            error, _ = one_session(settings, clock, pool, way)
            assert error is None, f"the next session failed: {error!r}"
            assert left(settings) == [], "the next session left mails behind"
        except Exception as problem:
            raise AssertionError(f"{kind} at byte {at}: {problem}") from problem


@pytest.mark.parametrize("way", WAYS)
def test_a_trickle_is_borne_as_long_as_a_payload_comes_in_time(clock, way):
    """One byte every 7 seconds is too slow for a payload in 10, but not for the last byte of all."""
    pool = micropop.PacketPool(*POOLS[way])
    sent, _ = lengths(way)
    error, _ = one_session(fresh(), clock, pool, way, "trickle", sent - 1)
    assert error is None
    error, _ = one_session(fresh(), clock, pool, way, "trickle", sent - 5)
    assert isinstance(error, micropop.Timeout)


# -- over real sockets


class FailingInTurn(Scripted):
    """Every other connection has the next fault of a list; the one after it has none, and finds what is left.

    :ivar remaining: for each fault, the numbers of the mails that it left in the mailbox
    """

    def __init__(self, faults: list[Fault]):
        self._connections_made = itertools.count()
        self._faults = faults
        self.remaining: list[list[int]] = []
        super().__init__(USERS, MAILS)

    @property
    def fault(self) -> Fault | None:
        turn = next(self._connections_made)
        mailbox = self.settings.mailboxes["mrose"]
        if turn % 2:
            uids = list(Mailbox(MAILS).mails)
            self.remaining.append([number for number, uid in enumerate(uids, 1) if uid in mailbox.mails])
            return None
        mailbox.mails = Mailbox(MAILS).mails
        return self._faults[turn // 2]

    @fault.setter
    def fault(self, _: None) -> None:
        pass


def sample(way: str, step: int, slow_step: int) -> list[Fault]:
    """Faults at every so many bytes; those that cost a deadline less often.

    A server that goes on behind half a reply cannot be told from one that does not where commands are in flight.
    """
    sent, _ = lengths(way)
    return [
        Fault(at, kind, interval=0.002)
        for kind in FAULTS
        if way == "in turn" or kind not in ("error", "garbage")
        for at in range(0, sent + 60, slow_step if kind in ("silence", "error", "garbage") else step)
    ]


@pytest.mark.parametrize("way", WAYS)
def test_faults_over_real_sockets(way):
    faults = sample(way, 53, 211)
    before = threading.active_count()
    with FailingInTurn(faults) as server:
        for i, fault in enumerate(faults):
            pool = micropop.PacketPool(*POOLS[way])
            stored: dict[int, bytes] = {}
            session(_connect(server, pool, 0.15), way, stored)
            assert pool.free == pool.total, fault
            again: dict[int, bytes] = {}
            error = session(_connect(server, pool, 5), way, again)
            assert error is None, (fault, error)
            found = dict(enumerate(MAILS, 1))
            assert all(found[number] == mail for number, mail in stored.items()), fault
            gone = set(found) - set(server.remaining[i])
            assert gone <= set(stored), fault
            assert sorted(again.values()) == sorted(found[number] for number in server.remaining[i]), fault
            assert not server.settings.mailboxes["mrose"].mails, fault
    assert threading.active_count() == before


def _connect(server: Scripted, pool: micropop.PacketPool, timeout: float):
    return lambda: micropop.connect(server.host, server.port, pool=pool, tls=False, timeout=timeout)


def test_faults_on_the_32_bit_micropython():
    way = "in turn"
    faults = sample(way, 53, 311)
    with FailingInTurn(faults) as server:
        environment = dict(os.environ, MICROPYPATH=f"{compile_tree()}:{ROOT}")
        program = ROOT / "host_tests" / "faults" / "board.py"
        arguments = (server.host, server.port, len(faults), way, *POOLS[way])
        done = subprocess.run(
            vm.find().command(program, *map(str, arguments), heapsize="64K"),
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr
        reports = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(reports) == len(faults)
        digests = {number: hashlib.sha256(mail).hexdigest() for number, mail in enumerate(MAILS, 1)}
        for fault, report, remaining in zip(faults, reports, server.remaining, strict=True):
            assert report["free"] == POOLS[way][1], fault
            assert report["open"] == reports[0]["open"], (fault, "a socket is open")
            stored = {int(number): digest for number, digest in report["stored"].items()}
            assert all(digests[number] == digest for number, digest in stored.items()), fault
            assert set(digests) - set(remaining) <= set(stored), fault
            assert report["next"] == "", (fault, report["next"])
            assert sorted(report["again"]) == sorted(digests[number] for number in remaining), fault
        assert {"ConnectionLost", "Timeout", "TemporaryFailure", "ProtocolError"} <= {r["error"] for r in reports}

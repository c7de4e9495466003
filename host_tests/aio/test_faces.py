"""The two faces have the same commands, with the same parameters and the same docstrings; and where asyncio cannot wait
for sockets, an error says so."""

import asyncio
import inspect
import sys

import micropop
import micropop.aio
import pytest
from micropop.aio.batch import AsyncBatch
from micropop.aio.listing import AsyncListing
from micropop.aio.message import AsyncMessage
from micropop.batch import Batch
from micropop.listing import Listing
from micropop.message import Message

from host_tests.servers.scripted import Fault

NOT_AWAITED = {"close", "retrieve", "top", "list", "uidl", "languages", "retrieve_many"}
PAIRS = (
    (micropop.Client, micropop.aio.AsyncClient),
    (Message, AsyncMessage),
    (Listing, AsyncListing),
    (Batch, AsyncBatch),
)


def public(kind: type) -> dict:
    return {name: value for name, value in inspect.getmembers(kind) if name[0] != "_"}


@pytest.mark.parametrize(("blocking", "other"), PAIRS)
def test_the_methods_and_their_signatures(blocking, other):
    assert list(public(blocking)) == list(public(other))
    for name, value in public(blocking).items():
        if callable(value):
            found = getattr(other, name)
            assert inspect.signature(value) == inspect.signature(found), name
    assert list(inspect.signature(blocking).parameters)[:1] == list(inspect.signature(other).parameters)[:1]


def test_the_parameters_of_a_client_and_of_connect():
    assert inspect.signature(micropop.Client) == inspect.signature(micropop.aio.AsyncClient)
    assert inspect.signature(micropop.connect) == inspect.signature(micropop.aio.connect)


def test_the_docstrings():
    for name, value in public(micropop.Client).items():
        assert inspect.getdoc(value) == inspect.getdoc(getattr(micropop.aio.AsyncClient, name)), name
    for blocking, other in PAIRS[1:]:
        for name, value in public(blocking).items():
            if callable(value) and name != "save":  # whose stream may be asynchronous
                assert inspect.getdoc(value) == inspect.getdoc(getattr(other, name)), name
            if callable(value) and inspect.getdoc(value):
                assert inspect.getdoc(getattr(other, name)), name


class Silent:
    """A transport on which nothing comes."""

    def readinto(self, buf):
        return None

    def write(self, buf):
        return None

    def close(self):
        pass


def test_what_is_awaited():
    class Transport(Silent):
        waiting = None

    client = micropop.aio.AsyncClient(Transport(), micropop.PacketPool(64, 1))
    arguments = {"login": ("a", "b"), "retrieve_many": ([1],), "size": (1,), "uid": (1,), "delete": (1,)}
    arguments |= {"retrieve": (1,), "top": (1,)}
    for name, value in public(micropop.aio.AsyncClient).items():
        if callable(value) and name != "close":
            found = getattr(client, name)(*arguments.get(name, ()))
            assert inspect.isawaitable(found) == (name not in NOT_AWAITED), name
            if inspect.iscoroutine(found):
                found.close()


@pytest.mark.parametrize("how", [{"radio": object()}, {}])
def test_circuitpython_is_told(monkeypatch, how):
    if not how:
        monkeypatch.setattr(sys.implementation, "name", "circuitpython")
    with pytest.raises(micropop.Error) as caught:
        asyncio.run(micropop.aio.connect("localhost", 1, tls=False, **how))
    assert isinstance(caught.value, micropop.InvalidState)
    assert "CircuitPython" in str(caught.value) and "micropop.connect()" in str(caught.value)
    if not how:
        with pytest.raises(micropop.InvalidState):
            micropop.aio.AsyncClient(Silent(), micropop.PacketPool(64, 1))


class Proactor(asyncio.SelectorEventLoop):
    """Windows' proactor event loop in what it cannot do."""

    def add_reader(self, *_):
        raise NotImplementedError

    add_writer = add_reader


def test_a_loop_that_cannot_watch_sockets_is_told(scripted):
    scripted.fault = Fault(0, "silence")  # so that there is something to wait for

    async def main():
        await micropop.aio.connect(scripted.host, scripted.port, tls=False)

    with asyncio.Runner(loop_factory=Proactor) as runner, pytest.raises(micropop.InvalidState) as caught:
        runner.run(main())
    assert "SelectorEventLoop" in str(caught.value)


def test_bytes_that_tls_holds_back_are_read(scripted):
    """A whole reply in one record, read in small pieces: the socket has nothing more to tell."""
    pool = micropop.PacketPool(64, 2)

    async def main():
        ca = scripted.ca_der.read_bytes()
        client = await micropop.aio.connect(scripted.host, scripted.tls_port, ca=ca, pool=pool, timeout=5)
        async with client:
            await client.login("mrose", "tanstaaf")
            found = []
            for number in range(1, (await client.stat())[0] + 1):
                mail = b""
                async with client.retrieve(number) as message:
                    async for packet in message:
                        mail += packet.data
                found.append(mail)
            await client.quit()
            return found

    assert asyncio.run(main()) == scripted.mails("mrose")
    assert pool.free == pool.total


def test_a_misspelt_name():
    with pytest.raises(AttributeError):
        micropop.aio.conect  # noqa: B018

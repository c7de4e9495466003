"""An interface that shows itself, to people at a prompt and to editors: dir(), and what a slip says."""

import sys

import micropop

from host_tests.behaviour.layers import connected
from host_tests.behaviour.talking import Talking, raises

LAYERS = ["waiting"]

COMMANDS = (
    "login stat size uid list uidl check retrieve top retrieve_many delete reset noop capabilities utf8 language"
    " languages quit close discard"
).split()
KNOWN = "state greeting user method pipelining deleted pool transport timeout idle leftover".split()
ERRORS = (
    "Error ProtocolError ConnectionLost TLSError Timeout ServerError AuthenticationError InUse LoginDelay"
    " TemporaryFailure PermanentFailure PoolEmpty PayloadTooSmall InvalidState InvalidIndex InvalidArgument"
    " CleartextRefused LimitExceeded StoreError StoreFull"
).split()


def test_dir_of_a_client_shows_every_command():
    with Talking(logged_in=False) as talk, talk.connect() as client:
        for thing in (client, micropop.Client):
            shown = dir(thing)
            assert not [name for name in COMMANDS if name not in shown]
        assert all(callable(getattr(client, name)) for name in COMMANDS)


def test_dir_of_a_client_shows_nothing_else():
    with Talking(logged_in=False) as talk, talk.connect() as client:
        public = [name for name in dir(client) if not name.startswith("_")]
        assert not [name for name in public if name not in COMMANDS + KNOWN], public


def test_what_is_known_of_a_session_can_be_read():
    with Talking(logged_in=False) as talk, talk.connect() as client:
        for name in KNOWN:
            getattr(client, name)
        assert client.state == "AUTHORIZATION" and client.greeting == b"+OK ready"
        assert client.user is None and client.method is None and client.pipelining is None and client.deleted == 0


def test_a_client_of_ones_own_transport_waits_thirty_seconds():
    for face in (micropop.Client, micropop.aio.AsyncClient):
        with Talking(logged_in=False) as talk:
            client = face(connected(talk.server, talk.clock), talk.pool)
            assert client.timeout == 30000
            client.close()


def test_a_slip_names_the_class_and_the_name():
    with Talking(logged_in=False) as talk, talk.connect() as client:
        for name in ("retreive", "dele", "session", "statt"):
            text = str(raises(AttributeError, getattr, client, name))
            assert "Client" in text and name in text, text


def test_the_module_has_what_it_names():
    for name in ERRORS:
        assert issubclass(getattr(micropop, name), micropop.Error)
    assert callable(micropop.connect) and callable(micropop.Client) and callable(micropop.PacketPool)
    assert micropop.__version__.count(".") == 2


def test_a_slip_in_the_module_names_it():
    for name in ("conect", "Timeoutt", "Stores", "errors_"):
        text = str(raises(AttributeError, getattr, micropop, name))
        assert "micropop" in text and name in text, text


def test_dir_of_the_module_shows_what_is_public():
    shown = dir(micropop)
    if sys.implementation.name == "cpython":  # MicroPython has no __dir__: it shows names that its firmware knows
        assert not [name for name in ERRORS + ["connect", "store", "poplib", "netx"] if name not in shown]
    assert not [name for name in ("Client", "PacketPool", "connect", "__version__") if name not in shown]

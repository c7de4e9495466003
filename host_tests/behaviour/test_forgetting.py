"""What is loaded for a moment is forgotten again on a board, and the exceptions stay what they are."""

import gc
import sys

try:
    from weakref import ref
except ImportError:  # a board counts the memory instead
    ref = None

import micropop
import micropop.memory as memory  # noqa: PLR0402  which needs no name of the package's
from micropop.errors.problems import explain, problem
from micropop.memory import forgetting

from host_tests.behaviour.talking import raises

LAYERS = ["waiting"]  # no connection is made

ADVICE = "micropop.errors.advice.calls"  # a module that nothing else needs meanwhile


def load(name):
    return __import__(name, None, None, ("TEXTS",))


def loaded():
    return {name for name in sys.modules if name.startswith("micropop")}


class Board:
    """CPython does as a board meanwhile, which has no other thread."""

    def __enter__(self):
        self.before = memory.FORGETS
        memory.FORGETS = True
        for name in sorted(sys.modules):
            if name.startswith(("micropop.errors.advice", "micropop.errors.meanings")):
                memory.forget(name)

    def __exit__(self, *_):
        memory.FORGETS = self.before


def test_what_a_block_loads_is_forgotten():
    with Board():
        with forgetting():
            first = load(ADVICE)
            assert ADVICE in sys.modules
        assert ADVICE not in sys.modules
        assert "advice" not in micropop.errors.__dict__
        again = load(ADVICE)
        assert again is not first and again.TEXTS == first.TEXTS


def test_a_package_s_own_module_is_forgotten_and_stays_if_it_was_there():
    names = ("another", "another.part", "anothers")
    with Board():
        try:
            for before in ((), names[:1]):
                for name in before:
                    sys.modules[name] = memory
                with forgetting("another"):
                    for name in names:
                        sys.modules[name] = memory
                assert tuple([name for name in names if name in sys.modules]) == before + (names[2],)
            with forgetting(None):
                here = load(ADVICE)
            assert sys.modules[ADVICE] is here
        finally:
            for name in names:
                sys.modules.pop(name, None)


def test_what_was_there_before_stays():
    with Board():
        here = load(ADVICE)
        with forgetting():
            assert load(ADVICE) is here
        assert sys.modules[ADVICE] is here


def test_blocks_stand_in_one_another():
    with Board():
        with forgetting():
            with forgetting():
                load(ADVICE)
            assert ADVICE not in sys.modules
            here = load(ADVICE)
            with forgetting():
                pass
            assert sys.modules[ADVICE] is here
        assert ADVICE not in sys.modules


def test_what_a_block_raises_comes_out():
    def fail():
        with forgetting():
            load(ADVICE)
            raise KeyError("it")

    with Board():
        assert raises(KeyError, fail).args == ("it",)
        assert ADVICE not in sys.modules


class Cycle:
    """Holds itself, as a module does by its functions."""

    def __init__(self):
        self.itself = self
        self.data = bytearray(2000)


def test_the_memory_of_what_is_forgotten_is_free_at_once():
    gc.collect()
    left = None
    with Board():
        before = gc.mem_alloc() if ref is None else 0
        with forgetting("another"):
            sys.modules["another"] = Cycle()
            if ref is not None:
                left = ref(sys.modules["another"])
        assert gc.mem_alloc() < before + 1000 if ref is None else left() is None


def test_where_memory_is_too_short_to_tell_what_was_loaded_it_stays():
    class Short(forgetting):
        short = False

        def match(self, name):
            if self.short:
                raise MemoryError
            return super().match(name)

    with Board():
        guard = Short()
        guard.short = True
        with guard:
            here = load(ADVICE)
            guard.short = False
        assert sys.modules[ADVICE] is here
        memory.forget(ADVICE)
        guard = Short()
        with guard:
            here = load(ADVICE)
            guard.short = True
        assert sys.modules[ADVICE] is here


def test_exceptions_stay_what_they_are():
    with Board():
        with forgetting():
            from micropop.errors import AuthenticationError, Error, InvalidState, StoreFull
        for name, kind in (
            ("AuthenticationError", AuthenticationError),
            ("Error", Error),
            ("InvalidState", InvalidState),
            ("StoreFull", StoreFull),
        ):
            assert getattr(micropop, name) is kind
            assert getattr(micropop.errors, name) is kind
        assert type(problem("busy")) is InvalidState
        assert type(problem("reply", b"-ERR no", "tanstaaf", True)) is AuthenticationError


def test_an_error_leaves_nothing_but_its_exception_behind():
    with Board():
        after = []
        for _ in range(2):  # the exceptions are loaded at the first time, and stay
            for situation in (("closed",), ("timeout", 5), ("line", b"x", "tanstaaf"), ("count", "lines", -1)):
                problem(*situation)
            problem("reply", b"-ERR maildrop locked \xff", "tanstaaf", True)
            after.append(loaded())
        assert after[0] == after[1]
        assert not [name for name in after[1] if "advice" in name or "meanings" in name]


def test_names_that_there_are_not():
    raises(AttributeError, getattr, micropop.errors, "Nonsense")
    raises(AttributeError, getattr, micropop.errors, "StoreNonsense")
    raises(AttributeError, getattr, micropop.errors, "calls:PoolEmpty")
    raises(AttributeError, getattr, micropop, "Nonsense")


def test_every_exception_is_an_error_of_micropop():
    for kind, status, fatal, retry in (
        (micropop.PoolEmpty, 0x01, False, True),
        (micropop.PayloadTooSmall, 0xB6, False, False),
        (micropop.InvalidState, 0xB7, False, False),
        (micropop.InvalidIndex, 0xB8, False, False),
        (micropop.InvalidArgument, 0xB1, False, False),
        (micropop.CleartextRefused, 0xB3, False, False),
        (micropop.LimitExceeded, 0xB5, False, False),
        (micropop.ProtocolError, 0xB4, True, False),
        (micropop.ConnectionLost, 0x38, True, True),
        (micropop.TLSError, 0x38, True, False),
        (micropop.Timeout, 0x1A, True, True),
        (micropop.ServerError, 0xB4, False, False),
        (micropop.AuthenticationError, 0xB3, False, False),
        (micropop.InUse, 0xB4, False, True),
        (micropop.LoginDelay, 0xB4, False, True),
        (micropop.TemporaryFailure, 0xB4, False, True),
        (micropop.PermanentFailure, 0xB4, False, False),
        (micropop.StoreError, 0xB4, False, False),
        (micropop.StoreFull, 0xB4, False, False),
    ):
        assert issubclass(kind, micropop.Error)
        assert (kind.status, kind.fatal, kind.retry) == (status, fatal, retry), kind


def test_situations_that_change_their_exception():
    leftover = problem("leftover", 262144)
    assert type(leftover) is micropop.LimitExceeded and leftover.fatal and "262144" in str(leftover)
    stream = problem("stream", 30000)
    assert type(stream) is micropop.Timeout and not stream.fatal and stream.retry
    assert problem("no mail", 7, 3).status == 0xB2
    assert problem("wrong-host", "it").reason == "wrong-host"
    assert type(problem("other size", 1, 100, 7)) is micropop.ProtocolError
    assert "app password" not in str(problem("APOP"))


def test_what_a_transport_raised():
    class Knowing:
        def explain(self, error):
            return "dates" if error.args == (-9984,) else None

    lost = OSError(104)
    for transport in (object(), Knowing()):
        assert type(explain(lost, transport)) is micropop.ConnectionLost
        for code in (110, 116, 60, -110, "timed out"):
            assert type(explain(OSError(code), transport)) is micropop.Timeout, code
        for other in (KeyError("x"), ValueError("y")):
            assert explain(other, transport) is other
    assert explain(OSError(-9984), Knowing()).reason == "dates"
    assert explain(ValueError(-9984), Knowing()).reason == "dates"


def test_where_the_words_do_not_fit_the_memory_the_situation_is_told():
    class Full:
        def __getitem__(self, name):
            raise MemoryError

    with Board():
        texts = load("micropop.errors.advice.order")
        words, texts.TEXTS = texts.TEXTS, Full()
        try:
            error = problem("closed")
        finally:
            texts.TEXTS = words
        assert type(error) is micropop.InvalidState and str(error) == "closed"


def test_where_a_servers_words_do_not_fit_the_memory_their_kind_is_told():
    def full(*_):
        raise MemoryError

    with Board():
        readable = load("micropop.errors.readable")
        text_of, readable.text_of = readable.text_of, full
        try:
            error = problem("reply", b"-ERR [IN-USE] tanstaaf", "tanstaaf", True)
        finally:
            readable.text_of = text_of
        assert type(error) is micropop.InUse and "tanstaaf" not in str(error)


def test_errors_are_made_though_the_package_does_not_know_their_module():
    """As where memory was short when it was loaded: MicroPython sets the attribute last."""
    module = micropop.errors
    for name in ("situations", "refusals"):
        sys.modules.pop("micropop.errors." + name, None)
    del micropop.errors
    try:
        assert isinstance(problem("timeout", 1000), module.Timeout)
        assert isinstance(problem("reply", b"-ERR no", None, False), module.ServerError)
    finally:
        micropop.errors = module

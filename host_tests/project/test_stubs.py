"""The type stubs tell what the modules have, editors find them, and no board gets them."""

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import micropop
import pytest

from boards.shared import payload
from boards.shared.payload import Sources
from boards.tools.paths import LIB, ROOT
from host_tests.behaviour.talking import Talking
from host_tests.project import stubs

PACKAGE = LIB / "micropop"
SLIPS = {
    "a parameter that is not there": ("client.pyi", "def noop(self)", "def noop(self, often: int)"),
    "a parameter that is missing": ("client.pyi", 'def language(self, tag: str = "*")', "def language(self)"),
    "another default": ("client.pyi", "lines: int = 0", "lines: int = 1"),
    "a name that is missing": ("netx.pyi", "NX_SUCCESS: int\n", ""),
    "a name that is not there": ("netx.pyi", "NX_SUCCESS: int\n", "NX_SUCCESS: int\nNX_LUCK: int\n"),
    "a class that is missing": ("errors/calls.pyi", "class PoolEmpty(Error): ...\n", ""),
}


def test_stubs_say_what_the_modules_have(tmp_path: Path):
    assert not stubs.differences(LIB, tmp_path)


@pytest.mark.parametrize("slip", SLIPS)
def test_a_stub_that_is_wrong_is_noticed(tmp_path: Path, slip: str):
    name, right, wrong = SLIPS[slip]
    lib = tmp_path / "lib"
    shutil.copytree(LIB, lib)
    stub = lib / "micropop" / name
    text = stub.read_text()
    assert right in text
    stub.write_text(text.replace(right, wrong))
    assert stubs.differences(lib, tmp_path)


def test_each_stub_lies_beside_its_module():
    for stub in PACKAGE.rglob("*.pyi"):
        assert stub.with_suffix(".py").is_file(), f"{stub.name} is left over: its module is gone"
    assert (PACKAGE / "py.typed").is_file()


def test_all_that_is_public_has_a_stub():
    public = {f"micropop.{name}" for name in dir(micropop)} & stubs.names(LIB, ".py")
    assert public >= {"micropop.poplib", "micropop.netx", "micropop.store"}
    others = ("batch", "client", "connection", "errors", "listing", "memory", "message", "packets")
    public |= {f"micropop.{name}" for name in others}
    assert public <= stubs.names(LIB, ".pyi")


def attributes(stub: str, name: str) -> Iterator[tuple[str, str]]:
    """The attributes of a class, in a stub: (name, type)."""
    tree = ast.parse((PACKAGE / stub).read_text())
    found = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    for node in found.body:
        if isinstance(node, ast.AnnAssign):
            yield ast.unparse(node.target), ast.unparse(node.annotation)
        elif isinstance(node, ast.FunctionDef) and [ast.unparse(it) for it in node.decorator_list] == ["property"]:
            yield node.name, ast.unparse(node.returns)


def fits(value: object, kind: str) -> bool:
    """Whether a value is of a type, as far as that is one of Python's own; others are taken as they are."""
    try:
        return isinstance(value, eval(kind, {"float": int | float}))
    except (NameError, TypeError):
        return True


def test_attributes_in_the_stubs_are_there(tmp_path: Path):
    mail = b"+OK 6 octets\r\nmail\r\n.\r\n"
    error = micropop.ServerError("SYS/TEMP", "not now")
    (tmp_path / "token").write_text("1//refresh\n")
    store = micropop.store.Store(str(tmp_path / "mail"))
    (tmp_path / "mail" / "00000001-0123456789abcd.eml").write_bytes(b"mail\r\n")
    with Talking((b"UIDL\r\n", b"+OK\r\n1 a\r\n.\r\n"), (b"RETR 1\r\n", mail)) as talk, talk.login() as client:
        listing = client.uidl()
        assert list(listing) == [(1, b"a")]
        message = client.retrieve(1)
        packet = next(message)
        of = [
            ("client.pyi", "Commands", client),
            ("packets/__init__.pyi", "PacketPool", talk.pool),
            ("packets/__init__.pyi", "Packet", packet),
            ("message.pyi", "Message", message),
            ("listing.pyi", "Listing", listing),
            ("session/__init__.pyi", "Session", client._session),
            ("errors/root.pyi", "Error", error),
            ("errors/server.pyi", "ServerError", error),
            ("errors/connection.pyi", "TLSError", micropop.TLSError()),
            ("oauth/__init__.pyi", "Token", micropop.oauth.Token(str(tmp_path / "token"), "google", "id")),
            ("store/__init__.pyi", "Store", store),
            ("store/poll.pyi", "Poll", store.poll()),
            ("store/files.pyi", "Mail", next(store.mails())),
        ]
        for stub, name, thing in of:
            there = list(attributes(stub, name))
            assert there
            for attribute, kind in there:
                value = getattr(thing, attribute)
                assert fits(value, kind), f"{name}.{attribute} is {value!r}, no {kind}"
        for name in vars(client):
            assert name.startswith("_") or name in dict(attributes("client.pyi", "Commands")), name
        message.discard()


@pytest.mark.parametrize("platform", ["micropython", "circuitpython"])
def test_no_board_gets_what_is_for_editors_and_readers(platform: str):
    assert list(PACKAGE.rglob("*.pyi"))
    for target, path in (payload.modules(platform, Sources()) | payload.entries(platform, Sources())).items():
        assert path.suffix in (".py", ".toml", ".der"), target


def test_mip_copies_no_stubs():
    assert ".pyi" not in (ROOT / "package.json").read_text()
    assert "py.typed" not in (ROOT / "package.json").read_text()

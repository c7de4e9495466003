"""What is public is documented: in the READMEs, and where help() finds it."""

import inspect
import pydoc
import re

import micropop
import pytest

from boards.tools.paths import LIB, ROOT
from host_tests.behaviour.talking import Talking

COMMANDS = [name for name in vars(micropop.Client) | vars(micropop.client.Commands) if not name.startswith("_")]


@pytest.fixture(scope="module")
def readmes() -> str:
    return "".join((place / "README.md").read_text(encoding="utf-8") for place in (ROOT, LIB))


def test_every_public_name_of_a_client_is_in_a_readme(readmes: str):
    documented = set(re.findall(r"`(\w+)[(`]", readmes)) | set(re.findall(r"client\.(\w+)", readmes))
    with Talking(logged_in=False) as talk, talk.connect() as client:
        public = {name for thing in (client, micropop.Client) for name in dir(thing) if not name.startswith("_")}
    assert len(public) > 20
    assert not public - documented


@pytest.mark.parametrize("name", COMMANDS)
def test_help_tells_of_every_command(name: str):
    function = getattr(micropop.Client, name)
    if not isinstance(inspect.getattr_static(micropop.Client, name), property):
        assert len(inspect.getdoc(function) or "") > 10
        assert re.search(rf"\b{name}\(", pydoc.plain(pydoc.render_doc(micropop.Client)))


def test_help_tells_of_the_module_and_of_connect():
    assert "connect(host, port=None, *," in pydoc.plain(pydoc.render_doc(micropop.connect))
    for name in ("connect", "Client", "PacketPool", "store"):
        assert name in (micropop.__doc__ or "")


def test_what_dir_shows_of_the_module_is_documented(readmes: str):
    for name in set(dir(micropop)) - {"__version__"}:
        assert re.search(rf"`(micropop\.)?{name}\b|import {name}\b|micropop\.{name}\b", readmes), name
        assert inspect.getdoc(getattr(micropop, name)), name

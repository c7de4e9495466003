"""Imports point one way: there is no circle of them, and each room of boards/ needs only those below it."""

from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from boards.tools.paths import ROOT
from host_tests.project import imports

ROOMS = ("lib", "firmware", "boards", "host_tests")
PLACES = (".", "lib", "firmware", "host_tests/store")
"""Where modules are found: the last has programs that MicroPython runs with that folder in its path."""

BELOW = {"commands": {"shared", "tools"}, "shared": {"tools"}, "tools": set(), "virtual": {"tools"}}
"""What each room of boards/ may import, beside itself."""


@cache
def everything() -> imports.Graph:
    return imports.graph(ROOT, ROOMS, PLACES)


def test_there_is_no_circle_of_imports():
    circle = imports.circle(everything())
    assert not circle, "a circle of imports: " + " -> ".join(circle)


@pytest.mark.parametrize("room", BELOW)
def test_a_room_of_boards_needs_only_those_below_it(room: str):
    for path, targets in everything().items():
        if path.startswith(f"boards/{room}/"):
            needed = {target.split("/")[1] for target in targets if target.startswith("boards/")}
            assert needed <= BELOW[room] | {room}, path


@pytest.mark.parametrize("room", ["lib", "firmware", "boards"])
def test_what_is_tested_needs_no_test(room: str):
    for path, targets in everything().items():
        if path.startswith(f"{room}/"):
            assert not [target for target in targets if target.startswith("host_tests/")], path


BACK = {
    "at the top": "from shop.counter import sell",
    "relative": "from . import counter",
    "relative, a name of it": "from .counter import sell",
    "in a function": "def order():\n    import shop.counter",
    "for type checkers": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.counter import sell",
    "by name": "def __getattr__(name):\n    module = 'shop.counter'\n    return __import__(module)",
    "through the package": "from shop import sell",
}


@pytest.mark.parametrize("way", BACK)
def test_a_circle_is_found_and_named(tmp_path: Path, way: str):
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "__init__.py").write_text("from shop.counter import sell\n" if way == "through the package" else "")
    (shop / "counter.py").write_text("from shop import till\nsell = till\n")
    (shop / "till.py").write_text("import shop.store\n")
    (shop / "store.py").write_text(BACK[way] + "\n")
    circle = imports.circle(imports.graph(tmp_path, ["shop"]))
    inside = {"shop/counter.py", "shop/till.py", "shop/store.py"}
    if way == "through the package":
        inside.add("shop/__init__.py")
    assert set(circle) == inside and circle[0] == circle[-1]
    for path, target in pairwise(circle):
        assert target in imports.graph(tmp_path, ["shop"])[path]


def test_modules_of_the_same_name_elsewhere_are_no_circle(tmp_path: Path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "time.py").write_text("from shop.clock import hands\n")
    (tmp_path / "shop" / "clock.py").write_text("from time import time as hands\n")
    assert not imports.circle(imports.graph(tmp_path, ["shop"]))

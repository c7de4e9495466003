"""The faults that are made: all of Cosmic Ray's, and one more: a statement is forgotten."""

import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import cosmic_ray.plugins
from cosmic_ray.commands.init import init
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import WorkItem
from parso.python.tree import Keyword

__all__ = ["Forget", "install", "sample"]

IDENTITY = ("_Is_Eq", "_IsNot_NotEq")  # the same in a library without a class that has ``__eq__``


class Forget(Operator):
    """An operator that leaves out a call whose result nobody takes, or an assignment to more than a plain name."""

    def mutation_positions(self, node):
        if getattr(node.parent, "type", "") == "simple_stmt" and node.parent.children[0] is node:
            first = node.children[0] if node.type == "expr_stmt" else node
            called = node.type == "atom_expr" and node.children[-1].children[0] == "("
            assigned = node.type == "expr_stmt" and (first.type == "atom_expr" or node.children[1].type == "operator")
            assigned = assigned and (first.type == "atom_expr" or node.children[1].value != "=")
            if called or assigned:
                yield node.start_pos, node.end_pos

    def mutate(self, node, index):
        return Keyword("pass", node.start_pos, node.get_first_leaf().prefix)

    @classmethod
    def examples(cls):
        return (
            Example("self.a = 1\nb = 2\n", "pass\nb = 2\n"),
            Example("b = 2\nb += 1\n", "b = 2\npass\n"),
            Example("def f():\n    g(1)\n", "def f():\n    pass\n"),
        )


class Provider(dict):
    """Where Cosmic Ray finds the operators of this project."""


def install() -> None:
    """Make this project's operators known to Cosmic Ray."""
    cosmic_ray.plugins.OPERATOR_PROVIDERS["micropop"] = Provider(Forget=Forget)


def sample(modules: list[Path], work: WorkDB, seed: str) -> tuple[int, Iterator[WorkItem]]:
    """All faults in ``modules``, into ``work``; of each place one, in a random order.

    An arithmetic operator can be replaced by eleven others, which mostly fail alike: of what is one place and one kind
    only one is tried. ``==`` in place of ``is`` is none.

    :param seed: of the order and the choice
    :return: how many places there are, and the faults
    """
    init(modules, work, {})
    places = defaultdict(list)
    for item in sorted(work.work_items, key=_key):
        change = item.mutations[0]
        kind = change.operator_name.split("_")[0]
        if not change.operator_name.endswith(IDENTITY):
            places[change.module_path, change.start_pos, change.end_pos, kind].append(item)
    chance = random.Random(seed)
    chosen = [chance.choice(places[place]) for place in sorted(places)]
    chance.shuffle(chosen)
    return len(chosen), iter(chosen)


def _key(item: WorkItem) -> tuple:
    change = item.mutations[0]
    return str(change.module_path), change.operator_name, change.occurrence

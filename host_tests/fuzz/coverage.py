"""A search guided by the library's own branches: ``python -m host_tests.fuzz.coverage SUBJECT``.

Atheris gives the subject's ``run`` input that reaches ever more of the code; an error in it ends the search. The other
arguments are libFuzzer's options.
"""

import importlib
import pkgutil
import sys

import atheris

# other machines' sockets, and what no server's bytes reach
NOT_HERE = ("micropop.transport", "micropop.store", "micropop.aio.micropython", "micropop.oauth")

with atheris.instrument_imports(include=["micropop"]):
    import micropop

    for module in pkgutil.walk_packages(micropop.__path__, "micropop."):
        if not module.name.startswith(NOT_HERE):
            importlib.import_module(module.name)

SUBJECTS = {"session": "host_tests.fuzz.targets", "mime": "host_tests.mime.both.invariants"}


def main() -> None:
    """Search until an option of libFuzzer's ends it."""
    run = importlib.import_module(SUBJECTS[sys.argv.pop(1)]).run  # now: it takes the instrumented library

    def one(data: bytes) -> None:
        run(data)

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

"""A search guided by the library's own branches: ``python -m host_tests.fuzz.coverage``, and libFuzzer's options.

Atheris gives ``targets.run`` input that reaches ever more of the code; an error in it ends the search.
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

from host_tests.fuzz import targets  # noqa: E402  it takes the instrumented library

if __name__ == "__main__":
    atheris.Setup(sys.argv, targets.run)
    atheris.Fuzz()

"""A search guided by the library's own branches: ``python -m host_tests.fuzz.coverage``, and libFuzzer's options.

Atheris gives ``targets.run`` input that reaches ever more of the code; an error in it ends the search.
"""

import importlib
import pkgutil
import sys

import atheris

NOT_HERE = ("transport", "store", "flash")  # other machines' sockets, and what no server's bytes reach

with atheris.instrument_imports(include=["micropop"]):
    import micropop

    # forgotten modules would have to be loaded and instrumented anew for every input
    micropop.unload = lambda *names: None
    for module in pkgutil.iter_modules(micropop.__path__):
        if not module.name.startswith(NOT_HERE):
            importlib.import_module(f"micropop.{module.name}")

from host_tests.fuzz import targets  # noqa: E402  it takes the instrumented library

if __name__ == "__main__":
    atheris.Setup(sys.argv, targets.run)
    atheris.Fuzz()

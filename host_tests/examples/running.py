"""The examples on a MicroPython with 32-bit words, whose / is a folder with what is on a board's flash."""

import queue
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from boards.virtual import vm
from host_tests import firmware

EXAMPLES = firmware.FIRMWARE / "examples"
MODULES = Path(__file__).parent / "modules"
PATIENCE = 30  # seconds
HEAP = "96K"

START = """
import os, sys
try:
    import vfs
except ImportError:
    vfs = os
flash = vfs.VfsPosix({folder!r})
vfs.umount("/")
vfs.mount(flash, "/")
os.chdir("/")
sys.path[:] = ["", ".frozen", "/lib"]
with open({program!r}) as file:
    exec(file.read())
"""


HAND_OVER = """
import os, sys
sys.path.append("/")
from {example} import on_mail
from micropop.store.files import Mail
for name in sorted(os.listdir("/mail")):
    on_mail(Mail("/mail", name))
"""


class Running:
    """An example that runs; ``printed`` is what it printed so far, line by line."""

    def __init__(self, process: subprocess.Popen):
        self.printed: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._thread = threading.Thread(target=self._read, args=(process,), daemon=True)
        self._thread.start()

    def _read(self, process: subprocess.Popen) -> None:
        for line in process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def until(self, start: str) -> str:
        """The rest of the next line that begins with ``start``. Raises AssertionError if none comes."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._lines.get(timeout=max(0, end - time.monotonic()))
            except queue.Empty:
                line = None
            assert line is not None, f"no {start!r} in {self.printed}"
            self.printed.append(line)
            if line.startswith(start):
                return line[len(start) :]

    def join(self) -> None:
        """Wait until nothing more can be printed."""
        self._thread.join()


@contextmanager
def running(folder: Path, server: Any, program: str, heap: str = HEAP, **changes: str | int) -> Iterator[Running]:
    """An example that runs until the end of the block.

    :param folder: for the flash
    :param server: its first user's mailbox is looked into, by TLS
    :param program: its path on the flash
    :param heap: the board's
    :param changes: of the settings
    """
    files = firmware.programs()
    files |= {"/settings.toml": firmware.toml(firmware.settings(server, **changes))}
    files |= {"/ca.der": server.ca_der.read_bytes()}
    lay(folder, files)
    with subprocess.Popen(
        command(folder, program, heap), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as vm_:
        example = Running(vm_)
        try:
            yield example
        finally:
            vm_.kill()
            example.join()


def lay(folder: Path, files: dict[str, bytes]) -> None:
    """Put these files, the examples, and what stands for a board's own modules into the folder."""
    for path, contents in files.items():
        target = folder / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(contents)
    for path in [*EXAMPLES.glob("*.py"), *EXAMPLES.glob("*.bin")]:
        shutil.copy(path, folder)
    for path in MODULES.glob("*.py"):
        shutil.copy(path, folder / "lib")


def handed_over(
    folder: Path, example: str, mails: list[bytes], then: str = "", heap: str = HEAP, **settings: str | int
) -> list[str]:
    """What an example with ``on_mail`` prints when it is given these mails, line by line.

    :param folder: for the flash
    :param then: more code, which runs after that
    :param heap: of the VM
    :param settings: in settings.toml, besides those that must be there
    """
    values: dict[str, str | int] = {"CIRCUITPY_WIFI_SSID": "home", "POP3_HOST": "h", "POP3_USER": "u"}
    files = firmware.programs() | {
        "/settings.toml": firmware.toml(values | {"POP3_PASSWORD": "p"} | settings),
        "/hand_over.py": (HAND_OVER.format(example=example) + then).encode(),
    }
    for number, mail in enumerate(mails, 1):
        files[f"/mail/{number:08}-0123456789abcd.eml"] = mail
    lay(folder, files)
    return ran(folder, "/hand_over.py", heap).splitlines()


def ran(folder: Path, program: str, heap: str = HEAP) -> str:
    """What a program prints that ends by itself and well."""
    done = subprocess.run(command(folder, program, heap), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def command(folder: Path, program: str, heap: str = HEAP) -> list[str]:
    """What runs a program of the folder's."""
    return vm.find().command("-c", START.format(folder=str(folder), program=program), heapsize=heap)

"""Which tests are to notice a fault in which room: quick ones, most of them on CPython, and the slowest last."""

from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOMS", "Room"]


@dataclass(frozen=True)
class Room:
    """A part of lib/micropop and its tests.

    :param sources: folders and files of lib/micropop
    :param tests: folders and files of host_tests
    :param only: for pytest's ``-k``
    :param apart: sources that do not run on CPython
    """

    sources: tuple[str, ...]
    tests: tuple[str, ...]
    only: str = ""
    apart: tuple[str, ...] = ()

    def modules(self, root: Path) -> list[Path]:
        """The files that are broken, below a copy of the project."""
        found = [root / "lib/micropop" / name for name in self.sources]
        files = [file for path in found for file in (path.rglob("*.py") if path.is_dir() else [path])]
        return sorted(set(files) - {root / "lib/micropop" / name for name in self.apart})

    def command(self) -> list[str]:
        """What pytest is to run, in the copy of the project."""
        return [*(f"host_tests/{name}" for name in self.tests), *(["-k", self.only] if self.only else [])]


BEHAVIOUR = tuple(
    f"behaviour/test_{name}.py"
    for name in (
        "sessions replies segmentation guard pipelining refusals sizes limits quirks packets without_io security"
        " netx_defects stls interface logins heap_lock poplib netx any_order"
    ).split()
)
MODELS = tuple(f"fuzz/properties/test_{name}.py" for name in ("pool", "sessions", "bodies", "client"))

ROOMS = {
    "session": Room(("session",), (*BEHAVIOUR, *MODELS), "not aio and not blocking and not cpython and not python-rp2"),
    "login": Room(
        ("login",),
        tuple(
            f"behaviour/test_{name}.py"
            for name in (
                "logins md5 security refusals replies stls quirks sizes without_io netx poplib limits netx_defects"
            ).split()
        ),
        "not aio and not blocking and not cpython",
    ),
    "packets": Room(
        ("packets", "packet.py"),
        (
            "behaviour/test_packets.py",
            "cpython/test_pool_threads.py",
            MODELS[0],
            *(f"behaviour/test_{name}.py" for name in "sessions sizes guard limits segmentation security".split()),
        ),
        "not aio and not blocking and not cpython] and not circuitpython and not micropython",
    ),
    "client": Room(
        (
            *("client.py", "message.py", "listing.py", "batch.py", "leaving.py", "saving.py", "entering.py"),
            *("connection.py", "memory.py", "opening.py"),
        ),
        (*BEHAVIOUR, "behaviour/test_forgetting.py", MODELS[1]),
        # the commands are both faces'; what STLS changes is of the transports that are there
        "test_sessions and aio or test_stls and not aio or not aio and not python and not micropython",
    ),
    "store": Room(
        ("store",),
        tuple(
            f"store/test_{name}.py"
            for name in (
                "deleting bad_mails identity hostile_server hostile_card store scale newest model damage power_cut"
            ).split()
        ),
        "not dovecot and not courier and not cyrus and not mpopd and not on_a_board",
    ),
    "mime": Room(("mime",), ("mime/both", "mime/test_codecs.py", "mime/test_random.py"), "not board"),
    "aio": Room(
        ("aio",),
        (
            *BEHAVIOUR,
            "behaviour/test_aio.py",
            "mime/both/test_aio.py",
            *(f"aio/test_{name}.py" for name in ("mail", "faces", "waiting", "connecting")),
        ),
        "aio",
        apart=("aio/micropython.py",),
    ),
}

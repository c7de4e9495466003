"""The READMEs: every figure is the stored one, every example runs as pasted, and what stands there is short."""

import json
import os
import re
import shutil
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import micropop
import pytest

from boards.tools.paths import LIB, ROOT
from host_tests import firmware
from host_tests.examples.running import command, lay
from host_tests.project import picture, readme, snippets
from host_tests.project.readme import RESULTS, Results
from host_tests.servers.scripted import Scripted

README = ROOT / "README.md"
HOST = '"mail.example.org"'
USER, PASSWORD = "mrose", "secret"
LINE = 120  # letters; a table cell has a half of it
LETTER = (
    b"From: =?utf-8?q?Z=C3=BCrich?= <zoo@example.org>\r\n"
    b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
    b"Date: Thu, 26 Nov 2026 12:00:00 +0100\r\n"
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="x"\r\n'
    b"\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGl\xc3\xbcck auf\r\n"
    b'--x\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename="cat.png"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--x--\r\n"
)


def blocks() -> list[str]:
    """The README's examples, without the lines before them."""
    return [block.lstrip("\n") for block in snippets.examples(README)]


SESSIONS = [block for block in blocks() if HOST in block and "import network" not in block]
ON_A_BOARD = [block for block in blocks() if HOST in block and "import network" in block]
ON_MAIL = [block for block in blocks() if "def on_mail" in block]
MY_NETWORK = [block for block in blocks() if "def join" in block]


def named(block: str) -> str:
    """What pytest calls an example."""
    return re.sub(r"\W+", " ", block.replace("import micropop", ""))[:50].strip()


# -- figures


def test_what_the_pages_show_is_what_is_stored():
    results = Results()
    for page in readme.PAGES:
        text = page.read_text(encoding="utf-8")
        assert readme.renewed(text, results) == text, f"{page.name}: `make readme` renews it"
    assert readme.PICTURE.read_text(encoding="utf-8") == picture.drawn(results.transcript), "`make readme`"


def test_every_place_is_on_a_page_once():
    found = [it for page in readme.PAGES for _, it, _ in readme.PLACE.findall(page.read_text(encoding="utf-8"))]
    assert sorted(found) == sorted(readme.MAKERS)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A copy of the stored results."""
    return Path(shutil.copytree(RESULTS, tmp_path / "results"))


def differing(stored: Path) -> list[str]:
    results = Results(stored)
    texts = {page: page.read_text(encoding="utf-8") for page in readme.PAGES}
    return [page.parent.name for page, text in texts.items() if readme.renewed(text, results) != text]


@pytest.mark.parametrize(
    ("table", "start", "pages"), [("imports", "import micropop", 1), ("large", "CPython, 4096", 1)]
)
def test_another_figure_is_noticed(stored: Path, table: str, start: str, pages: int):
    found = json.loads((stored / "bench.json").read_text())
    rows = next(it["rows"] for it in found["tables"] if it["name"] == table)
    for row in rows:
        if row["what"].startswith(start) and row["value"]:
            row["value"] *= 3
    (stored / "bench.json").write_text(json.dumps(found))
    assert len(differing(stored)) == pages


def test_another_run_is_noticed(stored: Path):
    (stored / "soak.json").write_text(
        (stored / "soak.json").read_text().replace('that were lost": 0', 'that were lost": 1')
    )
    assert differing(stored) == ["host_tests"]
    transcript = stored / "sim.txt"
    transcript.write_text(transcript.read_text().replace("~ the Wi-Fi is back", "~ the Wi-Fi is there again"))
    assert len(differing(stored)) == 2


def test_a_row_that_is_gone_is_named():
    with pytest.raises(readme.Missing, match="no row 'import nothing' in table 'imports'"):
        Results().row("imports", "import nothing")


def test_the_transcript_shows_nobody_s_computer():
    text = (RESULTS / "sim.txt").read_text(encoding="utf-8")
    assert str(ROOT) not in text and not re.search(r"/(home|root|Users|work)/", text)
    assert all(letter.isprintable() or letter == "\n" for letter in text)


# -- examples


@pytest.fixture
def server() -> Iterator[Scripted]:
    """A mailbox with three mails that people would read."""
    with Scripted({USER: PASSWORD}, [LETTER] * 3) as server:
        yield server


def asked(block: str, server: Scripted) -> str:
    """An example that asks this server; nothing else of it is changed."""
    return block.replace(HOST, f'"localhost", {server.tls_port}')


def test_every_example_is_run():
    others = [it for it in blocks() if it not in SESSIONS + ON_A_BOARD + ON_MAIL + MY_NETWORK]
    assert not others
    assert len(SESSIONS) >= 6 and len(ON_A_BOARD) == len(ON_MAIL) == len(MY_NETWORK) == 1


@pytest.mark.parametrize("block", SESSIONS, ids=named)
def test_an_example_runs_as_pasted(block: str, server: Scripted, tmp_path: Path):
    environment = os.environ | {"PYTHONPATH": str(LIB), "SSL_CERT_FILE": str(server.ca_pem)}
    before = len(server.received)
    shutil.copy(server.ca_der, tmp_path / "ca.der")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", asked(block, server)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert b"QUIT" in [line.strip() for line in server.received[before:]] or "client.quit" not in block
    if "mail.sender" in block:
        assert "Zürich Grüße" in done.stdout and "Glück auf" in done.stdout
    if "part.save" in block:
        (saved,) = tmp_path.glob("*.png")
        assert saved.read_bytes() == b"hello"


@pytest.mark.parametrize("block", ON_A_BOARD, ids=named)
def test_a_program_for_a_board_runs_on_one(block: str, server: Scripted, tmp_path: Path):
    lay(
        tmp_path,
        firmware.programs() | {"/ca.der": server.ca_der.read_bytes(), "/own.py": asked(block, server).encode()},
    )
    done = subprocess.run(command(tmp_path, "/own.py"), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 and "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
    assert "Zürich Grüße" in done.stdout and "Glück auf" in done.stdout


@pytest.mark.parametrize("block", ON_MAIL, ids=named)
def test_on_mail_gets_a_mail_and_reads_it(
    block: str, server: Scripted, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    box = micropop.store.Store(str(tmp_path / "mail"))
    with micropop.connect("localhost", server.tls_port, ca=str(server.ca_der)) as client:
        client.login(USER, PASSWORD)
        list(box.fetch(client))
        client.quit()
    namespace: dict = {}
    exec(block, namespace)
    for mail in box.pending():
        namespace["on_mail"](mail)
    assert capsys.readouterr().out.count("Zürich Grüße\nGlück auf") == 3


@pytest.mark.parametrize("block", MY_NETWORK, ids=named)
def test_a_network_of_ones_own_is_joined(block: str, monkeypatch: pytest.MonkeyPatch):
    steps: list[object] = []

    class Lan:
        def active(self, on: bool) -> None:
            steps.append(on)

        def isconnected(self) -> bool:
            return steps.count("feed") == 2

    monkeypatch.setitem(sys.modules, "network", types.SimpleNamespace(LAN=Lan))
    namespace: dict = {}
    exec(block, namespace)
    assert namespace["join"]({}, lambda: steps.append("feed")) is None
    assert steps == [True, "feed", "feed"]


# -- how it reads


@pytest.mark.parametrize("page", [README], ids=lambda page: page.name)
def test_lines_and_cells_are_short(page: Path):
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        assert len(line) <= LINE, f"{page.name}:{number}: {len(line)} letters"
        if line.startswith("|"):
            for cell in line.strip("|").split(" | "):
                shown = re.sub(r"\]\([^)]*\)", "]", cell)
                assert len(shown) <= LINE // 2, f"{page.name}:{number}: a cell of {len(shown)} letters"


def test_every_command_that_is_named_is_one():
    rules = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    for page in snippets.pages():
        for name in re.findall(r"(?:`|^ *)make ([a-z]+)\b", page.read_text(encoding="utf-8"), re.M):
            assert name in rules, f"{page.name}: make {name}"


def test_every_heading_that_is_linked_to_is_there():
    for page in snippets.pages():
        text = page.read_text(encoding="utf-8")
        for target, name in re.findall(r"\]\(([^):]*)#([^)]+)\)", text):
            there = ((page.parent / target) if target else page).read_text(encoding="utf-8")
            headings = [
                re.sub(r"[^\w -]", "", it).lower().replace(" ", "-") for it in re.findall(r"^#+ (.*)", there, re.M)
            ]
            assert name in headings, f"{page.name}: {target}#{name}"

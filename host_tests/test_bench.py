"""The benchmark measures what it says, and what must not depend on the machine is as it should be."""

import json
import poplib

import pytest

from host_tests.bench import memory, rows
from host_tests.bench.interpreters import board, cpython
from host_tests.bench.mailboxes import body, serving


@pytest.fixture(scope="module")
def server():
    with serving() as running:
        yield running


def test_the_mailboxes_speak_pop3(server):
    client = poplib.POP3(server.host, server.port)
    client.user("3x1000")
    client.pass_("any")
    assert client.stat() == (3, 3000)
    assert client.list()[1] == [b"1 1000", b"2 1000", b"3 1000"]
    assert client.uidl(2) == b"+OK 2 uid2"
    _, lines, _ = client.retr(3)
    assert b"\r\n".join(lines) + b"\r\n" == body(1000)
    client.quit()


@pytest.mark.parametrize("octets", [120, 500, 1000, 1_000_000])
def test_a_mail_has_the_size_asked_for_and_no_line_that_starts_with_a_dot(octets):
    mail = body(octets)
    assert len(mail) == octets
    assert mail.endswith(b"\r\n") and mail.count(b"\r") == mail.count(b"\n")
    assert b"\n." not in mail


@pytest.mark.parametrize("payload", [512, 1460])
def test_a_download_allocates_nothing(server, payload):
    found = board().run("packet_heap", server.host, server.port, "1x3000000", payload)
    assert found["bytes"] == 0
    assert found["received"] == 3_000_000
    assert found["packets"] >= 3_000_000 // payload


def test_smallest_heap_is_the_least_that_works(server):
    arguments = ("fetch", server.host, server.port, "1x100000", 512, 2)
    heap = memory.smallest_heap(board(), *arguments)
    assert board().run(*arguments, heapsize=f"{heap}K") == {"received": 100_000}
    with pytest.raises(memory.Failed, match="memory"):
        board().run(*arguments, heapsize=f"{heap - 1}K")


@pytest.mark.parametrize("how", ["micropop", "pipelined", "bare", "find", "readline"])
@pytest.mark.parametrize("interpreter", [board, cpython])
def test_every_way_to_download_gets_all_of_it(server, interpreter, how):
    assert interpreter().run("speed", how, server.host, server.port, "20x1000", 512)["us"] > 0


def test_rows_know_whether_their_target_is_reached(tmp_path):
    table = rows.Table("t", "A title")
    assert table.add("heap", 9000, "B", target=8192) == 9000
    table.add("ratio", 0.9, target=0.8, least=True)
    table.missing("mpop", "no package")
    assert [row.reached for row in table.rows] == [False, True, None]
    text = rows.text_of(table)
    assert "MISSED" in text and "not here: no package" in text and "9,000 B" in text
    rows.write(tmp_path / "bench.json", [table])
    found = json.loads((tmp_path / "bench.json").read_text())
    assert found["tables"][0]["rows"][0] == {
        "what": "heap",
        "value": 9000,
        "unit": "B",
        "target": 8192,
        "least": False,
        "note": "",
        "reached": False,
    }

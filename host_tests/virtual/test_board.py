"""The virtual board, by what people and programs do to it: mpremote, the prompt, resets, Wi-Fi, power cuts."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial
from mpremote.transport import TransportExecError
from mpremote.transport_serial import SerialTransport

from boards.shared import remote
from boards.tools.paths import ROOT
from boards.tools.unavailable import Unavailable
from boards.virtual import board as board_module
from boards.virtual import profile, screen, vm
from boards.virtual.board import VirtualBoard
from host_tests.servers import certificates
from host_tests.servers.scripted import Scripted
from host_tests.shared.eventually import eventually

JOIN = """
import network, time
station = network.WLAN(network.STA_IF)
station.active(True)
station.connect("home", "secret")
while not station.isconnected():
    time.sleep_ms(5)
"""
CONNECT = """
import socket
connection = socket.socket()
connection.connect(socket.getaddrinfo("localhost", {})[0][-1])
"""
BUSY = """
import gc, machine, sys
led = machine.Pin("LED")
while True:
    led.toggle()
    exec("first = [0] * 50\\ndef second(): return first, 'third'\\n")
    gc.collect()
    sys.stdout.write(".")
"""
COUNTING = """
import machine
led = machine.Pin("LED")
for count in range(3):
    print(count)
    try:
        while True:
            led.on()
    except KeyboardInterrupt:
        pass
print(3)
"""
TIMED = """
import machine, time
count = [0]
led = machine.Pin("LED")
def tick(_):
    count[0] += 1
    led.toggle()  # which asks, while the program may be asking too
timer = machine.Timer({})
timer.init(period=10, mode=machine.Timer.PERIODIC, callback=tick)
"""


@pytest.fixture(scope="module")
def pico() -> Iterator[VirtualBoard]:
    with VirtualBoard("rpi_pico_w") as board:
        yield board


@pytest.fixture
def tiny() -> Iterator[VirtualBoard]:
    with VirtualBoard("tiny") as board:
        yield board


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as server:
        yield server


def mpremote(board: VirtualBoard, *arguments: object) -> str:
    command = [sys.executable, "-m", "mpremote", "connect", board.port, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def start(board: VirtualBoard, code: str) -> None:
    """Run something that gives no answer in the end."""
    transport = SerialTransport(board.port)
    transport.enter_raw_repl(soft_reset=False)
    transport.exec_raw_no_follow(code)
    transport.close()


def failure(board: VirtualBoard, code: str) -> str:
    """The last line of the traceback that the code ends with."""
    with pytest.raises(TransportExecError) as caught:
        board.exec(code)
    return str(caught.value).strip().splitlines()[-1]


# --- mpremote ------------------------------------------------------------------------------------------------------


def test_mpremote_exec_eval_and_run(pico: VirtualBoard, tmp_path: Path):
    script = tmp_path / "script.py"
    script.write_text("x = 1\n" * 3000 + "print('ran', x)\n")  # longer than a window of raw-paste mode
    assert mpremote(pico, "exec", "print(40 + 2)") == "42\n"
    assert mpremote(pico, "eval", "'a' * 3") == "aaa\n"
    assert mpremote(pico, "run", script) == "ran 1\n"


def test_mpremote_files(pico: VirtualBoard, tmp_path: Path):
    tree = tmp_path / "tree"
    (tree / "deep").mkdir(parents=True)
    data = bytes(range(256)) * 33
    (tree / "data.bin").write_bytes(data)
    (tree / "deep" / "note.txt").write_text("hello\n")
    mpremote(pico, "cp", "-r", tree, ":")
    assert "data.bin" in mpremote(pico, "ls", ":tree")
    assert mpremote(pico, "cat", ":tree/deep/note.txt") == "hello\n"
    mpremote(pico, "cp", ":tree/data.bin", tmp_path / "back.bin")
    assert (tmp_path / "back.bin").read_bytes() == data
    local = subprocess.run(["sha256sum", tree / "data.bin"], capture_output=True, text=True, check=True).stdout[:64]
    assert local in mpremote(pico, "sha256sum", ":tree/data.bin")
    assert "Up to date" in mpremote(pico, "cp", "-r", tree, ":")
    mpremote(pico, "mkdir", ":made")
    assert "made/" in mpremote(pico, "ls")
    mpremote(pico, "rm", "-r", ":tree")
    mpremote(pico, "rmdir", ":made")
    assert "made/" not in mpremote(pico, "ls")
    assert "/" in mpremote(pico, "df")


def test_mpremote_mip_installs_a_local_package(pico: VirtualBoard, tmp_path: Path):
    (tmp_path / "petal.py").write_text("colour = 'red'\n")
    package = tmp_path / "package.json"
    package.write_text('{"urls": [["petal.py", "petal.py"]], "version": "1"}')
    mpremote(pico, "mip", "install", package)
    assert mpremote(pico, "exec", "import petal; print(petal.colour, petal.__file__)") == "red /lib/petal.py\n"


def test_mpremote_mounts_a_folder_of_the_computer(pico: VirtualBoard, tmp_path: Path):
    data = bytes(range(256)) * 5  # Ctrl-C and line feeds among them
    (tmp_path / "data.bin").write_bytes(data)
    code = "f = open('data.bin', 'rb'); d = f.read(); print(d == bytes(range(256)) * 5, len(d))"
    assert "True 1280" in mpremote(pico, "mount", tmp_path, "exec", code)


def test_mpremote_resets(tiny: VirtualBoard):
    mpremote(tiny, "soft-reset")
    assert tiny.causes[-1] == "soft_reset"
    mpremote(tiny, "reset")
    assert tiny.wait(lambda: "reset" in tiny.causes)
    assert mpremote(tiny, "resume", "exec", "import machine; print(machine.reset_cause())") == "2\n"


# --- the prompt ----------------------------------------------------------------------------------------------------


def typed(board: VirtualBoard, keys: bytes, until: bytes) -> bytes:
    """What the board prints for those keys."""
    board.forget_output()
    with serial.Serial(board.port) as port:
        port.write(keys)
        assert board.wait_for(until), board.output
    return board.output


def test_the_prompt_shows_values_and_tracebacks_without_its_own_part(tiny: VirtualBoard):
    assert b"\r\n42\r\n>>> " in typed(tiny, b"40 + 2\r", b"42\r\n>>> ")
    shown = typed(tiny, b"1 / 0\r", b"zero\r\n>>> ")
    assert shown.endswith(
        b'Traceback (most recent call last):\r\n  File "<stdin>", line 1, in <module>\r\n'
        b"ZeroDivisionError: divide by zero\r\n>>> "
    )


def test_the_prompt_takes_blocks_corrections_and_pasted_text(tiny: VirtualBoard):
    assert b"... " in typed(tiny, b"for i in range(2):\r  print('at', i)\r\r", b"at 1\r\n>>> ")
    typed(tiny, b"print((1,\r2))\r", b"(1, 2)\r\n>>> ")
    typed(tiny, b"'abd\x08c'\r", b"'abc'\r\n>>> ")
    typed(tiny, b"\x1b[A\r", b"'abc'\r\n>>> ")  # up: the last line again
    typed(tiny, b"\x05def f():\r  return 7\r\r  return 8\rf()\rprint(f())\r\x04", b"7\r\n>>> ")


def test_the_prompt_answers_control_keys(tiny: VirtualBoard):
    typed(tiny, b"12\x03", b"12\r\n>>> ")
    typed(tiny, b"\x01", b"raw REPL; CTRL-B to exit\r\n>")
    typed(tiny, b"\x02", b">>> ")
    typed(tiny, b"\x04", b"MPY: soft reboot\r\n")
    assert tiny.wait_for(b">>> ")


def test_ctrl_c_interrupts_a_program(tiny: VirtualBoard):
    typed(tiny, b"while True: pass\r\r", b"... \r\n")
    assert b"KeyboardInterrupt" in typed(tiny, b"\x03", b"\r\n>>> ")


def test_ctrl_c_leaves_the_interpreter_whole_wherever_it_comes(tiny: VirtualBoard):
    """Amid an allocation, a collection or a new name, too: none is locked afterwards."""
    with remote.connected(tiny.port) as link:
        for dots in range(150):
            link.exec_raw_no_follow(BUSY)
            link.read_until(1, b"." * (dots % 4 + 1), timeout=10)
            link.serial.write(b"\x03")
            assert b"KeyboardInterrupt" in link.follow(10)[1]
            assert link.exec("print(len(bytearray(100)), 'ninth')") == b"100 ninth\r\n"


@pytest.mark.parametrize("waits", ["time.sleep(60)", "select.poll().poll(60000)", "sys.stdin.read(1)"])
def test_ctrl_c_ends_waiting_at_once(tiny: VirtualBoard, waits: str):
    with remote.connected(tiny.port) as link:
        link.exec_raw_no_follow(f"import select, sys, time\nprint('waits')\n{waits}")
        link.read_until(1, b"waits", timeout=10)
        link.serial.write(b"\x03")
        assert b"KeyboardInterrupt" in link.follow(10)[1]


def test_a_program_that_catches_ctrl_c_meets_each(tiny: VirtualBoard):
    with remote.connected(tiny.port) as link:
        link.exec_raw_no_follow(COUNTING)
        for count in (b"0", b"1", b"2"):
            link.read_until(1, count, timeout=10)
            link.serial.write(b"\x03")
        assert link.follow(10) == (b"\r\n3\r\n", b"")


def test_ctrl_c_shows_the_program_and_not_what_stands_for_the_hardware(tiny: VirtualBoard):
    typed(tiny, b"import machine\rled = machine.Pin('LED')\rwhile True: led.value()\r\r", b"... \r\n")
    shown = typed(tiny, b"\x03", b"\r\n>>> ")
    assert shown.endswith(
        b'Traceback (most recent call last):\r\n  File "<stdin>", line 1, in <module>\r\nKeyboardInterrupt: \r\n>>> '
    )


def test_a_syntax_error_leaves_the_raw_prompt_in_order(tiny: VirtualBoard):
    assert failure(tiny, "x = (\n" + "y = 1\n" * 200) == "SyntaxError: invalid syntax"
    assert tiny.exec("print('fine')") == "fine\n"


def test_main_runs_at_boot_and_yields_to_ctrl_c(tiny: VirtualBoard):
    tiny.exec("with open('boot.py', 'w') as f: f.write('print(\"boot\" + \"ed\")')")
    tiny.exec("with open('main.py', 'w') as f: f.write('print(\"running\")\\nwhile True: pass')")
    tiny.forget_output()
    tiny.reset()
    assert tiny.wait_for(b"running")
    assert tiny.output.index(b"booted") < tiny.output.index(b"running")
    assert tiny.exec("print('mine')") == "mine\n"
    assert b'File "main.py", line 2' in tiny.output


# --- memory and flash ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["rpi_pico_w", "esp32_generic", "tiny"])
def test_a_program_finds_the_heap_of_the_board(key: str):
    with VirtualBoard(key) as board:
        free = int(board.exec("import gc; gc.collect(); print(gc.mem_free())"))
        heap = board.profile.heap
        assert 0.95 * heap < free <= 1.01 * heap
        piece = int(0.9 * free)
        assert board.exec(f"print(len(bytearray({piece})))") == f"{piece}\n"  # and it is one piece
        assert failure(board, f"bytearray({heap})").startswith("MemoryError")


def test_the_names_of_a_program_take_memory_one_by_one():
    """The interpreter's table of them, which the stand-ins filled, does not double amid a program."""
    names = (
        "import gc\nmost = 0\nfor n in range(800):\n free = gc.mem_free()\n getattr(gc, f'z{n}', None)\n"
        " most = max(most, free - gc.mem_free())\nprint(most)"
    )
    with VirtualBoard("rpi_pico_w") as board:
        assert int(board.exec(names)) < 1000


def test_a_wider_vm_gets_as_many_words(monkeypatch: pytest.MonkeyPatch):
    wide = vm.find(64)
    monkeypatch.setattr(board_module.vm, "find", lambda bits: wide)
    with VirtualBoard("tiny") as board:
        assert abs(board.stats()["heap_free"] - board.profile.heap) <= 256
        assert int(board.exec("import gc; gc.collect(); print(gc.mem_free())")) > 1.8 * board.profile.heap


def test_a_full_flash_says_so_and_the_board_goes_on(tiny: VirtualBoard):
    fill = "f = open('fill', 'wb')\nblock = bytes(2048)\nwhile True:\n f.write(block)"
    assert failure(tiny, fill) == "OSError: 28"
    tiny.power_cut()
    assert tiny.exec("f = open('small', 'w'); f.write('x'); f.close(); print(open('small').read())") == "x\n"


def test_the_image_keeps_what_was_written_and_serves_one_board_at_a_time(tmp_path: Path):
    image = tmp_path / "flash.img"
    with VirtualBoard("tiny", image) as board:
        board.exec("with open('kept', 'w') as f: f.write('yes')")
        with pytest.raises(Unavailable, match="in use"), VirtualBoard("tiny", image):
            pass
    with VirtualBoard("tiny", image) as board:
        assert board.exec("print(open('kept').read())") == "yes\n"
    with pytest.raises(Unavailable, match="remove it"), VirtualBoard("esp32_generic", image):
        pass


RENAME = """
print("found", open("f").read())
with open("g", "w") as file:
    file.write("new")
import os
os.rename("g", "f")
open("later", "w").close()
print("all written")
"""


def test_power_lost_in_the_middle_of_any_block_write_leaves_the_old_or_the_new(tiny: VirtualBoard):
    tiny.exec(f"with open('main.py', 'w') as f: f.write({RENAME!r})")
    found = []
    for write in range(1, 100):
        tiny.exec("with open('f', 'w') as f: f.write('old')")
        tiny.power_cut(off=True)
        tiny.forget_output()
        lives = len(tiny.causes)
        tiny.power_on(cut_after=write)
        assert tiny.wait_for(b"all written")  # in its second life, if the power went in the first
        found.append(re.findall(rb"found (\w+)", tiny.output))
        if len(tiny.causes) == lives + 1:  # so many writes were not needed
            break
    assert found.pop() == [b"old"]
    assert {tuple(lives) for lives in found} == {(b"old", b"old"), (b"old", b"new")}


# --- resets, the watchdog, sleep, the clock, pins ------------------------------------------------------------------


def test_the_watchdog_resets_a_board_that_does_not_feed_it(tiny: VirtualBoard):
    fed = "import machine, time\ndog = machine.WDT(timeout=2000)\n"
    start(tiny, fed + "for i in range(25):\n time.sleep_ms(100)\n dog.feed()\nprint('fed')\nwhile True: pass")
    assert tiny.wait_for(b"fed")  # past the time-out: the feeding held it off
    assert tiny.causes == ["power"]
    assert tiny.wait(lambda: tiny.causes == ["power", "watchdog"])
    assert tiny.exec("import machine; print(machine.reset_cause() == machine.WDT_RESET)") == "True\n"


def test_deep_sleep_keeps_the_clock_and_the_rtc_memory_and_a_power_cut_does_not(tiny: VirtualBoard):
    show = "import machine, time; print(time.gmtime()[0], machine.RTC().memory(), machine.reset_cause())"
    assert tiny.exec(show) == "2000 b'' 1\n"
    tiny.exec("import machine; machine.RTC().datetime((2026, 5, 4, 0, 3, 2, 1, 0)); machine.RTC().memory(b'note')")
    start(tiny, "import machine; machine.deepsleep(50)")
    assert tiny.wait(lambda: tiny.causes == ["power", "deepsleep"])
    assert tiny.exec(show) == "2026 b'note' 4\n"
    start(tiny, "import machine; machine.deepsleep()")
    assert tiny.wait(lambda: tiny.stats()["asleep"])
    tiny.reset()
    assert tiny.exec(show) == "2026 b'note' 2\n"
    tiny.power_cut()
    assert tiny.exec(show) == "2000 b'' 1\n"


def test_the_chips_differ_where_real_ones_do(pico: VirtualBoard, tiny: VirtualBoard):
    epoch = "import time; print(time.gmtime(0)[0], time.mktime((2000, 1, 1, 0, 0, 0, 0, 0)))"
    assert pico.exec(epoch) == "1970 946684800\n"
    assert tiny.exec(epoch) == "2000 0\n"
    assert failure(pico, "import machine; machine.WDT(timeout=8389)").startswith("ValueError")
    assert failure(pico, "import machine; machine.DEEPSLEEP_RESET").startswith("AttributeError")
    assert tiny.exec("import machine; print(machine.DEEPSLEEP_RESET)") == "4\n"


@pytest.mark.parametrize(
    ("key", "platform", "words", "timer"),
    [
        ("rpi_pico_w", "rp2", "Raspberry Pi Pico W with RP2040", ""),
        ("rpi_pico2_w", "rp2", "Raspberry Pi Pico 2 W with RP2350", "-1"),
        ("esp32_generic_s3", "esp32", "Generic ESP32S3 module with ESP32S3", "0"),
    ],
)
def test_a_board_is_of_its_port(key: str, platform: str, words: str, timer: str):
    with VirtualBoard(key) as board:
        ask = "import os, sys; print(sys.platform, os.uname().sysname, sys.implementation._machine, os.uname().machine)"
        assert board.exec(ask) == f"{platform} {platform} {words} {words}\n"
        assert board.exec("print(hasattr(os, 'system'), sys.implementation.name, '/lib' in sys.path)").split() == [
            "False",
            "micropython",
            "True",
        ]
        board.exec(TIMED.format(timer))
        assert int(board.exec("import time; time.sleep_ms(300); print(count[0])")) > 2  # while a program sleeps
        assert board.exec("while count[0] < 20: led.value()\nprint('busy')") == "busy\n"  # ... works and asks
        assert board.wait(lambda: board.stats()["pin_changes"] > 30)  # ... and at the prompt
        board.exec("timer.deinit(); count[0] = 0; time.sleep_ms(50)")
        assert board.exec("time.sleep_ms(50); print(count)") == "[0]\n"


def test_timers_of_both_kinds_and_of_no_such_number(pico: VirtualBoard, tiny: VirtualBoard):
    once = "import machine, time\nmachine.Timer({}, mode=machine.Timer.ONE_SHOT, period=20, callback=print)"
    assert pico.exec(once.format("-1") + "\ntime.sleep_ms(200)").count("Timer") == 1
    assert failure(pico, "import machine; machine.Timer(0)").startswith("ValueError")
    assert failure(tiny, "import machine; machine.Timer(-1)").startswith("ValueError")
    code = "n = []\nt = machine.Timer(freq=50, callback=lambda _: n.append(1))\ntime.sleep_ms(300)\nprint(len(n))"
    assert int(pico.exec(code)) > 2
    pico.exec("t.deinit()")


def test_the_watchdog_of_an_rp2_can_be_seen_and_outlives_a_soft_reset():
    for key, address in (("rpi_pico_w", 0x40058000), ("rpi_pico2_w", 0x400D8000)):
        with VirtualBoard(key) as board:
            asked = f"import machine; print(machine.mem32[{address}] >> 30 & 1)"
            assert board.exec(asked) == "0\n"
            board.exec("machine.WDT(timeout=8388)")
            mpremote(board, "soft-reset")
            assert board.exec(asked) == "1\n"
            board.reset()
            assert board.exec(asked) == "0\n"


def test_the_display_shows_what_a_program_draws(pico: VirtualBoard):
    assert pico.picture() == []
    pico.exec(Path(ROOT, "firmware/examples/ssd1306.py").read_text())
    pico.exec("from machine import I2C, Pin\ni2c = I2C(0, sda=Pin(4), scl=Pin(5)); oled = Oled(i2c)")
    assert pico.exec("print(i2c.scan())") == "[60]\n"
    assert failure(pico, "i2c.writeto(61, b'0')") == "OSError: [Errno 5] EIO"
    pico.exec("oled.rect(0, 0, 128, 64, 1); oled.text('Hi', 8, 8, 1); oled.show()")
    narrow, wide = pico.picture(80), pico.picture(132)
    assert (len(narrow), len(wide)) == (18, 34) and len(narrow[0]) == 66 and len(wide[0]) == 130
    for columns, rows in ((80, 24), (132, 24), (132, 50)):  # what a terminal has room for
        shown = screen.drawing(pico, columns, rows).split("\n")
        assert len(shown) < rows and max(map(len, shown)) <= columns
        assert [line[:1] for line in shown].count("└") == 1
    assert wide[1] == "│█" + "▀" * 126 + "█│" and wide[32] == "│█" + "▄" * 126 + "█│"
    assert wide[5][10:18].rstrip() == "██  ██"  # the letter H
    pico.exec("oled._command(b'\\xae')")
    assert pico.picture() == []
    pico.power_cut()


@pytest.mark.parametrize("newest", ["1.2", "1.3"])
def test_tls_is_no_newer_than_on_a_board(newest: str):
    with Scripted() as server, VirtualBoard("esp32_generic", newest_tls=newest) as board:
        board.exec(JOIN + CONNECT.format(server.tls_port))
        board.exec("import ssl, tls; context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)")
        assert board.exec("print(context.wrap_socket(connection).cipher()[1])") == f"TLSv{newest}\n"
        board.exec("connection.close()\n" + CONNECT.format(server.tls_port))
        board.exec("context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT); context.verify_mode = tls.CERT_NONE")
        assert board.exec("print(context.wrap_socket(connection).cipher()[1])") == f"TLSv{newest}\n"


def test_the_ssl_in_python_takes_roots_from_a_file_or_by_name_alone(tmp_path: Path):
    root = certificates.make(tmp_path).ca_der.read_bytes()
    with VirtualBoard("rpi_pico_w") as board:
        board.exec(f"import ssl; context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT); root = {root!r}")
        board.exec("context.load_verify_locations(cadata=root)")
        board.exec("with open('/ca.der', 'wb') as file: file.write(root)")
        board.exec("context.load_verify_locations('/ca.der')")
        with pytest.raises(TransportExecError, match="ENOENT"):
            board.exec("context.load_verify_locations(root)")


def test_pins_can_be_seen_from_outside(tiny: VirtualBoard):
    code = "import machine; led = machine.Pin('LED', machine.Pin.OUT); led.on(); print(led.value()); led.toggle()"
    assert tiny.exec(code) == "1\n"
    assert tiny.pins == {"LED": 0}
    assert tiny.stats()["pin_changes"] == 2


def test_the_vm_that_crashes_is_started_again(tiny: VirtualBoard):
    start(tiny, "import uctypes; uctypes.bytearray_at(0, 1)[0]")  # a hard fault
    assert tiny.wait(lambda: tiny.causes == ["power", "crash"])
    assert tiny.exec("print('again')") == "again\n"


# --- Wi-Fi ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["rpi_pico_w", "esp32_generic"])
def test_traffic_needs_the_wifi(key: str, server: Scripted):
    with VirtualBoard(key) as board:
        connect = CONNECT.format(server.port)
        assert failure(board, connect).startswith("OSError: -2")
        board.exec(JOIN)
        board.exec(connect)
        assert board.exec("print(connection.readline()[:3])") == "b'+OK'\n"
        board.wifi(False)
        assert board.exec("print(station.isconnected())") == "False\n"
        silent = "connection.settimeout(0.1)\nconnection.write(b'CAPA\\r\\n')\nprint(connection.read(1))"
        assert "ETIMEDOUT" in failure(board, silent)
        assert failure(board, connect.replace("connection", "other")).startswith("OSError: -2")
        board.wifi(True)
        if key == "rpi_pico_w":  # it does not join again by itself
            assert board.exec("print(station.status() < 0)") == "True\n"
            board.exec(JOIN)
        assert board.wait(lambda: board.exec("print(station.isconnected())") == "True\n")
        board.exec("connection.settimeout(20)")
        assert board.exec("print(connection.read(3))") == "b'+OK'\n"  # what was on its way arrives
        board.wifi(False, drop="reset")
        assert "ECONNRESET" in failure(board, "while True: connection.readline() or 1 / 0")
        assert board.stats()["connections"] == 1


def test_a_wrong_password_and_an_unknown_network_are_told_apart():
    with VirtualBoard("esp32_generic", ssid="home", password="secret") as board:
        ask = "import network\ns = network.WLAN()\ns.active(True)\ns.connect({!r}, {!r})\nprint(s.status())"
        assert board.exec(ask.format("away", "secret")) == "201\n"
        assert board.exec(ask.format("home", "guess")) == "202\n"
        board.exec(JOIN)
        assert board.exec("print(station.status() == network.STAT_GOT_IP, station.config('ssid'))") == "True home\n"
        assert board.exec("print(station.scan()[0][0])") == "b'home'\n"


def test_the_network_sets_the_clock(pico: VirtualBoard):
    pico.reset()
    settime = "import ntptime, time; ntptime.settime(); print(time.time())"
    assert failure(pico, settime).startswith("OSError")
    pico.exec(JOIN)
    now = int(subprocess.run(["date", "+%s"], capture_output=True, text=True, check=True).stdout)
    assert abs(int(pico.exec(settime)) - now) < 60


def test_a_dead_server_refuses_and_a_dying_one_resets(pico: VirtualBoard, server: Scripted):
    pico.exec(JOIN)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert "ECONNREFUSED" in failure(pico, CONNECT.format(closed.getsockname()[1]))
    assert failure(pico, CONNECT.replace("localhost", "no.such.host.invalid").format(1)).startswith("OSError: -2")
    pico.exec(CONNECT.format(server.port))
    server.__exit__()
    # it ends or is reset, by what the server had not read yet
    read = (
        "try:\n while connection.readline(): pass\nexcept OSError as error:\n assert error.errno == 104\nprint('ended')"
    )
    assert pico.exec(read) == "ended\n"
    server.__enter__()


# --- the program ---------------------------------------------------------------------------------------------------


def children_of(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for thread in threads for child in thread.read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.xdist_group("the link to the port")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_program_shows_its_port_and_leaves_no_process(ending: signal.Signals, tmp_path: Path):
    command = [
        sys.executable,
        "-m",
        "boards.virtual",
        "--board",
        "esp32_generic",
        "--image",
        str(tmp_path / "flash.img"),
    ]
    heeded = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as under nohup
    try:
        program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGHUP, heeded)
    try:
        lines = [program.stdout.readline()]
        while lines[-1] and "Ctrl-C" not in lines[-1]:
            lines.append(program.stdout.readline())
        shown = "".join(lines)
        assert "112,000 bytes of heap" in shown
        port, also = re.search(r"port: +(\S+) +\(also (\S+)\)", shown).groups()
        link = ROOT / also
        assert os.readlink(link) == port
        transport = SerialTransport(str(link))
        transport.enter_raw_repl(soft_reset=False)
        transport.exec_raw_no_follow("while True: pass")
        transport.close()
        children = children_of(program.pid)
        assert children
        program.send_signal(ending)
        assert program.wait(20) == (-9 if ending == signal.SIGKILL else 0)
        assert eventually(lambda: not any(alive(child) for child in children))
        assert ending == signal.SIGKILL or not link.is_symlink()
    finally:
        program.kill()
        program.wait()
        program.stdout.close()


def test_a_board_that_is_not_there_is_refused_in_a_line():
    command = [sys.executable, "-m", "boards.virtual", "--board", "nosuch"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert re.fullmatch(r"virtual: no board nosuch; there are: .*rpi_pico_w.*\n", done.stderr)
    with pytest.raises(Unavailable, match=r"no board nosuch; there are: .*rpi_pico_w"):
        VirtualBoard("nosuch")
    with pytest.raises(Unavailable, match="runs circuitpython"):
        VirtualBoard("circuitpython_raspberry_pi_pico_w")
    assert {"esp32_generic", "rpi_pico_w"} <= set(profile.keys()) and "tiny" not in profile.keys()

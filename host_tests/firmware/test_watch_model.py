"""The watch through months of virtual time, while everything around it goes wrong at random, against what it promises.

What is random: mails come, some of which cannot be had until somebody mends them; another client deletes some; how the
server makes its UIDs, and when it makes all of them anew; what it has no command for, and refuses; a line that fails at
any byte; Wi-Fi, radio, server and time server that are gone for a while; power that goes at any step; a flash that is
full; the settings; and a program that fails, removes the files, does not come back, or cannot be called.

What is promised stands in ``lib/README.md``, under "The store".
"""

import os
import shutil
from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from watcher.trouble import BUG, FLASH, LOGIN, SERVER, WIFI

from host_tests.firmware.board import Board, Reset
from host_tests.store import flaky
from host_tests.store.flaky import PowerCut
from host_tests.store.server import Server, text

LONG = os.environ.get("FUZZ") == "long"
HOUR, DAY = 3600, 86400
LOOKS = 140  # in which what was set aside is tried at least twice
LIMIT = 1500  # octets; of a longer mail the first part is stored
LARGE = 300  # lines, which are more
ANEW = 12  # failures in a row after which the board starts anew

BAD = ["refused", "breaks off", "no dots", "never ends", "no reply", "stays"]
FAULTS = st.one_of(
    st.tuples(
        st.just("cut"), st.tuples(st.sampled_from(["closes", "is reset", "is silent", "memory"]), st.integers(0, 4000))
    ),
    st.tuples(st.just("power"), st.integers(0, 60)),
    st.tuples(st.just("program"), st.sampled_from(["raises", "no memory", "exits", "loses power", "cannot be called"])),
    st.tuples(st.just("program"), st.sampled_from(["exits", "loses power"])),
    st.tuples(st.just("QUIT"), st.sampled_from(["lost", "lost, and done", "refused"])),
    st.tuples(st.just("DELE"), st.sampled_from(["refused", "breaks off"])),
    st.tuples(st.just("refused"), st.sampled_from(["PASS [AUTH]", "PASS [IN-USE]", "PASS", "LIST", "UIDL [SYS/TEMP]"])),
    st.tuples(st.just("gone"), st.sampled_from(["Wi-Fi", "radio", "server", "time server"])),
)
SETTINGS = st.fixed_dictionaries(
    {
        "POP3_DELETE": st.sampled_from([1, 1, 0]),
        "POP3_DELETE_AFTER": st.sampled_from([0, 0, 1, 7]),
        "POP3_KEEP": st.sampled_from([0, 0, 2, 5]),
        "POP3_INTERVAL": st.sampled_from([300, HOUR, DAY]),
        "POP3_SLEEP": st.sampled_from([0, 0, 1]),
    }
)


def number(content: bytes) -> int:
    """Which mail this is, or is a part of."""
    return int(content[len(b"Message-ID: <") :].split(b"@")[0])


class Observed(Server):
    """A server that looks at the board whenever it deletes a mail."""

    deleting = staticmethod(lambda contents: None)

    def commit(self, connection) -> None:
        self.deleting([connection.mails[i][1] for i in connection.deleted])
        super().commit(connection)


class Watch_(RuleBasedStateMachine):
    """The board's life."""

    @initialize(
        ids=st.sampled_from(["unique", "unique", "used again", "positions"]),
        lacks=st.sampled_from(["", "", "TOP", "UIDL"]),
        piece=st.sampled_from([512, 512, 1]),
        chosen=SETTINGS,
    )
    def begin(self, ids, lacks, piece, chosen):
        self.place = flaky.folder()
        # without TOP, UIDs that are used again tell too little of which mail failed
        self.server = Observed("unique" if lacks else ids)
        if lacks:
            self.server.commands = tuple({"UIDL", "TOP"} - {lacks})
        self.server.deleting = self.is_safe
        self.board = Board(self.place, self.server)
        self.board.piece = piece
        self.board.power_on()
        self.ever: list[bytes] = []
        self.given: Counter[int] = Counter()  # how often the program got a mail, by its number
        self.whole: set[int] = set()  # those that it got whole
        self.parted: set[int] = set()  # those of which a part will do
        self.excused: Counter[int] = Counter()  # how often it may get one once more
        self.skipped: set[int] = set()  # those that are older than the newest that are wanted
        self.in_hand: int | None = None  # the last that it got, as long as that may not be noted
        self.here: dict[bytes, float] = {}  # when a mail was first whole on flash
        self.tries: Counter[int] = Counter()  # how often it got a file, by its serial number
        self.wrong: list[str] = []
        self.removes, self.fault, self.failures = False, "", 0
        self.doomed = True  # all that comes is to be deleted
        self.choose(chosen)

    def teardown(self):
        if hasattr(self, "board"):
            try:
                self.settle()
            finally:
                self.board.power_off()
                shutil.rmtree(self.place)

    def choose(self, chosen):
        if self.server.ids != "unique":  # who is older is known by UIDs that stay
            chosen = chosen | {"POP3_KEEP": 0}
        if self.server.ids == "used again":  # which is noticed when a mail is to be deleted, if LIST failed before
            chosen = chosen | {"POP3_DELETE": 1, "POP3_DELETE_AFTER": 0}
        self.chosen = chosen
        self.doomed = self.doomed and chosen["POP3_DELETE"] == 1
        self.board.set(POP3_LIMIT=LIMIT, POP3_RETRY=15, **chosen)
        self.forgot()

    # -- the world

    @rule(
        lines=st.integers(0, 40) | st.just(LARGE),
        bad=st.sampled_from([None, None, None, *BAD]),
        lie=st.none() | st.sampled_from([1, LIMIT + 1, 5000, 1 << 40]),
    )
    def a_mail_comes(self, lines, bad, lie):
        count = len(self.ever)
        if self.server.ids == "used again":  # where sizes tell mails apart, and no first part is ever deleted
            lines, lie = count, None
            bad = "breaks off" if bad == "never ends" else bad
        self.ever.append(text(count, lines))
        self.server.add(self.ever[-1], bad)
        if lie and self.server.ids == "unique":
            self.server.lies[self.ever[-1]] = lie
        if bad == "never ends" or max(len(self.ever[-1]), lie or 0) > LIMIT:
            self.parted.add(count)

    @rule(which=st.integers(0, 9))
    def another_client_deletes(self, which):
        if which < len(self.server.mails):
            del self.server.mails[which]
            self.server.number()

    @rule(what=st.sampled_from(["the server is mended", "all UIDs are new", "power", "the program removes", "keeps"]))
    def something_changes(self, what):
        if what == "the server is mended":
            self.server.bad.clear()
        elif what == "power":
            self.board.watch = None
            self.forgot()
        elif what != "all UIDs are new":
            self.removes = what == "the program removes"
        elif self.server.ids == "unique" and "UIDL" in self.server.commands:
            for mail in self.server.mails:  # nobody can know them then, and each may come once more
                self.server.made += 1
                mail[0] = b"id-%d" % self.server.made
                self.excused[number(mail[1])] += 1

    @rule(free=st.none() | st.sampled_from([0, 30, 500, 9000, 10_000]))
    def the_flash_has_so_much_room(self, free):
        self.board.flash.room = None if free is None else self.board.flash.used() + free

    # -- the board

    @rule(chosen=SETTINGS)
    def somebody_changes_the_settings(self, chosen):
        self.choose(chosen)

    @rule(faults=st.lists(FAULTS, min_size=1, max_size=2), looks=st.sampled_from([1, 1, 2, 3, ANEW + 1]))
    def things_go_wrong(self, faults, looks):
        for _ in range(looks):
            self.look(dict(faults))

    @rule(looks=st.sampled_from([1, 1, 2, 5]))
    def time_passes(self, looks):
        for _ in range(looks):
            self.look({})

    def look(self, faults):
        board, server = self.board, self.server
        gone = faults.get("gone")
        board.radio.status = 201 if gone == "Wi-Fi" else board.radio.STAT_GOT_IP
        board.radio.connected = board.radio.connected and gone != "Wi-Fi"
        board.up, board.time_server = gone != "server", gone != "time server"
        board.hangs = board.hangs or gone == "radio"
        board.cut = faults.get("cut")
        server.quits, server.deletes = faults.get("QUIT", "good"), faults.get("DELE", "good")
        for command in ("PASS", "LIST", "UIDL"):
            server.answers.pop(command, None)
        if "refused" in faults:
            command, _, code = faults["refused"].partition(" ")
            server.answers[command] = f"-ERR {code} no\r\n".encode()
        self.fault = faults.get("program", "")
        board.on_mail = None if self.fault == "cannot be called" else self.on_mail
        self.note()
        server.tried.clear()
        board.look(faults.get("power"))
        self.note()
        self.check(faults)
        if board.ended:
            self.forgot()
        elif board.flash.room is None:
            self.in_hand = None

    def on_mail(self, mail):
        """The user's program."""
        with open(mail.path, "rb") as file:
            content = file.read()
        now = number(content)
        whole = mail.whole and content == self.ever[now]
        if not whole and (mail.whole or now not in self.parted or not content.startswith(text(now, 0))):
            self.wrong.append(f"the program got what is no mail: {content[:100]}, {mail.whole}")
        self.given[now] += 1
        if whole:
            self.whole.add(now)
            self.here.setdefault(content, self.board.now)
        self.in_hand = now
        if self.board.flash.room is None:  # else that cannot be noted
            self.tries[mail.serial] += 1
            if self.tries[mail.serial] > 2:
                self.wrong.append("the program got a third time what it does not come back from")
        self.board.flash.step()
        if self.removes:
            os.remove(mail.path)
        if self.fault == "raises":
            raise ZeroDivisionError
        if self.fault == "no memory":
            raise MemoryError
        if self.fault == "exits":
            raise SystemExit
        if self.fault == "loses power":
            self.board.flash.dead = True
            raise PowerCut

    def forgot(self):
        """The watch began anew: what the program had then it may get again."""
        if self.in_hand is not None:
            self.excused[self.in_hand] += 1
        self.in_hand = None

    # -- what is promised

    def note(self):
        """When did a mail come that was ever on flash?"""
        for one in self.board.stored():
            self.here.setdefault(one, self.board.now)
        keep = self.chosen["POP3_KEEP"]
        if keep:
            self.skipped.update(number(mail[1]) for mail in self.server.mails[:-keep])

    def is_safe(self, contents):
        """The server deletes mails: may it?"""
        here = self.board.stored()
        for one in contents:
            if one not in here and number(one) not in self.whole:
                self.wrong.append("a mail is deleted that nobody got")
            if not self.chosen["POP3_DELETE"]:
                self.wrong.append("a mail is deleted that was to stay")
            days = self.chosen["POP3_DELETE_AFTER"]
            if days and self.board.now - self.here.get(one, self.board.now) <= days * DAY:
                self.wrong.append("a mail did not stay for its days")

    def check(self, faults):
        """What holds after each look."""
        board = self.board
        said = "\n".join(board.said)
        assert not self.wrong, self.wrong
        for one, count in self.given.items():
            assert count <= 1 + self.excused[one] + (one == self.in_hand and bool(board.ended)), (
                "a mail was given again"
            )
        passed_over = said.count("a mail was passed over: ")
        if board.ended is PowerCut:
            assert "power" in faults or faults.get("program") == "loses power"
            self.failures = 0
            return
        assert passed_over <= 1, "a mail was reported twice"
        failed = [one for one in self.server.tried if self.server.bad[one] != "never ends"]  # of which a part is kept
        assert passed_over or not failed, "a mail that failed was not reported"
        assert [line for line in board.lines if not line.closed] == [], "a socket is open"
        if board.ended is SystemExit:
            assert faults.get("program") == "exits"
            return
        if board.ended is Reset:
            assert "the board starts anew" in said
            assert board.short or self.failures >= ANEW - 1, said
        self.failures = 0 if board.ended else board.watch.failures
        if board.watch:
            assert board.watch.mailbox.pool.free == board.watch.mailbox.pool.total, "a packet is lost"
        if board.seconds is None:
            return
        interval = self.chosen["POP3_INTERVAL"]
        assert 0 < board.seconds <= max(interval, HOUR) * 9 / 8
        assert board.blinks in (0, WIFI, SERVER, LOGIN, FLASH, BUG)
        assert board.blinks != BUG or board.short or faults.get("program") == "cannot be called", said
        calm = set(faults) <= {"QUIT", "DELE"} and faults.get("DELE") != "breaks off"
        if calm and not self.server.tried and board.flash.room is None and not board.hangs:
            assert board.blinks == 0, said
            assert self.failures == 0
            assert interval <= board.seconds <= interval * 9 / 8

    def settle(self):
        """In the end nothing fails any more but the bad mails, and then not they either."""
        board, server = self.board, self.server
        board.flash.room = None
        self.choose(self.chosen | {"POP3_SLEEP": 0})
        self.come({number(mail[1]) for mail in server.mails if mail[1] not in server.bad})
        self.bad_mails_have_their_turn_now_and_then()
        server.bad.clear()
        self.come({number(mail[1]) for mail in server.mails})
        self.look({})
        if self.doomed and not self.skipped:
            self.go()

    def come(self, wanted):
        """All of these mails come."""
        for _ in range(LOOKS):
            wanted -= self.skipped | set(self.given)
            if not wanted:
                return
            self.look({})
        raise AssertionError(f"mails never came: {wanted}")

    def bad_mails_have_their_turn_now_and_then(self):
        tried: Counter[bytes] = Counter()
        for _ in range(8 if self.server.bad else 0):
            self.look({})
            tried.update(self.server.tried)
        for one, count in tried.items() if self.server.ids != "positions" else ():  # a mail is set aside by its UID
            assert count <= 6, f"a mail that is {self.server.bad[one]} is tried again and again"

    def go(self):
        """All that the program got whole is deleted, after its days."""
        for _ in range(LOOKS):
            left = [mail[1] for mail in self.server.mails if number(mail[1]) in self.whole]
            if not left:
                return
            self.board.clock.sleep(DAY * self.chosen["POP3_DELETE_AFTER"])
            self.look({})
        raise AssertionError("mails are never deleted")


Watch_.TestCase.settings = settings(
    max_examples=300 if LONG else 250,
    stateful_step_count=50 if LONG else 25,
    derandomize=not LONG,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    report_multiple_bugs=False,
)
TestWatch = Watch_.TestCase

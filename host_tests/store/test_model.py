"""Random servers, networks, power cuts, other clients and programs, against what the store promises.

What is random: mails come, some of which cannot be had until somebody mends them; another client deletes some; polls
that break off anywhere, whose deletions are refused, whose QUIT is lost; power that goes at any step; a program that
removes files, or fails amid a mail; how the server makes its unique ids, and when it makes all of them anew; and the
time, months of it, where mails are to stay on the server for some days.
"""

import os
import shutil
import time
from unittest import mock

import micropop
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from micropop.store import Store

from host_tests.store import flaky
from host_tests.store.flaky import Flash, PowerCut
from host_tests.store.polls import content, session
from host_tests.store.server import Server, text

LONG = os.environ.get("FUZZ") == "long"
DAY = 86400
NOON = 1_790_000_000  # some day in 2026
LOOKS = 140  # in which what was set aside is tried at least twice


class Store_(RuleBasedStateMachine):
    """The board's life."""

    @initialize(ids=st.sampled_from(["unique", "used again", "positions"]), top=st.booleans())
    def begin(self, ids, top):
        self.place = flaky.folder()
        self.flash = Flash(self.place)
        self.server = Server(ids)
        if not top and ids != "positions":  # whose mails nobody could tell from one another then
            self.server.commands = ("UIDL",)
        self.store = Store(self.place + "/mail")
        self.ever: list[bytes] = []
        self.given: list[bytes] = []
        self.excused: dict[bytes, int] = {}  # how often a mail may be given once more
        self.now = NOON
        self.here: dict[bytes, int] = {}  # when a mail was first on flash, and is there since
        self.clock = mock.patch.object(time, "time", lambda: self.now)
        self.clock.start()

    def teardown(self):
        if hasattr(self, "place"):
            try:
                self.settle()
            finally:
                self.clock.stop()
                shutil.rmtree(self.place)

    # -- the world

    @rule(size=st.integers(0, 40), bad=st.sampled_from([None, None, None, "refused", "breaks off", "no dots"]))
    def a_mail_comes(self, size, bad):
        # only its size tells a mail from another with the same UID, where there is no TOP or none asks for deletions
        if "TOP" not in self.server.commands or self.server.ids == "used again":
            size = len(self.ever)
        self.ever.append(text(len(self.ever), size))
        self.server.add(self.ever[-1], bad)

    @rule(data=st.data())
    def another_client_deletes(self, data):
        if self.server.mails:
            del self.server.mails[data.draw(st.integers(0, len(self.server.mails) - 1))]
            self.server.number()

    @rule()
    def the_server_is_mended(self):
        self.server.bad.clear()

    @rule()
    def the_server_makes_all_ids_anew(self):
        """As one does that is set up again: nobody can know the mails then, and each may come once more."""
        if self.server.ids == "unique":
            for mail in self.server.mails:
                self.server.made += 1
                mail[0] = b"id-%d" % self.server.made
                self.excused[mail[1]] = self.excused.get(mail[1], 0) + 1

    @rule(days=st.sampled_from([1, 2, 10, 90]))
    def days_pass(self, days):
        self.now += days * DAY

    # -- the board

    @rule(
        delete=st.booleans(),
        cut_off=st.none() | st.integers(0, 3000),
        quits=st.sampled_from(["good", "good", "lost", "lost, and done", "refused"]),
        deletes=st.sampled_from(["good", "good", "refused", "breaks off"]),
        left=st.none() | st.integers(0, 60),
        days=st.sampled_from([0, 0, 1, 7]),
    )
    def the_board_polls(self, delete, cut_off, quits, deletes, left, days):
        self.server.cut_off, self.server.quits, self.server.deletes = cut_off, quits, deletes
        self.poll(delete, left, days)

    @rule(removes=st.booleans(), fails_at=st.none() | st.integers(0, 3), left=st.none() | st.integers(0, 12))
    def the_program_gets_what_came(self, removes, fails_at, left):
        self.hand_out(removes, fails_at, left)

    @rule(keep=st.integers(0, 5))
    def old_mails_are_removed(self, keep):
        self.store.prune(keep)

    @rule()
    def the_board_starts_anew(self):
        self.store = Store(self.place + "/mail")

    def poll(self, delete, left=None, days=0):
        self.note()
        before = len(self.server.deleted_by_store)
        try:
            self.look(delete, left, days)
        finally:
            for one in self.server.deleted_by_store[before:]:
                if days:
                    assert self.now - self.here.get(one, self.now) > days * DAY, "a mail did not stay for its days"
            self.note()

    def note(self):
        """When did a mail come that was ever on flash?"""
        for one in self.on_flash():
            self.here.setdefault(one, self.now)

    def look(self, delete, left, days):
        try:
            with self.flash.running(left):
                client = session(self.server)
                with client:
                    for stored in self.store.fetch(client, delete=delete, days=days):
                        assert not stored.whole or content(stored) in self.ever, "half a mail"
                    client.quit()
        except micropop.Error:
            pass
        except PowerCut:
            self.store = Store(self.place + "/mail")

    def hand_out(self, removes=False, fails_at=None, left=None):
        now = None
        try:
            with self.flash.running(left):
                for count, found in enumerate(self.store.pending()):
                    now = content(found)
                    self.given.append(now)
                    if count == fails_at:
                        raise ZeroDivisionError
                    if removes:
                        self.flash.step()
                        os.unlink(found.path)
        except ZeroDivisionError:
            self.excused[now] = self.excused.get(now, 0) + 1
        except PowerCut:
            if now:
                self.excused[now] = self.excused.get(now, 0) + 1
            self.store = Store(self.place + "/mail")

    # -- what is promised

    def on_flash(self):
        return [content(mail) for mail in self.store.mails() if mail.whole]

    @invariant()
    def nothing_is_lost(self):
        if hasattr(self, "server"):
            here = self.on_flash()
            for one in self.server.deleted_by_store:
                assert one in here or one in self.given, "a mail is deleted that nobody got"

    @invariant()
    def no_mail_is_given_twice(self):
        if hasattr(self, "given"):
            for one in self.given:
                assert one in self.ever, "half a mail was given"
                assert self.given.count(one) <= 1 + self.excused.get(one, 0), "a mail was given again"

    @invariant()
    def no_mail_is_there_twice(self):
        if hasattr(self, "store"):
            here = self.on_flash()
            for one in here:
                assert here.count(one) <= 1 + self.excused.get(one, 0), "a mail is there twice"

    def settle(self):
        """In the end, with all well, every mail that is still on the server was given, and is deleted there."""
        server = self.server
        server.bad.clear()
        server.cut_off, server.quits, server.deletes = None, "good", "good"
        there = [mail[1] for mail in server.mails]
        for _ in range(LOOKS):
            self.poll(True)
            self.hand_out()
            if not [one for one in there if one not in self.given]:
                break
        for one in there:
            assert one in self.given, "a mail never came"
        self.no_mail_is_given_twice()
        self.nothing_is_lost()


Store_.TestCase.settings = settings(
    max_examples=400 if LONG else 80,
    stateful_step_count=60 if LONG else 30,
    derandomize=not LONG,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
TestStore = Store_.TestCase

"""The watcher on the virtual board with a mailbox that takes no password: Dovecot, which checks the tokens, and a
provider whose tokens end."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from boards.virtual.board import VirtualBoard
from host_tests.oauth.boards import MEASURING, board, least_free
from host_tests.oauth.provider import USER, Provider
from host_tests.servers.certificates import Certificates
from host_tests.servers.dovecot import Dovecot
from host_tests.servers.maildir import small_mails
from host_tests.shared import flash_image
from host_tests.shared.eventually import eventually

pytestmark = pytest.mark.servers("dovecot")

FREE = 8192  # bytes of the heap that are to be free whatever happens


@pytest.fixture(scope="module")
def server(certificates: Certificates) -> Iterator[Dovecot]:
    """It takes tokens, and no password."""
    with Dovecot(mails=small_mails(3), mechanisms=("XOAUTH2", "OAUTHBEARER"), made=certificates) as running:
        yield running


@pytest.fixture
def provider(certificates: Certificates, server: Dovecot) -> Iterator[Provider]:
    with Provider(certificates, issue=lambda user, seconds: server.token(user, lifetime=seconds, padding=1500)) as it:
        yield it


def looks(board: VirtualBoard, more: int) -> bool:
    """Wait for so many more looks."""
    wanted = board.output.count(b"heap: ") + more
    return board.wait(lambda: board.output.count(b"heap: ") >= wanted)


def heaps(board: VirtualBoard) -> list[int]:
    return [int(count) for count in re.findall(rb"heap: (\d+)", board.output)]


def mails(board: VirtualBoard) -> int:
    return len(set(re.findall(rb"/mail/(\d{8})-", board.output)))


@pytest.mark.parametrize("key", ["rpi_pico_w", "esp32_generic"])
def test_mail_comes_and_tokens_are_renewed_again_and_again(
    tmp_path: Path, server: Dovecot, provider: Provider, key: str
):
    provider.knobs.told = 3
    with board(tmp_path, server, provider, key) as it:
        assert it.wait(lambda: mails(it) == 3)
        assert it.wait(lambda: len(provider.renewals) >= 5, 40)
        assert it.output.count(b"the access token was renewed") >= 4
        assert looks(it, 1)
        free = heaps(it)
        assert free[-1] >= free[2] - 64  # flat
        assert it.causes == ["power"]
        assert b"Error" not in it.output
    sent = [request.form["refresh_token"] for request in provider.renewals]
    assert len(set(sent)) == len(sent)


def test_a_stored_token_is_used_until_its_hour_is_over(tmp_path: Path, server: Dovecot, provider: Provider):
    with board(tmp_path, server, provider) as it:
        assert looks(it, 2)
        assert len(provider.renewals) == 1
        it.power_cut()
        assert looks(it, 2)
        assert len(provider.renewals) == 1
        it.power_cut(off=True)
        it.pass_time(3600)
        it.power_on()
        assert looks(it, 2)
        assert len(provider.renewals) == 2
        assert b"Error" not in it.output


def test_a_token_that_ended_too_early_is_renewed_at_once(tmp_path: Path, server: Dovecot, provider: Provider):
    provider.knobs.lifetime, provider.knobs.told = -60, 3600
    with board(tmp_path, server, provider) as it:
        assert eventually(lambda: len(provider.renewals) == 1)
        provider.knobs.lifetime = 3600
        assert it.wait(lambda: mails(it) == 3)
        assert looks(it, 2)
        assert len(provider.renewals) == 2
        assert b"Error" not in it.output


def test_a_permission_that_was_taken_back_is_told_and_a_new_one_helps(
    tmp_path: Path, server: Dovecot, provider: Provider
):
    with board(tmp_path, server, provider) as it:
        old = set(provider.refresh_tokens)
        provider.revoke()
        assert it.wait_for("TokenRefused: [invalid_grant]")
        assert it.wait_for("make authorize")
        assert it.wait(lambda: it.stats()["pin_changes"] >= 10)  # five blinks
        it.exec(f"with open('/token.txt', 'w') as file: file.write({provider.grant(USER)!r})")
        it.reset()
        assert it.wait(lambda: mails(it) == 3)
        assert looks(it, 1)
        said = it.output
        it.power_cut(off=True)
        said += flash_image.files(it.image)["/log.txt"]
        for secret in [*old, *provider.access_tokens]:
            assert secret.encode()[:16] not in said


@pytest.mark.parametrize("key", ["rpi_pico_w", "esp32_generic"])
def test_the_power_may_go_while_tokens_are_stored(tmp_path: Path, server: Dovecot, provider: Provider, key: str):
    provider.knobs.strict = False  # as Microsoft: the old one is good until the new one is used
    provider.knobs.told = 1
    with board(tmp_path, server, provider, key) as it:
        assert looks(it, 1)
        for writes in range(1, 8):
            lives = len(it.causes)
            it.power_cut(cut_after=writes)
            assert it.wait(lambda lives=lives: len(it.causes) >= lives + 2)
            assert looks(it, 2)
        assert b"TokenRefused" not in it.output
        assert mails(it) == 3


def test_a_provider_that_does_not_answer_is_left_in_time(tmp_path: Path, server: Dovecot, provider: Provider):
    provider.knobs.silent = True
    with board(tmp_path, server, provider, POP3_TIMEOUT=1) as it:
        assert it.wait_for("Timeout")
        provider.knobs.silent = False
        assert it.wait_for("all is well again")
        assert it.causes == ["power"]


@pytest.mark.parametrize("key", ["rpi_pico_w", "esp32_generic"])
def test_a_renewal_leaves_room_in_the_heap(tmp_path: Path, server: Dovecot, provider: Provider, key: str):
    provider.knobs.told, provider.knobs.piece, provider.knobs.pause = 1, 300, 0.02
    with board(tmp_path, server, provider, key, main=MEASURING) as it:
        assert least_free(it) >= FREE

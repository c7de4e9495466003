"""`make docs`: the pages have what the library has, and a real browser shows them."""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from boards.tools.paths import LIB
from boards.tools.unavailable import Unavailable
from host_tests.project import browser as browsers
from host_tests.project import docs, stubs

pytestmark = pytest.mark.xdist_group("docs")  # the pages are made once
TAGS = re.compile(r"<(script|style).*?</\1>|<[^>]+>", re.S)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first page of all, just made."""
    return docs.make(tmp_path_factory.mktemp("docs"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser. Where nothing can be fetched these tests are left out, but never in CI."""
    with ExitStack() as stack:
        try:
            found = stack.enter_context(browsers.opened())
        except Unavailable as reason:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(f"no browser: {reason}")
        yield found


class Seen:
    """What a page did while it was open."""

    def __init__(self, page: Page):
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("requestfailed", lambda request: self.errors.append(request.url))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))


def text_of(page: Path) -> str:
    """What stands on a page, without any white space."""
    return "".join(unescape(TAGS.sub("", page.read_text(encoding="utf-8"))).split())


def test_every_public_module_has_a_page_and_every_command_its_types(first: Path):
    names = {name for name in stubs.names(LIB, ".pyi") if not name.startswith(docs.INNER)}
    assert names >= {"micropop", "micropop.aio", "micropop.mime", "micropop.store", "micropop.oauth"}
    for name in names:
        assert (first.parent / f"{name.replace('.', '/')}.html").is_file(), name
    text = text_of(first.with_name("micropop.html"))
    assert "defretrieve(self,number:int,limit:int|None=None)->micropop.message.Message:" in text
    assert "limit:stopwithLimitExceededwhenthemailislongerthanthismanybytes" in text
    assert "idle:Callable[[],object]|None=None" in text
    assert "Initializeself" not in text and ":param" not in text


def test_every_link_between_the_pages_leads_somewhere(first: Path):
    links = 0
    for page in first.parent.rglob("*.html"):
        text = re.sub(r"<script.*?</script>", "", page.read_text(encoding="utf-8"), flags=re.S)
        for target in re.findall(r'(?:href|src)="(?!\w+:)([^"]*)"', text):
            path, _, name = unescape(target).partition("#")
            place = (page.parent / path).resolve() if path else page
            assert place.exists(), f"{page.name}: {target}"
            if name and place.suffix == ".html":
                assert f'id="{name}"' in place.read_text(encoding="utf-8"), f"{page.name}: {target}"
            links += 1
    assert links > 500


def test_a_browser_shows_the_readme_and_leads_to_a_command(first: Path, browser: Browser):
    page = browser.new_page()
    seen = Seen(page)
    page.goto(first.as_uri())
    assert page.inner_text("h1") == "micropop"
    assert page.locator("img").count() > 0
    broken = "images => images.filter(it => !it.complete || !it.naturalWidth).map(it => it.src)"
    assert page.locator("img").evaluate_all(broken) == []
    page.get_by_role("link", name="the library's reference").click()
    page.get_by_role("link", name="retrieve()", exact=True).first.click()
    assert page.url.endswith("/micropop.html#Client.retrieve")
    assert page.locator("[id='Client.retrieve'] .signature").is_visible()
    page.get_by_role("link", name="README", exact=True).click()
    page.get_by_role("main").get_by_role("link", name="lib", exact=True).click()
    assert page.inner_text("h1") == "The library"
    assert not seen.errors
    assert seen.asked and all(url.startswith(("file:", "data:")) for url in seen.asked)


def test_a_browser_finds_what_is_searched_for(first: Path, browser: Browser):
    page = browser.new_page()
    seen = Seen(page)
    page.goto(first.with_name("micropop.html").as_uri())
    page.get_by_role("searchbox").fill("retrieve_many")
    found = page.locator(".search-result").first
    found.wait_for()
    assert "retrieve_many" in found.inner_text()
    assert not seen.errors


def test_no_page_is_wider_than_a_telephone(first: Path, browser: Browser):
    page = browser.new_page(viewport={"width": 390, "height": 800})
    for path in (first, first.with_name("micropop.html")):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path.name

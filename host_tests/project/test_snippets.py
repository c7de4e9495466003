"""The examples of the READMEs are right as far as types go, and a mistake in one is found."""

from pathlib import Path

import pytest

from host_tests.project import snippets

PAGE = """# A page

```sh
not python
```

```python
import micropop

client = micropop.connect("mail.example.org")
count, octets = client.stat()
{}
```
"""
MISTAKES = {
    "a name that is not there": "print(mails)",
    "a command that is not there": "client.retreive(1)",
    "a parameter that is not there": "client.retrieve(1, lines=2)",
    "a parameter of another type": 'client.delete("1")',
    "an attribute that cannot be set": 'client.state = "CLOSED"',
    "a result of another type": "client.uid(1).encode()",
    "an error that is not there": "micropop.NoError",
}
RIGHT = {
    "loops": "for number, uid in client.uidl():\n    print(number + 1, uid.decode())",
    "leaving": "with client.retrieve(1) as message:\n    print(message.octets, next(message).data[0])",
    "files": 'with open("mail", "wb") as file:\n    client.top(1, 2).save(file, progress=print)',
    "what the last session knew": "client.pipelining = True\nclient.login('me', 'secret', method=client.method)",
    "errors": "try:\n    client.quit()\nexcept micropop.ServerError as error:\n    print(error.code, error.fatal)",
    "a socket of one's own": (
        "class Wire:\n"
        "    def readinto(self, buf):\n        return 0\n"
        "    def write(self, buf):\n        return len(buf)\n"
        "    def close(self): pass\n"
        "micropop.Client(Wire(), micropop.PacketPool(memory=bytearray(1024)))"
    ),
    "other faces": "from micropop import poplib\nprint(poplib.POP3('pop.example.org').retr(1)[1][0].decode())",
}


def found(folder: Path, line: str) -> list[str]:
    page = folder / "page.md"
    page.write_text(PAGE.format(line))
    return snippets.mistakes([page], folder / "snippets")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_an_example_is_found_where_it_is(tmp_path: Path, mistake: str):
    answers = found(tmp_path, MISTAKES[mistake])
    assert answers and all("page.md:12: " in answer for answer in answers), answers


@pytest.mark.parametrize("use", RIGHT)
def test_what_is_right_passes(tmp_path: Path, use: str):
    assert not found(tmp_path, RIGHT[use])


def test_every_readme_is_read():
    pages = {path.name for path in snippets.pages()}
    assert {"README.md", "SECURITY.md"} <= pages
    blocks = [block for page in snippets.pages() for block in snippets.examples(page)]
    assert any("micropop.connect(" in block for block in blocks)

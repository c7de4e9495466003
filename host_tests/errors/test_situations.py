"""Every error that the library's code names has its words, which fit what the code tells."""

import micropop
import pytest
from micropop.errors.problems import problem

from host_tests.errors import situations


def test_every_call_names_a_situation_and_tells_what_its_words_need():
    assert situations.complaints(list(situations.in_the_library())) == []


def test_every_situation_is_named_somewhere():
    assert situations.never_used(list(situations.in_the_library())) == set()


def test_the_table_and_the_texts_have_the_same_situations():
    assert situations.known().keys() == situations.texts().keys()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('raise problem("clozed")', "no situation 'clozed'"),
        ('raise problem("text" if a else "APPOP")', "no situation 'APPOP'"),
        ('raise problem("closed", 1)', "takes 0 details, not 1"),
        ('raise problem("timeout")', "takes 1 details, not 0"),
        ('raise errors.problems.problem("number", 1)', "takes 2 details, not 1"),
        ('raise session.broken("endles")', "no situation 'endles'"),
        ('raise self.broken("timeout")', "takes 1 details, not 0"),
    ],
)
def test_a_slip_in_a_call_is_noticed(source, said):
    (found,) = situations.complaints(list(situations.calls(source, "a.py")))
    assert said in found


@pytest.mark.parametrize("call", ["problem(name)", "problem()", 'problem("os", *more)', 'problem("os", error=1)'])
def test_a_call_that_cannot_be_checked_is_noticed(call):
    with pytest.raises(situations.Unreadable, match=r"a\.py:1"):
        list(situations.calls(call, "a.py"))


def test_a_situation_that_nobody_names_is_noticed():
    found = [call for call in situations.in_the_library() if "attack" not in call.situations]
    assert "attack" in situations.never_used(found)


@pytest.mark.parametrize("situation", situations.known())
def test_each_has_its_exception_and_words(situation):
    """The details are numbers here, which all the words take."""
    _, kind, text = situations.known()[situation]
    details = tuple(range(7001, 7001 + situations.fields(text)))
    if situation == "line":
        error = problem("line", b"7001", None)
    else:
        error = problem(situation, *details)
    assert type(error) is kind
    assert issubclass(kind, micropop.Error)
    for detail in details:
        assert str(detail) in str(error)
    assert len(str(error)) > 20

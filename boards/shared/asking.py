"""Questions to whoever sits at the terminal, edited as at any prompt: arrow keys, Home, End, Ctrl-U."""

import os
import sys

# asked where the cursor is, some terminals never answer
os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")


def somebody_is_there() -> bool:
    """Whether there is a terminal to ask at."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(question: str, hidden: bool = False) -> str:
    """Ask, and return the line that was typed.

    :param hidden: what is typed is not shown
    :raises EOFError: for Ctrl-D
    """
    from prompt_toolkit import prompt

    return prompt(question, is_password=hidden)


def ask_secret(question: str) -> str:
    """Ask for what nobody else should see."""
    return ask(question, hidden=True)


def confirmed(question: str) -> bool:
    """Ask until the answer is yes or no, in full or their first letters."""
    while True:
        answer = meant(ask(f"{question} (yes, no): "), ("yes", "no"))
        if answer:
            return answer == "yes"
        print("please answer yes or no")


def meant(answer: str, among: tuple[str, ...]) -> str | None:
    """Which of some words an answer means, in any case and shortened as one likes; None if that does not tell."""
    answer = answer.strip().lower()
    if answer in among:
        return answer
    found = [word for word in among if answer and word.startswith(answer)]
    return found[0] if len(found) == 1 else None

"""Compiling a tree of Python for a board."""

from pathlib import Path

import pytest

from boards.tools import mpy


def test_only_what_changed_is_compiled_and_what_is_gone_goes(tmp_path: Path):
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "package").mkdir(parents=True)
    (source / "package" / "one.py").write_text("x = 1\n")
    (source / "two.py").write_text("x = 2\n")
    assert mpy.compile_tree(source, target) == target
    one, two = target / "package" / "one.mpy", target / "two.mpy"
    assert one.read_bytes()[:2] == b"M\x06"
    before = one.stat().st_ino
    (source / "two.py").unlink()
    mpy.compile_tree(source, target)
    assert one.stat().st_ino == before
    assert not two.exists()
    (source / "package" / "one.py").write_text("x = 1234567\n")
    changed = one.read_bytes()
    mpy.compile_tree(source, target)
    assert one.read_bytes() != changed


def test_leaving_out_line_numbers_compiles_anew(tmp_path: Path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    (source / "one.py").write_text("def f(x):\n    y = x\n\n\n    return g(y)\n")
    mpy.compile_tree(source, target)
    with_lines = (target / "one.mpy").read_bytes()
    mpy.compile_tree(source, target, optimise=3)
    assert len((target / "one.mpy").read_bytes()) < len(with_lines)


def test_an_old_firmware_gets_files_that_it_reads(tmp_path: Path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "one.py").write_text("x = 1\n")
    assert (mpy.compile_tree(source, tmp_path / "old", "1.11") / "one.mpy").read_bytes()[:2] == b"M\x04"
    assert (mpy.compile_tree(source, tmp_path / "new", "1.26.1") / "one.mpy").read_bytes()[:2] == b"M\x06"


def test_what_does_not_compile_is_named(tmp_path: Path):
    (tmp_path / "bad.py").write_text("x = (\n")
    with pytest.raises(mpy.CompileError, match=r"(?s)bad\.py.*SyntaxError"):
        mpy.compile_tree(tmp_path, tmp_path / "target")

"""Where the code is hosted the same runs as here, and who reports something is asked for what helps."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from boards.tools.paths import ROOT

HOSTING = ROOT / ".github"
TEMPLATES = sorted((HOSTING / "ISSUE_TEMPLATE").glob("*.yml"))
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def test_the_workflow_runs_what_must_pass():
    workflow = yaml.safe_load((HOSTING / "workflows" / "test.yml").read_text())
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    commands = [line.strip() for step in steps for line in step.get("run", "").splitlines()]
    must = re.findall(r"^(make \w+)", (ROOT / ".ci" / "run").read_text(), re.M)
    assert must == ["make lint", "make test"]
    assert [line for line in commands if line in must] == must
    assert {"push", "pull_request"} <= set(workflow[True])  # YAML takes the key `on` for true
    for step in steps:
        if "uses" in step:
            assert re.fullmatch(r"actions/[\w-]+@v\d+", step["uses"])
        assert not step.get("continue-on-error")


def test_files_for_the_host_name_no_other():
    for path in HOSTING.rglob("*.*"):
        assert "://" not in path.read_text(), path.name


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_an_issue_form_is_one(template: Path):
    form = yaml.safe_load(template.read_text())
    assert form["name"] and form["description"]
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    names = [field["id"] for field in fields]
    assert len(names) == len(set(names)) > 1
    assert any(field.get("validations", {}).get("required") for field in fields)
    for field in form["body"]:
        assert field["type"] in ("markdown", "input", "textarea", "dropdown", "checkboxes")
        assert field["attributes"].get("value" if field["type"] == "markdown" else "label")


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str):
    for target in LINK.findall((ROOT / page).read_text()):
        assert (ROOT / target).exists(), target


def test_the_newest_version_of_the_changelog_is_this_one():
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.M)
    versions = [it for it in headings if it != "Unreleased"]
    assert versions[0] == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert versions == sorted(versions, key=lambda it: [int(number) for number in it.split(".")], reverse=True)

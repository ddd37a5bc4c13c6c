"""A finding's forms: for a terminal, for programs, for GitHub."""

import json
from dataclasses import asdict

import pytest

from newshole.finding import WARNING, Finding, to_github, to_json, to_terminal

LABEL = Finding(
    "corpus/original/x/bridge.txt",
    12,
    "NH104",
    "unknown label 'captoin'",
    "did you mean 'caption'?",
)


def at(file: str, line: int = 0, message: str = "it is empty", level: str = "error") -> Finding:
    return Finding(file, line, "NH115", message, "write it", level)


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (
            LABEL,
            "corpus/original/x/bridge.txt:12: NH104 unknown label 'captoin'; "
            "did you mean 'caption'?",
        ),
        (at("a.txt"), "a.txt: NH115 it is empty; write it"),
        (at("a.txt", 3, level=WARNING), "a.txt:3: warning: NH115 it is empty; write it"),
        (at("a\n::error b.txt"), r"a\n::error b.txt: NH115 it is empty; write it"),
        (at("caf\udce9.txt"), r"caf\xe9.txt: NH115 it is empty; write it"),
        (at("جسر.txt", 1, "سطر"), "جسر.txt:1: NH115 سطر; write it"),
    ],
)
def test_terminal_form_is_one_line_that_can_be_printed(finding: Finding, expected: str) -> None:
    assert to_terminal(finding) == expected
    assert expected.encode()


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (
            LABEL,
            "::error file=corpus/original/x/bridge.txt,line=12,title=NH104::"
            "unknown label 'captoin'; did you mean 'caption'?",
        ),
        (at("a.txt"), "::error file=a.txt,title=NH115::it is empty; write it"),
        (
            at("a.txt", 3, level=WARNING),
            "::warning file=a.txt,line=3,title=NH115::it is empty; write it",
        ),
        (
            at("a:b,c%\r\n.txt", 1, "50%, 1:2\r\n::warning::"),
            "::error file=a%3Ab%2Cc%25%0D%0A.txt,line=1,title=NH115::"
            "50%25, 1:2%0D%0A::warning::; write it",
        ),
        (at("caf\udce9.txt"), r"::error file=caf\udce9.txt,title=NH115::it is empty; write it"),
    ],
)
def test_github_form_escapes_as_its_toolkit_does(finding: Finding, expected: str) -> None:
    assert to_github(finding) == expected
    assert expected.encode()


def test_json_form_gives_back_the_findings_and_is_ascii() -> None:
    findings = [LABEL, at("caf\udce9.txt", 2, 'جسر "x"\n', WARNING)]
    text = to_json(findings)
    assert text.isascii()
    assert json.loads(text) == [asdict(finding) for finding in findings]
    assert json.loads(to_json([])) == []


def test_findings_sort_by_file_line_and_code() -> None:
    ordered = [at("a.txt"), at("a.txt", 2), at("a.txt", 10), LABEL]
    shuffled = [ordered[index] for index in (3, 0, 2, 1)]
    assert sorted(shuffled) == ordered

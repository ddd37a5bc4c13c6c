"""A finding: what a check has to say, and its forms for terminals, programs and GitHub."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from newshole.raw import printable

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Where (``line`` from 1; 0 is the whole file), what is wrong and how to mend it.

    ``code`` is stable and has a heading in corpus/CHECKS.md. ``level`` is ``error``, or
    ``warning`` for what is possible but not likely. Findings sort by file, line and code.
    """

    file: str
    line: int
    code: str
    message: str
    fix: str
    level: str = ERROR


def to_terminal(finding: Finding) -> str:
    """``corpus/original/x/bridge.txt:12: NH104 unknown label 'captoin'; did you mean …?``.

    Always one line: what cannot be printed, in a file's name say, is escaped.
    """
    place = f"{finding.file}:{finding.line}" if finding.line else finding.file
    mark = "warning: " if finding.level == WARNING else ""
    return printable(f"{place}: {mark}{finding.code} {finding.message}; {finding.fix}")


def to_json(findings: Iterable[Finding]) -> str:
    """A JSON list of objects, one for each finding; ASCII, so that any pipe can carry it."""
    return json.dumps([asdict(finding) for finding in findings], indent=1)


def to_github(finding: Finding) -> str:
    """A workflow command, which GitHub shows beside the line of the pull request.

    Escapes as in GitHub's toolkit (packages/core/src/command.ts): ``%``, CR and LF in
    the message; ``:`` and ``,`` in properties too.
    """
    place = f"file={_escape(finding.file, ':,')}"
    if finding.line:
        place += f",line={finding.line}"
    message = _escape(f"{finding.message}; {finding.fix}")
    return f"::{finding.level} {place},title={finding.code}::{message}"


def _escape(text: str, more: str = "") -> str:
    # A file name's undecodable bytes are lone surrogates, which no output can carry.
    text = text.encode("utf-8", "backslashreplace").decode()
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text

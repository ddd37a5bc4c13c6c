"""How many article files a second `newshole check` looks at, on files of invented text.

    python benchmarks/check.py [FILES] [--profile]

The files have the make of a real page: furniture, a story of some twenty paragraphs cut by
advertisements and links, teasers, about 5,000 characters. Half of them have their raw page
beside them, whose rendering is held against the text.
"""

import argparse
import cProfile
import hashlib
import html
import pstats
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from newshole.check import check
from newshole.finding import to_terminal

WORDS = (
    *("ferry", "harbour", "bridge", "keeper", "bell", "motor", "gear", "quay", "tide", "paint"),
    *("council", "budget", "repairs", "night", "winter", "museum", "river", "boat", "crane"),
    *("pilot", "channel", "barrier", "engineer", "tender", "levy", "island", "morning", "letter"),
    *("meeting", "vote", "plan", "answer", "question", "reason", "people", "children", "school"),
)
SITES = 40


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="?", type=int, default=1000)
    parser.add_argument("--profile", action="store_true", help="show where the time goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        size = write_corpus(corpus, options.files)
        print(f"{options.files} files, {size / options.files / 1000:.1f} kB each, half with a page")
        for level in (1, 2, 3, 4):
            begin, worked = time.perf_counter(), time.process_time()
            found = check(corpus, level=level)
            seconds, worked = time.perf_counter() - begin, time.process_time() - worked
            for finding in found:
                print(to_terminal(finding))
            speed, alone = options.files / seconds, options.files / worked
            print(f"levels 1 to {level}: {speed:6.0f} files/s, {alone:6.0f} a second of CPU")
        if options.profile:
            with cProfile.Profile() as profile:
                check(corpus, level=4)
            pstats.Stats(profile).sort_stats("cumulative").print_stats(25)


def write_corpus(corpus: Path, files: int) -> int:
    """Write a corpus without a fault; returns bytes of all article files."""
    chance = random.Random(0)
    for name, first in (("sites", "site,split,terms"), ("removed", "id,reason")):
        path = corpus / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = (f"site{n}.example,train,CC-BY-4.0" for n in range(SITES) if name == "sites")
        path.write_text("\n".join([first, *rows]) + "\n")
    size = 0
    for number in range(files):
        site = f"site{number % SITES}.example"
        path = corpus / "original" / site / f"story-{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = write_article(path, f"{site}/story-{number}", chance, paged=number % 2 == 0)
        size += len(content.encode())
    return size


def write_article(path: Path, article_id: str, chance: random.Random, *, paged: bool) -> str:
    lines = list(story(chance))
    page = "".join(f"<p>{html.escape(text)}</p>\n" for _, text in lines).encode()
    header = {
        "id": article_id,
        "url": f"https://{article_id}",
        "retrieved": "2024-05-03",
        "language": "en",
        "licence": "CC-BY-4.0",
        "annotation": "reviewed",
    }
    if paged:
        path.with_suffix(".html").write_bytes(page)
        header["page"] = hashlib.sha256(page).hexdigest()
    content = "".join(f"{key}: {value}\n" for key, value in header.items()) + "\n"
    content += "".join(f"{label}: {text}\n" for label, text in lines)
    path.write_text(content, encoding="utf-8", newline="\n")
    return content


def story(chance: random.Random) -> Iterator[tuple[str, str]]:
    """(label, text) of each line of a page."""

    def words(least: int, most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(least, most))).capitalize()

    for _ in range(12):
        yield "boilerplate/navigation", words(1, 2)
    yield "headline", words(6, 12)
    yield "standfirst", words(15, 30) + "."
    yield "byline", f"By {words(2, 2).title()}"
    yield "timestamp", f"{chance.randint(1, 28)} May 2024"
    yield "caption", words(8, 20) + "."
    yield "credit", f"Photo: {words(2, 2).title()}"
    for paragraph in range(20):
        if paragraph % 6 == 5:
            yield "boilerplate/advertisement", "Advertisement"
            yield "subheading", words(2, 5)
        yield "body", words(20, 50) + "."
    for _ in range(8):
        yield "boilerplate/related", words(6, 12)
    yield "boilerplate/legal", f"© 2024 {words(2, 2).title()}"


if __name__ == "__main__":
    main()

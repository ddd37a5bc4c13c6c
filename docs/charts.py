"""Pictures made from the data: share of each label, where it stands, what readers confuse."""

from collections import Counter
from pathlib import Path
from xml.sax.saxutils import escape

import pyarrow.parquet as pq
from agreement import both, line_pairs

from newshole.labels import COLOURS, NAMES, join_name, split_name
from newshole.manifest import files_of, read_manifest

ROOT = Path(__file__).parents[1]

BINS = 24
"""Parts of a page, by characters, in which the second picture counts spans."""

ROW, LEFT, RIGHT, TOP = 20, 190, 60, 44
BAR = 420
MOST_CONFUSED = 12


class Counts:
    """Spans and characters of each label name, and its characters in each part of a page."""

    def __init__(self) -> None:
        self.spans: Counter[str] = Counter()
        self.characters: Counter[str] = Counter()
        self.places: dict[str, list[int]] = {name: [0] * BINS for name in NAMES}


def counts(data: Path) -> Counts:
    """Counts over every row of the dataset in ``data``."""
    manifest = read_manifest(data)
    if manifest is None:
        raise ValueError(f"{data} holds no dataset; 'make dataset' builds it")
    found = Counts()
    for file in files_of(manifest):
        for row in pq.read_table(data / file["path"], columns=["spans"]).to_pylist():
            length = max((span["end"] for span in row["spans"]), default=1)
            for span in row["spans"]:
                name = join_name(span["label"], span["kind"])
                found.spans[name] += 1
                found.characters[name] += span["end"] - span["start"]
                middle = (span["start"] + span["end"]) / 2
                found.places[name][min(BINS - 1, int(BINS * middle / length))] += 1
    return found


def shares(found: Counts) -> str:
    """An SVG of two bars a label: its share of all spans, and of all characters."""
    totals = (sum(found.spans.values()), sum(found.characters.values()))
    rows = []
    for at, name in enumerate(NAMES):
        y = TOP + at * ROW
        parts = (found.spans[name] / totals[0], found.characters[name] / totals[1])
        for half, share in enumerate(parts):
            width = BAR * share / 0.6
            rows.append(
                f'<rect x="{LEFT}" y="{y + 8 * half}" width="{width:.1f}" height="7" '
                f'fill="{_colour(name)}" opacity="{1 if half else 0.5}"/>'
                f'<text class="n" x="{LEFT + width + 4:.1f}" y="{y + 7 + 8 * half}">'
                f"{100 * share:.1f}</text>"
            )
        rows.append(_name(name, y))
    title = "Share of each label: of spans (above, pale), of characters (below), in percent"
    return _svg(title, len(NAMES), rows)


def places(found: Counts) -> str:
    """An SVG of a strip a label: the darker, the more of its spans stand at that part of a page."""
    rows = []
    for at, name in enumerate(NAMES):
        y = TOP + at * ROW
        most = max(found.places[name]) or 1
        for part, count in enumerate(found.places[name]):
            if count:
                rows.append(
                    f'<rect x="{LEFT + part * BAR / BINS:.1f}" y="{y}" '
                    f'width="{BAR / BINS:.1f}" height="15" fill="{_colour(name)}" '
                    f'opacity="{count / most:.2f}"/>'
                )
        rows.append(_name(name, y))
    return _svg(
        "Where on a page each label stands: top at the left, end at the right", at + 1, rows
    )


def confusions() -> str:
    """An SVG of the pairs of labels that two readers of one page confuse most, in lines."""
    pairs: Counter[tuple[str, str]] = Counter()
    for first, second in both():
        for (one, other), count in line_pairs(first, second).items():
            if one != other:
                low, high = sorted((one, other))
                pairs[low, high] += count
    most = pairs.most_common(MOST_CONFUSED)
    rows = []
    for at, ((one, other), count) in enumerate(most):
        y = TOP + at * ROW
        width = 260 * count / most[0][1]
        label = escape(f"{_short(one)} / {_short(other)}")
        rows.append(
            f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{label}</text>'
            f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="15" fill="#a33b3b"/>'
            f'<text class="n" x="{LEFT + width + 4:.1f}" y="{y + 12}">{count}</text>'
        )
    return _svg("Lines that two readers labelled differently, by pair of labels", len(most), rows)


def _short(name: str) -> str:
    label, kind = split_name(name)
    return kind or label


def _colour(name: str) -> str:
    return COLOURS[split_name(name)[0]]


def _name(name: str, y: int) -> str:
    return f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{escape(name)}</text>'


def _svg(title: str, number: int, rows: list[str]) -> str:
    width, height = LEFT + BAR + RIGHT, TOP + number * ROW + 10
    style = "text{font:12px sans-serif;fill:#222}.t{font-weight:bold}.n{font-size:9px;fill:#555}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img"><title>{escape(title)}</title>'
        f"<style>{style}</style>"
        f'<rect width="{width}" height="{height}" fill="#fdfcf8"/>'
        f'<text class="t" x="12" y="24">{escape(title)}</text>{"".join(rows)}</svg>\n'
    )


def charts() -> dict[str, str]:
    """File name below docs/ → its SVG."""
    found = counts(ROOT / "data")
    return {
        "shares.svg": shares(found),
        "places.svg": places(found),
        "confusions.svg": confusions(),
    }


def main() -> None:
    for name, svg in charts().items():
        path = ROOT / "docs" / name
        if not path.exists() or path.read_text(encoding="utf-8") != svg:
            path.write_text(svg, encoding="utf-8", newline="\n")
            print(f"docs/{name}: drawn")


if __name__ == "__main__":
    main()

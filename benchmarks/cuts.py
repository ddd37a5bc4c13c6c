"""Cuts within lines: a grammar of rules beside a token model, by exact spans.

The label of each line as a whole is given, as most of its characters have it in the gold; measured
is where it is cut, and what the pieces are called. The model, a conditional random field over
tokens, never sees the site of a line that it cuts: by folds of sites of the splits ``train`` and
``validation``, on which an eye was kept while the grammar was written; or, with ``--test``, learned
from these two splits, on the split ``test``.

    NEWSHOLE_PAGES=… python benchmarks/cuts.py [--test] [--corpus PATH] [--tune]
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from cases import site_fold, site_in
from cut_model import Case, Made, by_model, features, labels_of, pieces_of

from newshole.cut import cut
from newshole.examples import Example, read_examples
from newshole.forms import line_names

ROOT = Path(__file__).parents[1]
SPLITS = ("train", "validation")
FOLDS = 5
LABELS = ("body", "caption", "credit", "byline", "timestamp")
EVERY = "together, lines without a cut too"

# The weights of both penalties, found with --tune by the same folds.
C1, C2 = 0.0, 0.1
TUNED = ((0.1, 0.01), (0.1, 0.1), (0.3, 0.01), (1.0, 0.01))
# The probability of a whole line's labels from which the model counts as sure.
ENOUGH = 0.8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--test", action="store_true", help="cut the lines of the test split")
    parser.add_argument("--tune", action="store_true", help="print the F1 of other penalties too")
    given = parser.parse_args()
    examples, left = read_examples([given.corpus], splits=SPLITS)
    cases = [case for example in examples for case in cases_in(example)]
    if given.test:
        # All that is known teaches, and the test split is one fold.
        cases = [case._replace(fold=0) for case in cases]
        examples, left = read_examples([given.corpus], splits=("test",))
        tests = [case for example in examples for case in cases_in(example)]
        cases += [case._replace(fold=1) for case in tests]
    sites = len({site_in(example) for example in examples})
    learned = [features(case) for case in cases]
    for c1, c2 in TUNED if given.tune else ():
        found = by_model(cases, learned, c1, c2)
        print(f"c1 {c1}, c2 {c2}: F1 {scores(scored(cases), found)[2]:.3f}", flush=True)
    model = by_model(cases, learned, C1, C2)
    cases = scored(cases)
    print(f"{len(examples)} articles of {sites} sites ({len(left)} left out), {len(cases)} lines.")
    within = sum(pieces_of(case, labels_of(case)) == case.gold for case in cases)
    print(f"Cuts of {len(cases) - within} lines are out of the model's reach.\n")
    grammar = [by_grammar(case) for case in cases]
    made = {
        "grammar": grammar,
        "model": model,
        "grammar, else model": [*map(first_cut, grammar, model)],
        "grammar, else sure model": [*map(first_sure_cut, grammar, model)],
    }
    print(table(cases, made))


def scored(cases: Sequence[Case]) -> list[Case]:
    """The lines that are not there to teach alone."""
    return [case for case in cases if case.fold]


def cases_in(example: Example) -> Iterator[Case]:
    fold = 1 + site_fold(site_in(example), FOLDS)
    rows = zip(example.lines, example.article.lines, strict=True)
    full = [(line, segments) for line, segments in rows if not isinstance(segments, str)]
    names = line_names(example)
    first = names.index("body") if "body" in names else -1
    for at, ((line, segments), name) in enumerate(zip(full, names, strict=True)):
        if name in LABELS:
            gold, start = [], 0
            for segment in segments:
                gold.append((start, start + len(segment.text), segment.name))
                start += len(segment.text)
            yield Case(fold, line, name, at == first, gold)


def by_grammar(case: Case) -> Made:
    begun = time.perf_counter()
    pieces = cut(case.line, case.name, opens_story=case.opens_story)
    return Made(pieces, 1.0, time.perf_counter() - begun)


def first_cut(grammar: Made, model: Made) -> Made:
    """The grammar's pieces, or the model's where the grammar makes but one."""
    if len(grammar.pieces) > 1:
        return grammar
    return Made(model.pieces, model.sure, grammar.seconds + model.seconds)


def first_sure_cut(grammar: Made, model: Made) -> Made:
    made = first_cut(grammar, model)
    return made if made.sure >= ENOUGH else Made(grammar.pieces, 1.0, made.seconds)


def scores(cases: Sequence[Case], made: Sequence[Made], every: bool = False) -> list[float]:
    """Precision, recall and F1 of spans, of the lines that either side cuts, or of all."""
    right = found = wanted = 0
    for case, one in zip(cases, made, strict=True):
        if every or len(case.gold) > 1 or len(one.pieces) > 1:
            right += len(set(case.gold) & set(one.pieces))
            found, wanted = found + len(one.pieces), wanted + len(case.gold)
    return [right / max(1, found), right / max(1, wanted), 2 * right / max(1, found + wanted)]


def table(cases: Sequence[Case], made: dict[str, list[Made]]) -> str:
    rows = [
        "| lines | all | cut | method | precision | recall | F1 | exact | false cuts | µs a line |",
        "|---|--:|--:|---|--:|--:|--:|--:|--:|--:|",
    ]
    for label in (*LABELS, "together", EVERY):
        kept = [at for at, case in enumerate(cases) if label == case.name or label not in LABELS]
        some = [cases[at] for at in kept]
        several = sum(len(case.gold) > 1 for case in some)
        for method, lines in made.items():
            ours = [lines[at] for at in kept]
            precision, recall, f1 = scores(some, ours, every=label == EVERY)
            pairs = list(zip(some, ours, strict=True))
            exact = sum(len(case.gold) > 1 and one.pieces == case.gold for case, one in pairs)
            false = sum(len(one.pieces) > len(case.gold) == 1 for case, one in pairs)
            spent = 1e6 * sum(one.seconds for one in ours) / len(ours)
            figures = f"{precision:.3f} | {recall:.3f} | {f1:.3f} | {exact} | {false} | {spent:.0f}"
            rows.append(f"| {label} | {len(some)} | {several} | {method} | {figures} |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()

"""What the annotator says of the corpus's test split, as predictions for ``newshole score``.

NEWSHOLE_PAGES=… python benchmarks/predict.py FILE
newshole score corpus FILE --split test
"""

import json
import sys
from pathlib import Path

from newshole.annotate import annotate_pages
from newshole.examples import read_examples

ROOT = Path(__file__).parents[1]


def main() -> None:
    examples, left = read_examples([ROOT / "corpus"], splits=("test",))
    with Path(sys.argv[1]).open("w", encoding="utf-8") as file:
        articles = annotate_pages([example.lines for example in examples])
        for example, article in zip(examples, articles, strict=True):
            spans = [
                {"start": span.start, "end": span.end, "label": span.label, "kind": span.kind}
                for span in article.spans
            ]
            file.write(json.dumps({"id": example.article.header["id"], "spans": spans}) + "\n")
    print(f"{sys.argv[1]}: {len(examples)} pages, {len(left)} left out")


if __name__ == "__main__":
    main()

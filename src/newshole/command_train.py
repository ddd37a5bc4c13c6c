"""The command ``newshole train``."""

import argparse
import sys
from pathlib import Path

from newshole.commands import CORPUS, DONE, FOUND, CallError


def run_train(options: argparse.Namespace) -> int:
    """``newshole train [PATH…] [--weak FOLDER…] --out FILE [--card FILE]``."""
    from newshole.article import ArticleError
    from newshole.corpus import is_corpus, read_sites
    from newshole.examples import read_examples
    from newshole.network import save
    from newshole.weak import RecordError, read_weak

    paths = [Path(path) for path in options.paths or [CORPUS]]
    for path in paths:
        if not path.exists():
            raise CallError(f"{path}: there is no such file or folder")
    try:
        # The test split stays unseen, for whoever scores the annotator on it.
        examples, left = read_examples(paths, splits=("train", "validation"))
        tests, _ = read_examples([path for path in paths if is_corpus(path)], splits=("test",))
        sites = {
            site
            for path in paths
            if is_corpus(path)
            for site, entry in read_sites(path).items()
            if entry.split == "test"
        }
        weak = list(
            read_weak(
                [Path(folder) for folder in options.weak],
                without_sites=sites,
                without_pages={one.article.header.get("page", "") for one in [*examples, *tests]},
            )
        )
    except (ArticleError, OSError, RecordError) as error:
        raise CallError(str(error)) from None
    for reason in left:
        print(reason, file=sys.stderr)
    if not examples:
        raise CallError("there is no article with its text to learn from")

    def tell(message: str) -> None:
        print(message, file=sys.stderr)

    try:
        from newshole.model_card import model_card
        from newshole.train import train

        trained = train(examples, weak, epochs=options.epochs, seed=options.seed, tell=tell)
    except ImportError as error:
        raise CallError(f"{error}; 'pip install newshole[train]' brings it") from None
    save(trained.network, Path(options.out))
    if options.card:
        card = model_card(trained, examples, weak, tests, epochs=options.epochs, seed=options.seed)
        Path(options.card).write_text(card, encoding="utf-8", newline="\n")
    said = f"{len(examples)} articles and {len(weak)} pages with known text"
    print(f"{options.out}: learned from {said}, {len(left)} left out")
    return FOUND if left else DONE

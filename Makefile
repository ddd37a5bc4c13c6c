# Set-up and the main jobs: `make dataset` builds data/ from corpus/, `make test` checks and tests
# all, `make bench` measures newshole beside other extractors. Each sets up .venv by itself, once,
# and again when pyproject.toml has changed.

# The first Python on the PATH that is new enough; `make PYTHON=… dataset` takes another.
PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,$(shell \
  $(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))
BIN := .venv/bin
CODE = $(wildcard src tests benchmarks docs)
VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)

.PHONY: dataset test lint check schema bench pages-named clean

dataset: .venv/ready docs/article.svg
	$(BIN)/newshole build corpus --out data --replace --card README.md --dataset-version $(VERSION)
	$(BIN)/python docs/tables.py
	$(BIN)/python docs/charts.py
	$(BIN)/newshole check

test: .venv/ready lint check
	$(BIN)/python -m pytest -n auto

lint: .venv/ready
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy $(CODE)

# The corpus, and data/ as it stands: what it says of itself, and that corpus/ builds it.
check: .venv/ready
	$(BIN)/newshole check

# schema/row.schema.json is made from the columns in row.py.
schema: .venv/ready
	$(BIN)/python -c "import json; from newshole.row import json_schema; print(json.dumps(json_schema(), indent=2, ensure_ascii=False))" > schema/row.schema.json

docs/article.svg: docs/picture.py schema/labels.json corpus/original/saltermarshpost.example/moon-clock.txt | .venv/ready
	$(BIN)/python docs/picture.py

# Figures and tables of the documents; on some pages of each set, kept out of the documents:
# make bench BENCH='--limit 60'
BENCH ?= --json benchmarks/compare.json
bench: pages-named .venv/bench
	$(BIN)/python benchmarks/compare.py $(BENCH)
	$(BIN)/python docs/tables.py

pages-named:
	@test -n "$(NEWSHOLE_PAGES)" || { echo "NEWSHOLE_PAGES is not set; it names a folder with pages/, wcxb/ and eval/ in it, which 'make bench' extracts from: make NEWSHOLE_PAGES=/path bench" >&2; exit 1; }

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis data/.newshole

.venv/ready: pyproject.toml
	@test -n "$(PYTHON)" || { echo "newshole needs Python 3.11 or newer, and none is on the PATH; install one, or name it: make PYTHON=/path/to/python3.12 dataset" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is no Python 3.11 or newer; name another: make PYTHON=/path/to/python3.12 dataset" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make an environment: its modules venv and ensurepip are not there; on Debian and Ubuntu 'apt install python3-venv' brings them" >&2; exit 1; }
	@echo "Setting up .venv with $$($(PYTHON) --version); this takes a minute or two."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch .venv/ready

# An older pip cannot resolve what some of these packages ask of lxml.
.venv/bench: .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=24'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,bench]'
	@touch .venv/bench

# Set-up and the two main jobs. `make dataset` builds data/ from corpus/; `make test` checks and tests all.
PYTHON ?= python3
BIN := .venv/bin
VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)

.PHONY: dataset test lint schema clean

dataset: .venv/ready
	$(BIN)/newshole build corpus --out data --replace --card README.md --dataset-version $(VERSION)
	$(BIN)/newshole check

test: .venv/ready lint
	$(BIN)/python -m pytest -n auto

lint: .venv/ready
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy

# schema/row.schema.json is made from the columns in row.py.
schema: .venv/ready
	$(BIN)/python -c "import json; from newshole.row import json_schema; print(json.dumps(json_schema(), indent=2, ensure_ascii=False))" > schema/row.schema.json

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis data/.newshole

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch .venv/ready

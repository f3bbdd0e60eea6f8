# The two commands of the README are `make run` and `make test`; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
STAMP := $(VENV)/.complete
HOST ?= 127.0.0.1
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help setup run test bench lint format lock messages rehearse fresh

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

setup: $(STAMP) ## make the environment in .venv

$(STAMP): requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		(echo "This Python cannot make environments: on Debian, install python3-venv." && exit 1)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

run: $(STAMP) ## serve the market with worker and demo on 127.0.0.1:8000
	@$(BIN)/python -m marketplace.demo.run --host $(HOST) --port $(PORT)

fresh: $(STAMP) ## rebuild the demo data from nothing
	$(MANAGE) load_demo --fresh

test: $(STAMP) ## check everything: style, types, tests on SQLite and PostgreSQL, browser journeys
	@$(BIN)/python -m tests.suite

bench: $(STAMP) ## measure what docs/figures.md states
	@$(BIN)/python -m tests.benchmarks

rehearse: $(STAMP) ## live some weeks of the market on a scratch database and check the books
	@$(MANAGE) rehearse

lint: $(STAMP) ## style, types and dependencies
	@$(BIN)/python -m tests.suite lint

format: $(STAMP) ## put the code in order
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

messages: $(STAMP) ## compile translations
	$(BIN)/python -m marketplace.web.compile_messages

lock: ## pin the dependencies of pyproject.toml with hashes (needs uv)
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal \
		--python-version 3.11 --group dev pyproject.toml -o requirements.lock

# The ways into the project; `make` lists them. Every target prepares what it needs.
FILE ?=
PYTEST ?=
export DEBIAN_FRONTEND ?= noninteractive

.DEFAULT_GOAL := help
.PHONY: help setup demo up down status test lint format lock

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## prepare .venv with everything, fly-potato in it
	@scripts/setup dev

demo: ## bring the local stack up and carry workbooks through it (FILE=my.xlsx: your own)
	@scripts/setup desk
	@.venv/bin/fly-potato demo $(if $(FILE),"$(FILE)")

up: ## start the local stack: PostGIS, S3, gateway on http://localhost:8073
	@scripts/setup desk
	@.venv/bin/fly-potato up

down: ## stop the local stack; the data stay in .local/
	@scripts/setup desk
	@.venv/bin/fly-potato down

status: ## tell what of the local stack runs
	@scripts/setup desk
	@.venv/bin/fly-potato status

test: ## run all tests against a real PostGIS and a real S3 server (PYTEST="-k name": some of them)
	@scripts/setup dev
	@scripts/postgres
	@.venv/bin/python -m pytest -q $(PYTEST)

lint: ## check style, types and who imports whom
	@scripts/setup dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: ## put the code into its form
	@scripts/setup dev
	.venv/bin/ruff check --fix-only -q .
	.venv/bin/ruff format .

COMPILE = .venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q

lock: ## pin the newest dependencies that pyproject.toml allows, with hashes
	@scripts/setup dev
	$(COMPILE) --upgrade --extra dev pyproject.toml -o requirements/dev.txt
	$(COMPILE) --extra desk -c requirements/dev.txt pyproject.toml -o requirements/desk.txt
	$(COMPILE) --upgrade requirements/installer.in -o requirements/installer.txt

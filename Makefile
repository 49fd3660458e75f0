# `make run` needs python3 (3.11 or newer) with venv, and make. Everything else comes from requirements.txt.
# VENV=/somewhere/else uses another virtual environment, PORT=8080 another port.

PYTHON ?= python3
VENV ?= .venv
PY := $(VENV)/bin/python
CHROMIUM ?= $(firstword $(wildcard /usr/bin/chromium /usr/bin/chromium-browser))
PIP := $(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r
# Named after the content of the pins, so that a branch with other pins installs them.
RUNTIME := $(VENV)/.runtime-$(shell cksum < requirements.txt | cut -d' ' -f1)
TOOLS := $(VENV)/.tools-$(shell cksum < requirements-dev.txt | cut -d' ' -f1)
TOOL := $(VENV)/bin

.DEFAULT_GOAL := run
.PHONY: run stop reset check lint test race e2e chaos bench deploy-check pins chromium

run: $(RUNTIME)  ## the portal, with its worker and its clock, until Ctrl-C
	@exec $(PY) manage.py portal --with-parent

stop: $(RUNTIME)  ## the portal that runs elsewhere
	@$(PY) -m bizhan.supervisor stop

reset: stop  ## begin anew: deletes the embedded data, the photos and the sign-ins
	@$(PY) -m bizhan.supervisor discard

check: lint test  ## what a change must pass

lint: $(TOOLS)
	@$(TOOL)/ruff format --check --quiet .
	@$(TOOL)/ruff check --quiet .
	@$(TOOL)/djlint --check --quiet templates
	@$(TOOL)/djlint --lint --quiet templates
	@$(TOOL)/mypy .
	@$(PY) manage.py makemigrations --check --dry-run

test: $(TOOLS)  ## races, browsers and killed servers have targets of their own
	@$(TOOL)/pytest --quiet -n 2

race: $(TOOLS)
	@$(TOOL)/pytest --quiet -p no:xdist -m race

e2e: $(TOOLS) chromium
	@$(TOOL)/pytest --quiet -p no:xdist -m browser tests/browser

chaos: $(TOOLS)
	@$(TOOL)/pytest --quiet -p no:xdist -m chaos tests/chaos

bench: $(TOOLS)
	@$(PY) manage.py bench
	@$(PY) manage.py bench_evidence

deploy-check: $(RUNTIME)  ## Django's own list for production: no warning may be left
	@secret() { $(PY) -c 'import secrets; print(secrets.token_urlsafe(64))'; }; \
	BIZHAN_PRODUCTION=true SECRET_KEY=$$(secret) FIELD_KEY=$$(secret) HASH_KEY=$$(secret) \
	EVIDENCE_KEY=$$($(PY) -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())') \
	ALLOWED_HOSTS=portal.example SITE_ADDRESS=https://portal.example \
	DATABASE_URL=postgres://bizhan@localhost/bizhan REDIS_URL=redis://localhost \
	$(PY) manage.py check --deploy --fail-level WARNING

pins:  ## after a change of requirements.in; needs uv
	@for name in requirements requirements-dev; do \
	  uv pip compile --quiet --generate-hashes --python-version 3.11 --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links $$name.in -o $$name.txt || exit 1; done

chromium:
	@test -x "$(CHROMIUM)" || { echo "The browser tests need Debian's Chromium: apt-get install chromium fonts-noto-cjk" >&2; exit 1; }

$(PY):
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): | $(PY)
	@echo "Installing the packages of requirements.txt …"
	@$(PIP) requirements.txt
	@touch $@

$(TOOLS): | $(RUNTIME)
	@echo "Installing the packages of requirements-dev.txt …"
	@$(PIP) requirements-dev.txt
	@touch $@

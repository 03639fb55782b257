# Everything you do with the portal, by name. `make help` lists it.
PYTHON ?= python3
PORT ?= 8000
DEMO ?= 1
DATABASE_URL_FOR_TESTS ?= postgresql://postgres@127.0.0.1:5432/postgres
REDIS_URL_FOR_TESTS ?= redis://127.0.0.1:6379/15

BIN := .venv/bin
export PYTHONWARNINGS ?= ignore::UserWarning:celery.platforms
# Enough for `check --deploy` to see the portal as production does; nothing is connected to.
AS_PRODUCTION := SPRINT_MODE=production SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
	FIELD_KEY=checked-not-used SITE_URL=https://portal.example DATABASE_URL=postgresql://checked.invalid/not_used \
	REDIS_URL=redis://checked.invalid MAIL_URL=smtp://checked.invalid

.DEFAULT_GOAL := help
.PHONY: help run reset test test-services check format bench lock messages

help: ## List these commands
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.ready ## Start the portal here with its demo (PORT=8123 for another port, DEMO=0 for an empty one)
	@DEMO=$(DEMO) PORT=$(PORT) exec $(BIN)/python manage.py serve

reset: ## Forget everything that `make run` kept
	@test ! -e var/serve.lock || flock --nonblock var/serve.lock true || { echo "The portal is running from this folder: stop it first (Ctrl-C)."; exit 2; }
	rm -rf var

test: .venv/.ready-for-tests ## Run every test; needs no server and no network
	@$(BIN)/pytest -n 2

test-services: .venv/.ready-for-tests ## Run every test on PostgreSQL and Redis
	@DATABASE_URL=$(DATABASE_URL_FOR_TESTS) REDIS_URL=$(REDIS_URL_FOR_TESTS) $(BIN)/pytest -n 2 --create-db

check: .venv/.ready-for-tests ## Look at the code without running it
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive cohorts engagement_plans sprint_portal toolkit 2>/dev/null
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(AS_PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

format: .venv/.ready-for-tests ## Bring the code into its one form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.ready-for-tests ## Measure pages and rendering; writes build/bench.json
	@$(BIN)/python -m tests.bench

messages: .venv/.ready-for-tests ## Collect the words to translate, and compile the translations
	$(BIN)/python manage.py makemessages --all --no-location --ignore .venv
	$(BIN)/python manage.py compilemessages --ignore .venv

lock: ## Pin every library again, with hashes, after a change in pyproject.toml
	$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

# The environment is made again only when what it is made from changes.
.venv/.ready: requirements.txt
	@$(PYTHON) -I sprint_portal/machine.py
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the libraries (once; a minute or two) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.ready-for-tests: requirements-dev.txt .venv/.ready
	@echo "Installing what tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

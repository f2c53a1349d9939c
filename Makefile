# `make run` and `make test` need python3 (3.11 or newer) with venv and pip, make and git, and nothing else.
PY ?= python3
BIN := .venv/bin
BIND ?= 127.0.0.1:8000
LOCALES := ru fr es ar zh_Hans

.PHONY: bench run test setup demo format lint messages lock clean-demo

run: setup ## set everything up, then serve the site with demonstration content
	@$(BIN)/python manage.py welcome --address http://$(BIND)
	@exec $(BIN)/gunicorn cms.wsgi --bind $(BIND) --workers 2 --threads 4 --worker-class gthread --preload --no-control-socket --log-level warning

test: .venv/.dev ## the tests on SQLite, and again on PostgreSQL where one is found
	@$(BIN)/python -m pytest -n auto --dist loadfile
	@$(BIN)/python -m tests.postgresql -n auto --dist loadfile

setup: .venv/.run .env var/static/.stamp
	@$(BIN)/python manage.py migrate --noinput --verbosity 0
	@$(BIN)/python manage.py demo --once
	@$(BIN)/python manage.py search --verbosity 0 rebuild

var/static/.stamp: .venv/.run cms/apps.py $(shell find static -type f) | .env
	@echo "Collecting static files …"
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@

.env:
	@$(PY) -c 'import secrets; print("# Made for this machine; never commit it.\nDEBUG=on\nTIME_ZONE=Asia/Almaty\nSECRET_KEY=" + secrets.token_urlsafe(50))' > .env

.venv/bin/python:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PY) -m venv .venv || { echo "python3 cannot make virtual environments here. On Debian: apt-get install python3-venv"; exit 1; }

.venv/.run: requirements.txt | .venv/bin/python
	@test -e .venv/.dev || $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt requirements.txt | .venv/bin/python
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/.run

format: .venv/.dev
	@$(BIN)/ruff check -q --fix .; $(BIN)/ruff format -q .; $(BIN)/djade --target-version 5.2 $$(git ls-files '*.html')

lint: .venv/.dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/djade --check --target-version 5.2 $$(git ls-files '*.html') && $(BIN)/mypy

messages: .venv/.dev .env ## collect the words shown to people and compile their translations (needs gettext)
	@$(BIN)/python manage.py makemessages $(LOCALES:%=--locale %) --ignore .venv --ignore var --ignore tests --no-obsolete --no-wrap --add-location file -v 0
	@$(BIN)/python .ci/readers $(patsubst %,cms/locale/%/LC_MESSAGES/django.po,$(filter-out ru,$(LOCALES)))
	@sed -i '/POT-Creation-Date/d' cms/locale/*/LC_MESSAGES/*.po
	@$(BIN)/python manage.py compilemessages --ignore .venv -v 0

bench: .venv/.bench .env ## the site beside nginx and bare Django, in one run (needs wrk and nginx): make bench BENCH="--sizes 1000,10000"
	@$(BIN)/python -m bench.suite $(BENCH)

.venv/.bench: requirements-bench.txt .venv/.dev
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

lock: ## resolve requirements*.in anew at Python 3.11 (needs uv)
	@for f in requirements requirements-dev requirements-bench; do uv pip compile -q --upgrade --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header $$f.in -o $$f.txt; done

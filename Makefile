# Two commands matter: `make demo` and `make test`. Both make their own .venv from pinned, hashed requirements.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The release's tools stay apart from what runs.
RELEASE := build/release
PORT ?= 8080
SEED ?= $(shell date +%s)
# A real browser is impatient: these go one at a time, and the suite stands back for them.
BROWSER := tests/test_browser.py tests/test_demo_page.py
# More than there are cores: what is about processes that die mostly waits.
WORKERS ?= 6
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Where Python keeps nothing that it compiled, each of some hundred starts in the tests compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test checks browser suite soak lint types words papers lock migration benchmark screenshots pictures release clean

demo: $(VENV)/run.stamp
	$(BIN)/ritme demo --port $(PORT)

test: $(VENV)/test.stamp
	$(MAKE) -j3 browser checks suite

checks: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

browser: $(VENV)/test.stamp
	$(BIN)/pytest $(BROWSER)

suite: $(VENV)/test.stamp
	nice -n 10 $(BIN)/pytest -n $(WORKERS) --dist worksteal $(BROWSER:%=--ignore=%) --databases sqlite@slack+teams+demo,postgresql@socket

# The long version of every proof that has one. Takes an hour or two; make soak SEED=... draws the same again.
soak: $(VENV)/test.stamp
	$(BIN)/pytest --soak -m soak --timeout 0 --seed $(SEED)
	$(BIN)/pytest --soak -m soak --timeout 0 --seed $(SEED) --databases postgresql tests/test_migrations.py

lint: $(VENV)/test.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/test.stamp
	$(BIN)/mypy

# Writes what the code says into the catalogues: new sentences appear with an empty translation, gone ones leave.
words: $(VENV)/test.stamp
	$(BIN)/python -m bot.catalogues

# Writes the pages of the documentation that are made from the code.
papers: $(VENV)/test.stamp
	$(BIN)/python -m bot.papers.docs

# One migration from the difference between the models and the newest revision: make migration m="what changes"
migration: $(VENV)/test.stamp
	$(BIN)/ritme db revision "$(m)"

benchmark: $(VENV)/test.stamp
	$(BIN)/python -m benchmarks

screenshots: $(VENV)/test.stamp
	$(BIN)/pytest tests/test_browser.py --screenshots screenshots

# The cards that people meet most in Teams, drawn by Microsoft's own renderer. Needs node.
pictures: $(VENV)/test.stamp
	cd docs/pictures/teams/drawing && npm ci --silent
	PYTHONPATH=. $(BIN)/python docs/pictures/teams/draw.py

# Pins everything again. Needs uv; the files name no address and no host.
lock:
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml --extra build -o requirements/run.txt
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml --extra build --extra test -o requirements/test.txt
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  requirements/release.in -o requirements/release.txt

# What is in a release, and whether a flaw of any of it is known: docs/release.md. Needs the network.
release: $(RELEASE)/stamp
	mkdir -p dist
	$(RELEASE)/bin/cyclonedx-py requirements requirements/run.txt --pyproject pyproject.toml --sv 1.6 \
	  --output-reproducible --output-file dist/ritme.cdx.json
	cd dist && sha256sum ritme.cdx.json
	$(RELEASE)/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements/run.txt $(AUDIT)

$(RELEASE)/stamp: requirements/release.txt
	$(PYTHON) -m venv $(RELEASE)
	$(RELEASE)/bin/pip install -q --require-hashes -r requirements/release.txt
	touch $@

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	$(BIN)/pip install -q --require-hashes -r requirements/run.txt
	$(BIN)/pip install -q --no-build-isolation --no-deps -e .
	touch $@

$(VENV)/test.stamp: requirements/test.txt pyproject.toml | $(BIN)/python
	$(BIN)/pip install -q --require-hashes -r requirements/test.txt
	$(BIN)/pip install -q --no-build-isolation --no-deps -e .
	touch $@ $(VENV)/run.stamp

clean:
	rm -rf $(VENV) *.egg-info build

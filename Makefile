# make run   installs, creates the database, loads the demo and serves it on http://127.0.0.1:8000
# make test  sets up what the tests need and runs everything
# make check style, types and the borders between the rooms;  make bench  speed;  make install  only installs
# make faults parts fail in the middle of 5 000 messages, each in turn: about an hour
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$name; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
BENCH := .bench

.PHONY: run install install-dev test check format lock bench bench-others faults clean

run: install
	$(BIN)/bot serve --demo

install: $(VENV)/.installed

$(VENV)/.installed: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. On Debian: apt install python3 python3-venv"; exit 1; }
	@test -x $(BIN)/pip || { rm -rf $(VENV); $(PYTHON) -m venv $(VENV); } || \
		{ rm -rf $(VENV); echo "The venv module is missing. On Debian: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

install-dev: $(VENV)/.installed-dev

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

test: install-dev
	sh tests/servers.sh
	$(MAKE) check
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: install-dev
	$(BIN)/ruff check bot tests
	$(BIN)/ruff format --check bot tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bot check

format: install-dev
	$(BIN)/ruff check --fix bot tests
	$(BIN)/ruff format bot tests

# New pins, with hashes and without any address of where they come from.
lock: install-dev
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
		--extra build pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
		--extra build --extra dev --constraint requirements.txt pyproject.toml --output-file requirements-dev.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
		tests/bench/requirements.in --output-file tests/bench/requirements.txt

bench: install-dev
	@$(MAKE) --no-print-directory --keep-going bench-others >/dev/null 2>&1 || \
		echo "Not all other engines could be installed (make bench-others says why). Those that are missing are left out."
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.wire

faults: install-dev
	$(BIN)/python -m tests.faults

# The engines that the benchmark stands beside, in a folder of their own. Nothing else needs them.
bench-others: $(BENCH)/python/.installed $(BENCH)/node/.installed

$(BENCH)/python/.installed: tests/bench/requirements.txt
	rm -rf $(@D)
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --retries 1 --require-hashes -r $<
	@touch $@

$(BENCH)/node/.installed: tests/bench/node/package.json
	rm -rf $(@D)
	mkdir -p $(@D)
	cp $< $(@D)
	npm install --prefix $(@D) --silent --no-package-lock --no-audit --no-fund --ignore-scripts --fetch-retries=1
	@touch $@

clean:
	rm -rf $(VENV) $(BENCH) instance build dist

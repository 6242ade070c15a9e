# make run: the demo company.  make serve: your own.  make test: everything that is tested.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One more than there are cores: a test that drives a browser waits now and then.
WORKERS := $(shell echo $$((1 + $$(getconf _NPROCESSORS_ONLN))))

# Where it is set, every server and command that a test starts compiles everything anew, for most of its time
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run serve test test-long screenshots lint install browser clean

run: install
	$(BIN)/python -m okrdash serve --demo startup

serve: install
	$(BIN)/python -m okrdash serve

install: $(VENV)/installed

$(VENV)/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "okrdash needs Python 3.11 or later: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -r requirements.txt
	touch $@

test: lint browser
	$(BIN)/python -m tests.databases $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not long$(if $(filter no,$(BROWSER)), and not browser)"

# What takes long: crashes by the dozen and the like, and examples that were not tried before.
test-long: install
	$(BIN)/python -m tests.databases $(BIN)/python -m pytest -m "long or hypothesis" --hypothesis-profile default

# The README's pictures, taken anew from the demo company.
screenshots: install
	$(BIN)/python -m tests.browser.screenshots

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The browser tests need Chromium: the system's, else Debian's package, else Playwright's own. BROWSER=no skips them.
browser: install
ifneq ($(BROWSER),no)
	@sh tests/browser/find_chromium.sh $(BIN)/python
endif

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

# The two commands: `make cluster` (simulate a mobile network and cluster it) and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= runs/mobile_network
# auto compares several methods, DANCE among them; METHOD=dance trains that of the paper.
METHOD ?= auto
# The default takes minutes; FULL=1 is the size of the paper: 400 users with 10 sequences each.
FULL ?= 0
USERS := $(if $(filter 1,$(FULL)),400,160)
SEQUENCES := $(if $(filter 1,$(FULL)),10,5)
INPUTS ?= 1000000
# One process for each core; all tests of a file run in the same process.
PARALLEL := --numprocesses auto --dist loadfile

.PHONY: cluster test test-full soak-kill soak-fuzz soak-serve audit lint format docs notebooks constraints clean

cluster: $(VENV)/.installed
	$(BIN)/kerasclust fit mobile_network --users $(USERS) --sequences $(SEQUENCES) --method $(METHOD) --clusters 8 \
	    --out $(OUT) --overwrite

test: $(VENV)/.developer
	$(BIN)/python -m pytest $(PARALLEL)

# Tests of every method, where `make test` checks one method of each family: ten minutes and more.
test-full: $(VENV)/.developer
	$(BIN)/python -m pytest $(PARALLEL) -m ""

# Kills trainings of all methods (kill -9) at random moments and compares their results; about an hour. A shorter one
# has SOAK="--minutes 20", or names of methods in SOAK.
soak-kill: $(VENV)/.developer
	$(BIN)/python tests/soak_kill.py $(SOAK)

# Gives a million damaged or hostile inputs to everything that reads files or arguments, INPUTS=... for more, then .keras
# files for an hour. Where pip finds atheris, the code that is reached guides the inputs.
soak-fuzz: $(VENV)/.developer
	-$(BIN)/python -m pip install --quiet atheris
	$(BIN)/python tests/fuzzing/soak.py --inputs $(INPUTS) --folder fuzz
	$(BIN)/python tests/fuzzing/soak.py --minutes 60 --targets keras_check keras --folder fuzz/keras

# Attacks the HTTP service from four addresses while honest clients go on asking; Linux, ten minutes.
soak-serve: $(VENV)/.developer
	$(BIN)/python -m tests.soak_serve

# Looks up known vulnerabilities of the versions in constraints.txt at PyPI, or in ADVISORIES=FOLDER, a clone of
# pypa/advisory-database; fails if it cannot.
audit: $(VENV)/.developer
	$(if $(ADVISORIES),,$(BIN)/python -m pip install --quiet pip-audit)
	$(BIN)/python tests/audit.py $(if $(ADVISORIES),--advisories "$(ADVISORIES)")

# Checks style and docstrings (.ruff.toml) and types (setup.cfg).
lint: $(VENV)/.developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy

format: $(VENV)/.developer
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Builds the documentation: open site/index.html. The variable silences an announcement of the theme.
docs: $(VENV)/.developer
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# Executes every notebook in place.
notebooks: $(VENV)/.developer
	$(BIN)/python notebooks/execute.py

# Renews constraints.txt from an environment with the newest versions; run the tests with them.
constraints:
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[all,dev]'
	head -n 1 constraints.txt > constraints.new
	$(BIN)/python -m pip freeze --exclude-editable | grep -v '^kerasclust' >> constraints.new
	mv constraints.new constraints.txt

clean:
	rm -rf $(VENV) build dist site *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: setup.cfg setup.py | $(VENV)/bin/python
	@echo "Installing kerasclust and TensorFlow into $(VENV); the first time takes a few minutes."
	$(BIN)/python -m pip install --quiet --editable '.[all]'
	touch $@

$(VENV)/.developer: setup.cfg setup.py constraints.txt | $(VENV)/bin/python
	@echo "Installing kerasclust, TensorFlow and what tests need into $(VENV); the first time takes a few minutes."
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[all,dev]'
	touch $@

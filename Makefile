# make run   sets everything up, reads scans/ and scores the result against ground_truth/
# make test  sets everything up, checks the code and runs the tests
# make gate  fails when scans/ are read worse than the baselines in ground_truth/ say

PYTHON ?= python3
BIN := .venv/bin
OUT := out
TESSERACT_BASELINE := --baseline ground_truth/baseline.tesseract.json

.PHONY: run test gate baseline tests lint format scans clean

run: .venv/run
	$(BIN)/shifrovka transcribe scans -o $(OUT) --overlay
	$(BIN)/shifrovka score $(OUT) --truth ground_truth
	$(BIN)/shifrovka report $(OUT) --truth ground_truth --scans scans \
		--baseline ground_truth/baseline.json -o $(OUT)/report
	@echo
	@echo "texts     $(OUT)/NAME.txt, $(OUT)/NAME.reading.txt"
	@echo "records   $(OUT)/NAME.json"
	@echo "overlays  $(OUT)/NAME.PAGE.png"
	@echo "report    $(OUT)/report/report.html"

test: lint tests

tests: .venv/dev
	$(BIN)/pytest

# Tesseract has a baseline of its own: what goes wrong with both engines is not the reader's fault.
gate: .venv/dev
	$(BIN)/shifrovka transcribe scans -o $(OUT)
	$(BIN)/shifrovka gate $(OUT) --truth ground_truth --junit $(OUT)/gate.xml
	$(BIN)/shifrovka transcribe scans -o $(OUT).tesseract --engine tesseract
	$(BIN)/shifrovka gate $(OUT).tesseract --truth ground_truth $(TESSERACT_BASELINE)

# After a change that reads better, or new scans; prints what changed, for the commit's message.
baseline: .venv/dev
	$(BIN)/shifrovka transcribe scans -o $(OUT)
	$(BIN)/shifrovka gate $(OUT) --truth ground_truth --update
	$(BIN)/shifrovka transcribe scans -o $(OUT).tesseract --engine tesseract
	$(BIN)/shifrovka gate $(OUT).tesseract --truth ground_truth $(TESSERACT_BASELINE) --update

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict ocr

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The same bytes on every machine with the same faces.
scans: .venv/dev
	$(BIN)/python -m ocr.synth --scans scans --truth ground_truth --contact docs/scans.jpg

.venv/run: pyproject.toml scripts/system-packages.sh
	scripts/system-packages.sh read
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	touch $@

.venv/dev: pyproject.toml scripts/system-packages.sh
	scripts/system-packages.sh make
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ .venv/run

clean:
	rm -rf .venv $(OUT) $(OUT).tesseract .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Every target says what it does; `make` alone lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
# Many programs are started and each compiles what it finds uncompiled: let the first keep it, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Set up once, then serve the demonstration council on 127.0.0.1 (PORT=5000)
	@$(PYTHON) scripts/prepare.py run
	@exec $(BIN)/python scripts/serve.py

# One worker more than there are processors: browsers, databases and killed servers are waited for.
test: ## Set up once, then run every test (SQLite, PostgreSQL, Redis, real browser)
	@$(PYTHON) scripts/prepare.py test
	@$(BIN)/python -m pytest -q -n $$($(PYTHON) -c "import os; print(os.cpu_count() + 1)") --dist worksteal $(ARGS)

check: ## The fast lane: lint, types, import contracts, fast tests
	@$(PYTHON) scripts/prepare.py test
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q -n auto --dist worksteal tests/pure tests/architecture -m "not slow and not browser and not postgresql and not redis and not real_elections"

faults: ## Vote while parts of the service are killed, for some minutes (ARGS="--casts 5000 --seed 7")
	@$(PYTHON) scripts/prepare.py test
	@$(BIN)/python -m tests.faults.run $(ARGS)

enumeration: ## Ask the running service for 500 known and 500 unknown addresses: pages, times (20 minutes; ARGS=50)
	@$(PYTHON) scripts/prepare.py test
	@$(BIN)/python -m benchmarks.enumeration $(ARGS)

format: ## Put the code in the house's shape
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

demo: ## Throw away the embedded database and seed the demonstration again
	@$(PYTHON) scripts/prepare.py run
	@rm -f instance/participation.sqlite3 instance/participation.sqlite3-wal instance/participation.sqlite3-shm
	@PARTICIPATION_ENVIRONMENT=development PARTICIPATION_DEMO=1 $(BIN)/participation demo seed

migration: ## Write a migration for changed models: make migration NAME="what changes"
	@PARTICIPATION_ENVIRONMENT=development $(BIN)/participation db revision "$(NAME)"

bench: ## Run the benchmarks (minutes; prints figures side by side)
	@$(PYTHON) scripts/prepare.py test
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file; done

lock: ## Resolve the dependencies again (maintainers; needs uv)
	@uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -q pyproject.toml -o config/lock-run.txt
	@uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -q --extra test pyproject.toml -o config/lock-test.txt
	@$(PYTHON) scripts/bill_of_materials.py > config/bill-of-materials.json

.PHONY: help run test check faults enumeration format demo migration bench lock

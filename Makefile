# Two commands are all that is needed on a new machine with Python 3.11 or newer and make:
#     make demo     the three scenarios, against simulators of the three platforms, in real time
#     make test     every test, and the branches of the kernel
# Both set everything up in .venv first, and again only when the lock or a pyproject.toml changed.

# Nothing of the caller's own environment gets in.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONWARNINGS PYTHONOPTIMIZE PYTHONDONTWRITEBYTECODE CONDA_PREFIX
unexport PYTEST_ADDOPTS PYTEST_PLUGINS MYPYPATH COVERAGE_FILE COVERAGE_RCFILE COVERAGE_PROCESS_START HYPOTHESIS_PROFILE
unexport CHANNELSYNC_KEY CHANNELSYNC_OLD_KEYS CHANNELSYNC_KEY_VAULT
unexport CHANNELSYNC_SMTP_URL CHANNELSYNC_MAIL_FROM
unexport CHANNELSYNC_OIDC_ISSUER CHANNELSYNC_OIDC_CLIENT_ID CHANNELSYNC_OIDC_CLIENT_SECRET CHANNELSYNC_OIDC_NAME
unexport CHANNELSYNC_BACKUP CHANNELSYNC_PUBLISH CHANNELSYNC_HEARTBEAT_URL CHANNELSYNC_PUSH_HOSTS CHANNELSYNC_NOTIFICATION_HUB
unexport OTEL_EXPORTER_OTLP_ENDPOINT OTEL_EXPORTER_OTLP_TRACES_ENDPOINT OTEL_EXPORTER_OTLP_METRICS_ENDPOINT OTEL_EXPORTER_OTLP_LOGS_ENDPOINT
unexport CHANNELSYNC_HOSTS CHANNELSYNC_TRUSTED_PROXIES CHANNELSYNC_METRICS_TOKEN
unexport CHANNELSYNC_DB CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES CHANNELSYNC_BASE_URL CHANNELSYNC_POLL_MINUTES CHANNELSYNC_IMAP_URL CHANNELSYNC_MAIL_AUTHSERV

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
PROJECTS := $(wildcard packages/*/pyproject.toml apps/*/pyproject.toml)
# The pure heart of the product: every branch of these modules is taken by some test.
KERNEL := nights observation echo pushing matching release takeover availability conflicts coherence state look reconcile proof cadence quiet
# What to add to a command: make demo ARGS="--scenario 2", make test ARGS="-k release".
ARGS ?=
# Draws of the property tests: printed, so that make test SEED=... repeats a run.
SEED ?= $(shell od -An -N4 -tu4 /dev/urandom | tr -d ' ')
SEED := $(SEED)
# Tests at a time: one more than the two cores that CI has, because some of them mostly wait.
JOBS ?= 3
FUZZ_SECONDS ?= 600

empty :=
space := $(empty) $(empty)
comma := ,
KERNEL_FILES := $(subst $(space),$(comma),$(foreach m,$(KERNEL),*/channelsync/$(m).py */channelsync/$(m)/*))

# An environment made for this tree before it was moved is no environment.
ifneq ($(shell cat $(VENV)/.made-for 2>/dev/null),$(CURDIR))
$(shell rm -f $(STAMP))
endif

.DEFAULT_GOAL := help
.PHONY: help demo test kernel lint format fuzz mutants bench month reference site release lock setup clean

help:
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST)

demo: $(STAMP) ## the three scenarios, against simulators, in real time
	@$(BIN)/channelsync demo $(ARGS)

test: $(STAMP) ## every test, and the branches of the kernel
ifeq ($(strip $(ARGS)),)
	@$(MAKE) --no-print-directory kernel
	$(BIN)/python -m pytest --numprocesses=$(JOBS) --dist=worksteal --hypothesis-seed=$(SEED) --durations=15 --durations-min=5 \
		--ignore=tests/unit/kernel
else
	$(BIN)/python -m pytest --numprocesses=$(JOBS) --hypothesis-seed=$(SEED) $(ARGS)
	@echo "Part of the tests ran: the kernel's branches are not counted."
endif

# Counting branches makes a test two to three times slower, so only the kernel's own unit tests are counted.
kernel: $(STAMP) ## the kernel's unit tests, which must take every branch of it
	$(BIN)/python -m pytest --quiet --numprocesses=$(JOBS) --hypothesis-seed=$(SEED) --cov --cov-report= tests/unit/kernel
	@echo "Branches of the kernel ($(KERNEL)):"
	@$(BIN)/coverage report --include='$(KERNEL_FILES)' --fail-under=100 --precision=2

lint: $(STAMP) ## style, types (every shipped file) and who may import whom
	@failed=; \
	for linter in "ruff check ." "ruff format --check ." "python .ci/types" "lint-imports --no-logo"; do \
		echo "$$linter"; $(BIN)/$$linter || failed="$$failed [$$linter]"; \
	done; \
	if [ -n "$$failed" ]; then echo "lint: failed:$$failed"; exit 1; fi

format: $(STAMP) ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

fuzz: $(STAMP) ## strangers' bytes for ten minutes; FUZZ_SECONDS=... for longer, see tests/fuzz/
	$(BIN)/python -m tests.fuzz --guided --seconds $(FUZZ_SECONDS) --seed $(SEED) $(ARGS)

mutants: $(STAMP) ## known mistakes planted into the kernel, every one noticed; ARGS="--by world" for the world alone
	nice -n 5 $(BIN)/python -m tests.mutation --jobs $(JOBS) $(ARGS)

bench: $(STAMP) ## side by side with the peers; see benchmarks/
	$(BIN)/python -m benchmarks $(ARGS)

reference: $(STAMP) ## the reference pages that are written from the code
	$(BIN)/python -m tests.docs.reference

site: $(STAMP) ## the documentation's site into build/site, every link of it followed; ARGS=--no-pictures needs no browser
	$(BIN)/python -m tests.docs.site $(ARGS)

release: $(STAMP) ## every distribution into dist/, tried where nothing else is; see RELEASING.md
	$(BIN)/python .ci/release $(ARGS)

month: $(STAMP) ## a month of ten lodgings against the running service, in about half an hour; ARGS="--days 3" is shorter
	nice -n 5 $(BIN)/python -m benchmarks.month $(ARGS)

lock: $(STAMP) ## newest versions that the pyproject files admit, with hashes and no addresses
	$(BIN)/uv lock --quiet --upgrade
	@$(MAKE) --no-print-directory requirements.lock.new
	mv requirements.lock.new requirements.lock
	@$(MAKE) --no-print-directory setup

.PHONY: requirements.lock.new
requirements.lock.new:
	$(BIN)/uv export --quiet --all-packages --all-groups --all-extras --no-emit-workspace --no-header --no-annotate \
		--format requirements-txt --output-file $@ >/dev/null
	@! grep -n '://' $@

setup: $(STAMP) ## only set up

$(STAMP): requirements.lock pyproject.toml $(PROJECTS) .ci/setup
	@echo "Setting up $(VENV) (again only when the lock or a pyproject.toml changes)"
	@PYTHON="$(PYTHON)" .ci/setup $(VENV)
	@touch $@

clean: ## forget everything that was made
	rm -rf $(VENV) .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist htmlcov uv.lock
	find packages apps examples tests -name __pycache__ -type d -prune -exec rm -rf {} +

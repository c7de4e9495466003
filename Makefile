# Thin rules over `python -m …`. Variables given to make (BOARD=… PORT=… IMAGE=… DRY_RUN=1 HOST=…) reach the command
# through its environment. Everything fetched or generated lies in .private/.

PYTHON3 ?= python3
PYTHON := .private/venv/bin/python
WORKERS ?= 4
READY := .private/venv/.installed

.DEFAULT_GOAL := help
.PHONY: help test lint sim mailbox package bench fuzz mutants soak docs readme flash deploy romfs run repl logs mails settings authorize check boards virtual mpremote clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

test: $(READY) ## run every test (ARGS="-k name" for some of them, WORKERS=0 in turn)
	@$(PYTHON) -m pytest -n $(WORKERS) $(ARGS)

lint: $(READY) ## check the style, the types in stubs and examples, and that all that a board runs compiles
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m host_tests.project.snippets
	@$(PYTHON) -m boards.tools.mpy

sim: $(READY) ## watch mail arrive on a virtual board (BOARD=; OAUTH=1; HOST= USER= PASSWORD= CA= POP3_PORT= POP3_TLS= for a real account)
	@$(PYTHON) -m host_tests.sim

virtual: $(READY) ## start a virtual board and show it (BOARD=rpi_pico_w WIFI=name:password)
	@$(PYTHON) -m boards.virtual

mailbox: $(READY) ## open a mailbox on this computer for a virtual board (WIFI=name:password)
	@$(PYTHON) -m host_tests.sim.open_mailbox

bench: $(READY) ## measure memory and throughput
	@$(PYTHON) -m host_tests.bench

fuzz: $(READY) ## look for crashes with random input, for long
	@$(PYTHON) -m host_tests.fuzz

mutants: $(READY) ## break the library on purpose, over and over, and see whether the tests notice (ROOM= SAMPLE= MINUTES= SEED=)
	@$(PYTHON) -m host_tests.mutants

soak: $(READY) ## poll thousands of times on the virtual board and watch the heap
	@$(PYTHON) -m host_tests.soak

docs: $(READY) ## make the reference and the READMEs as web pages, in .private/docs
	@$(PYTHON) -m host_tests.project.docs

readme: $(READY) ## put the stored figures, and what make sim prints now, into the READMEs (SIM=0 runs none)
	@$(PYTHON) -m host_tests.project.readme

package: $(READY) ## build what a release has: wheel and sdist, compiled files for mip; renews package.json
	@$(PYTHON) -m boards.commands.package --release

flash: $(READY) ## write the current firmware, or an image, to a board (BOARD= IMAGE= ERASE= PORT= DRIVE= DRY_RUN=1)
deploy: $(READY) ## copy the library, the firmware and the settings to a board (BOARD= PORT= DRIVE= EXAMPLE= EXTRA= CHARSETS= SETTINGS= REPLACE=1 DRY_RUN=1)
romfs: $(READY) ## put the library into a board's ROMFS (BOARD= PORT= DRY_RUN=1)
run: $(READY) ## run the firmware on a board and show what it prints (BOARD= PORT=)
repl: $(READY) ## stop what runs on a board and open its prompt (BOARD= PORT=)
logs: $(READY) ## show a board's log (BOARD= PORT=)
mails: $(READY) ## list the mails on a board, or copy them here (GET=number or all, TO=folder, ATTACHMENTS=1; PORT= DRIVE=)
settings: $(READY) ## ask the few questions and write settings.toml (SETTINGS= another file)
authorize: $(READY) ## agree, once, that the board reads a mailbox without a password (OAuth 2)
check: $(READY) ## log in from this computer with the board's settings and say what is there (SETTINGS= CA=root.pem TRUST=fingerprint)
boards: $(READY) ## show the boards and what is known of them
flash deploy romfs run repl logs mails settings authorize check boards:
	@$(PYTHON) -m boards $@

mpremote: $(READY) ## call mpremote on a board (ARGS="ls" PORT=)
	@$(PYTHON) -m boards $@

clean: ## remove everything fetched or generated
	rm -rf .private .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): host_tests/requirements.txt boards/tools/venv.py
	@$(PYTHON3) -m boards.tools.venv

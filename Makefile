# The one door: every command that builds, runs or proves Flatalert.
SHELL := /bin/bash
# The program under test in acceptance, e2e, browser, conformance, kill9 and bench; the default is built first.
BINARY ?= .build/release/flatalert
RELEASE := swift build -c release --static-swift-stdlib -Xlinker -s --product flatalert
PROOF := --scratch-path .build-proof

.PHONY: run test build bench simulate mutants powercut kill9 acceptance e2e browser conformance fuzz format lint dependencies clean

run: dependencies
	@scripts/run

build: dependencies
	$(RELEASE)

test: dependencies
	scripts/test

# Slower proofs, each with its own door.
simulate: dependencies
	swift build -c release $(PROOF) --product simulate
	.build-proof/release/simulate --seeds $${SEEDS:-10000} --jobs 2 --sqlite-percent 5

mutants: dependencies
	scripts/mutants

powercut: dependencies
	swift test --filter PowerCutTests

kill9: $(BINARY)
	python3 Tests/PowerCut/kill9.py $(BINARY)

acceptance: $(BINARY)
	scripts/acceptance $(BINARY)

e2e: $(BINARY)
	scripts/e2e $(BINARY)

# The status page in a headless Chromium.
browser: $(BINARY)
	scripts/peers browser alertmanager
	python3 Tests/EndToEnd/page.py $(BINARY)

conformance: $(BINARY)
	scripts/conformance $(BINARY)

bench: build
	scripts/bench .build/release/flatalert

.build/release/flatalert: build

.build/debug/flatalert: dependencies
	swift build --build-tests

fuzz: dependencies
	for target in json yaml matchers mail templates; do scripts/fuzz $$target $${SECONDS_EACH:-600}; done

format:
	swift format -i -r Package.swift Sources Tests

lint:
	swift format lint --strict -r Package.swift Sources Tests

dependencies:
	@scripts/dependencies

clean:
	rm -rf .build .build-*

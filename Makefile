# The one door: every command that builds, runs or proves Flatalert.
SHELL := /bin/bash
RELEASE := swift build -c release --static-swift-stdlib -Xlinker -s --product flatalert
PROOF := --scratch-path .build-proof

.PHONY: run test build bench simulate mutants powercut kill9 acceptance e2e fuzz format lint dependencies clean

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

kill9: build
	python3 Tests/PowerCut/kill9.py .build/release/flatalert

acceptance: build
	scripts/acceptance .build/release/flatalert

e2e: build
	scripts/e2e .build/release/flatalert

bench: build
	scripts/bench .build/release/flatalert

fuzz: dependencies
	for target in json yaml matchers; do scripts/fuzz $$target $${SECONDS_EACH:-600}; done

format:
	swift format -i -r Package.swift Sources Tests

lint:
	swift format lint --strict -r Package.swift Sources Tests

dependencies:
	@scripts/dependencies

clean:
	rm -rf .build .build-*

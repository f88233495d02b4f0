# The one door: every command that builds, runs or proves Flatalert.
SHELL := /bin/bash
# The program under test in acceptance, e2e, side-by-side, browser, conformance, kill9 and bench; the default is built first.
BINARY ?= .build/release/flatalert
# Where make install puts things; DESTDIR stands before it when a package is made.
PREFIX ?= /usr/local
# Where make man and make completions write.
PAGES ?= .build
RELEASE := swift build -c release --static-swift-stdlib -Xlinker -s --product flatalert
PROOF := --scratch-path .build-proof

.PHONY: cni stack run test build install man completions built bench simulate mutants powercut kill9 acceptance e2e side-by-side first-hour podman-cni browser rules conformance footprint fuzz dist dist-check install-check format lint dependencies clean

run:
	@scripts/run

build: dependencies
	$(RELEASE)

test: dependencies
	scripts/test

# Manual pages and completions, made by the program itself. These build nothing, so that sudo make install needs no swift, and leave nothing of
# root's behind.
man: built
	mkdir -p $(PAGES)/man
	$(BINARY) man --list | while read -r page command; do \
	    SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct 2>/dev/null || date +%s) $(BINARY) man $$command >$(PAGES)/man/$$page || exit 1; \
	done

completions: built
	mkdir -p $(PAGES)/completions
	for shell in bash zsh fish; do $(BINARY) completion $$shell >$(PAGES)/completions/$$shell || exit 1; done

install: built
	set -e; pages=$$(mktemp -d); trap 'rm -rf "$$pages"' EXIT; share=$(DESTDIR)$(PREFIX)/share; \
	$(MAKE) -s man completions PAGES=$$pages; \
	install -D -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/flatalert; \
	install -d $$share/man/man1; \
	install -m 644 $$pages/man/*.1 $$share/man/man1; \
	install -D -m 644 $$pages/completions/bash $$share/bash-completion/completions/flatalert; \
	install -D -m 644 $$pages/completions/zsh $$share/zsh/site-functions/_flatalert; \
	install -D -m 644 $$pages/completions/fish $$share/fish/vendor_completions.d/flatalert.fish

built:
	@test -x $(BINARY) || { echo "there is no $(BINARY) yet: make build" >&2; exit 1; }

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

# The same rules and targets under Debian's Prometheus and Alertmanager and under Flatalert alone, services dying and returning. EVALUATE: seconds.
MINUTES ?= 10
EVALUATE ?= 5
side-by-side: $(BINARY)
	scripts/peers alertmanager prometheus
	python3 Tests/EndToEnd/side_by_side.py $(BINARY) --minutes $(MINUTES) --evaluate $(EVALUATE)

# From a clean clone, as on a new machine: build, run, every printed suggestion, init. With BINARY=FILE that program is run and nothing built.
first-hour:
	scripts/peers alertmanager
	python3 Tests/EndToEnd/first_hour.py $(if $(filter command line environment,$(origin BINARY)),--binary $(BINARY))

# Life cycles of real containers under Podman's CNI backend, with the stand-in before its plugin; needs root.
podman-cni: $(BINARY)
	scripts/peers podman
	python3 Tests/EndToEnd/podman_cni.py $(BINARY)

# The stack of monitoring/ under real Podman, with netavark and with CNI; needs root. make e2e runs it, too, CI does not.
stack: $(BINARY)
	scripts/stack $(BINARY)

# The status page in a headless Chromium.
browser: $(BINARY)
	scripts/peers browser alertmanager
	python3 Tests/EndToEnd/page.py $(BINARY)

# Real CNI plugins behind the stand-in, in namespaces: one of the end-to-end tests, by itself.
cni: $(BINARY)
	scripts/peers cni prometheus
	timeout -k 5 600 python3 Tests/EndToEnd/cni.py $(BINARY)

rules: $(BINARY)
	scripts/rules $(BINARY)

conformance: $(BINARY)
	scripts/conformance $(BINARY)

bench: build
	scripts/bench .build/release/flatalert

.build/release/flatalert: build

.build/debug/flatalert: dependencies
	swift build --build-tests

# One host for an hour, all in one process, beside Prometheus, Alertmanager and node-exporter.
footprint: build
	scripts/peers alertmanager prometheus node-exporter nginx
	python3 Benchmarks/footprint.py .build/release/flatalert --minutes $(if $(filter command line environment,$(origin MINUTES)),$(MINUTES),60)

fuzz: dependencies
	for target in json yaml matchers mail templates promql exposition openmetrics chunk accesslog ipam cnievents; do scripts/fuzz $$target $${SECONDS_EACH:-600}; done

format:
	swift format -i -r Package.swift Sources Tests

# What can be installed, in dist/; and its trial on bare Debian roots (root, mmdebstrap).
dist: dependencies
	scripts/dist

dist-check:
	python3 Tests/EndToEnd/artefacts.py dist

# From dist/ to the first message in Slack, as docs/install.md says, on bare Debian roots; counts commands and edits (root, mmdebstrap).
install-check:
	python3 Tests/EndToEnd/install.py dist

lint:
	swift format lint --strict -r Package.swift Sources Tests

dependencies:
	@scripts/dependencies

clean:
	rm -rf .build .build-*

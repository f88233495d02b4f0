import AlertRouter
import Logging
import NIOConcurrencyHelpers
import Testing
import Time

@testable import flatalert

@Suite("the first run")
struct WelcomeTests {
    private static func welcome(
        address: String = "[::]:9093", configuration: Router.ConfigurationSource = .builtIn(inbox: "http://127.0.0.1:9093/inbox"),
        inStep: Bool? = true
    ) -> Welcome {
        let probes = MachineProbes(
            listenProblem: { _ in nil }, portHolder: { _ in nil },
            site: { MachineProbes.Site(path: $0, exists: true, magic: 0xEF53, freeBytes: 68 << 30) }, resolves: { _ in true },
            transportProblem: { nil }, hasZones: { true }, isClockInStep: { inStep })
        return Welcome(
            command: "./flatalert", address: address, prefix: "/", configuration: configuration, receivers: ["ops", "oncall"],
            storagePath: "data/", isWatched: false, now: Timestamp(seconds: 1_800_000_000), zone: .utc, probes: probes)
    }

    @Test("it says what is on, what is not, and what to try")
    func text() {
        #expect(
            Self.welcome().text == """
                Flatalert \(ProductInfo.version) on http://localhost:9093   config: built-in   data: ./data (ext4, 68 GB free)
                  clock      2027-01-15 08:00 UTC, in step
                  receivers  inbox (built-in).  Slack, mail: not set up
                  watched by nobody outside this machine yet: docs/operations.md#who-watches-the-watcher-heartbeat
                Try, in another terminal:
                  ./flatalert test-fire                                       a message appears below
                  ./flatalert alert add alertname=Demo                        an alert, told a second later
                  ./flatalert silence add alertname=Demo -d 1h -c 'trying'
                  ./flatalert explain alertname=Demo                          why it was told, and will not be again
                Your Slack in a minute:   ./flatalert init
                Beside your Alertmanager: ./flatalert serve --config.file=YOURS --web.listen-address=:19093

                """)
    }

    @Test("rules that are active are named, and those that are off with what they lack")
    func rules() {
        var welcome = Self.welcome()
        welcome.rules = RuleOverview(active: ["DiskFull", "Watchdog"], recorded: 0, targets: 1, missing: [("gateway", ["Down", "Slow"])])
        #expect(
            welcome.text.contains(
                """
                  clock      2027-01-15 08:00 UTC, in step
                  rules      2 of 4 active: DiskFull, Watchdog; 1 target
                             off, no scrape job "gateway": Down, Slow
                             to turn them on: serve --exporters=host,gateway,cni, or docs/rules.md
                  receivers  inbox
                """))
        welcome.rules = RuleOverview(active: (1...9).map { "A\($0)" }, recorded: 3, targets: 2, missing: [])
        #expect(welcome.text.contains("  rules      9 alerts: A1, A2, A3, A4 and 5 more, 3 recorded series; 2 targets\n"))
    }

    @Test("what it suggests reaches this instance wherever it listens")
    func otherPort() {
        let text = Self.welcome(address: "192.0.2.1:9193").text
        #expect(text.contains("  ./flatalert test-fire --alertmanager.url=http://192.0.2.1:9193  "))
        #expect(text.contains("-c 'trying' --alertmanager.url=http://192.0.2.1:9193\n"))
        var prefixed = Self.welcome(address: "0.0.0.0:9093")
        prefixed.prefix = "/alerts"
        #expect(prefixed.url == "http://localhost:9093/alerts" && prefixed.text.contains("explain alertname=Demo --alertmanager.url="))
    }

    @Test("with a configuration of its own the receivers are named, and nobody is asked to set up Slack")
    func ownConfiguration() {
        let text = Self.welcome(configuration: .file("/etc/a.yml"), inStep: false).text
        #expect(text.contains("config: /etc/a.yml ") && text.contains("  receivers  ops, oncall\n") && !text.contains("init"))
        #expect(text.contains(", no time service (NTP) keeps it in step\n") && !text.contains("appears below"))
    }

    @Test("warnings wait for the welcome, other lines before it are not shown, and an event is one line")
    func log() {
        let shown = NIOLockedValueBox("")
        let screen = TerminalLog.Screen(Console { _, text in shown.withLockedValue { $0 += text } })
        let log = Logger(label: "x") { _ in TerminalLog(screen, level: .info) }
        log.info("before")
        log.warning("careful", metadata: ["b": "2", "a": "1"])
        #expect(shown.withLockedValue { $0 }.isEmpty)
        screen.open(with: "welcome\n")
        log.info("INBOX two\nlines")
        log.debug("below the level")
        let lines = shown.withLockedValue { $0 }.split(separator: "\n").map(String.init)
        #expect(lines.count == 3 && lines[0] == "welcome")
        #expect(lines[1].dropFirst(8) == " WARN careful  a=1  b=2" && lines[2].dropFirst(8) == " INBOX two lines")
        #expect(lines[2].prefix(8).split(separator: ":").compactMap { Int($0) }.count == 3)
    }
}

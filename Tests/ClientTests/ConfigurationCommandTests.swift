import Testing

@testable import flatalert

private let configuration = """
    route:
      receiver: default
      routes:
      - receiver: team.x
        match_re: {service: 'a|b'}
        routes:
        - receiver: crit
          continue: true
          matchers: [severity="critical"]
        - receiver: crit
          matchers: ['severity=~"warn.*|critical"', 'x!="y"']
      - receiver: team.y
        match: {job: z}
    receivers: [{name: default}, {name: team.x}, {name: team.y}, {name: crit}]
    inhibit_rules:
    - source_match: {a: b}
      target_match: {c: d}
    """

@Suite("config routes")
struct ConfigRoutesTests {
    let server = FakeServer()
    let files = ["am.yml": configuration]

    @Test("the whole tree, with receivers and continue", arguments: [["config", "routes"], ["config", "routes", "show"]])
    func show(words: [String]) async throws {
        let run = try await server.runWords(words + ["--config.file=am.yml"], files: files)
        #expect(
            run.output == """
                Routing tree:
                .
                └── default-route  receiver: default
                    ├── {service=~"^(?:a|b)$"}  receiver: team.x
                    │\u{A0}\u{A0} ├── {severity="critical"}  continue: true  receiver: crit
                    │\u{A0}\u{A0} └── {severity=~"warn.*|critical",x!="y"}  receiver: crit
                    └── {job="z"}  receiver: team.y


                """)
        #expect(run.error == "" && run.code == 0)
    }

    @Test("the file wins over a server, with a warning")
    func fileWins() async throws {
        let run = try await server.run("config", "routes", "--config.file", "am.yml", "show", url, files: files)
        #expect(run.error == "Warning: --config.file flag overrides the --alertmanager.url.\n" && run.code == 0)
        #expect(server.requests.isEmpty)
    }

    @Test("the server's configuration is read with its secrets masked")
    func fromServer() async throws {
        let original = #"route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{url: <secret>}]}]\n"#
        let server = FakeServer { _ in (200, #"{"config":{"original":"\#(original)"}}"#) }
        let run = try await server.run("config", "routes", "test", "x=y", url)
        #expect(run.output == "a\n" && run.code == 0 && run.error == "")
    }

    @Test(
        "labels go where an alert would go",
        arguments: [
            (["job=q"], "default"), (["service=a"], "team.x"), (["service=a", "severity=critical"], "crit,crit"),
            (["service=a", "severity=critical", "x=y"], "crit"), (["job=z"], "team.y"), ([], "default"), (["job=q", "job=z"], "team.y"),
        ])
    func test(labels: [String], receivers: String) async throws {
        let run = try await server.runWords(["config", "routes", "test", "--config.file=am.yml"] + labels, files: files)
        #expect(run.output == receivers + "\n" && run.code == 0)
        let verified = try await server.runWords(
            ["config", "routes", "test", "--config.file=am.yml", "--verify.receivers", receivers] + labels, files: files)
        #expect(verified.output == receivers + "\n" && verified.code == 0)
    }

    @Test("the matching tree shows receivers only at its ends")
    func matchingTree() async throws {
        let run = try await server.run(
            "config", "routes", "test", "--tree", "--config.file=am.yml", "service=a", "severity=critical", files: files)
        #expect(
            run.output == """
                Matching routes:
                .
                └── default-route
                    └── {service=~"^(?:a|b)$"}
                        ├── {severity="critical"}  receiver: crit
                        └── {severity=~"warn.*|critical",x!="y"}  receiver: crit


                crit,crit

                """)
    }

    @Test("other receivers than expected are exit code 1")
    func verify() async throws {
        let run = try await server.run("config", "routes", "test", "--config.file=am.yml", "--verify.receivers=crit", "job=z", files: files)
        #expect(run.output == "team.y\nWARNING: Expected receivers did not match resolved receivers.\n")
        #expect(run.code == 1 && run.error == "")
    }

    @Test(
        "what is no label is told",
        arguments: [
            ("foo", "bad matcher format: foo"), ("{a=b}", "unexpected open or close brace: {a=b}"),
            ("a=~b", "labels must be specified as key=value pairs"),
        ])
    func badLabels(word: String, message: String) async throws {
        let run = try await server.run("config", "routes", "test", "--config.file=am.yml", word, files: files)
        #expect(run.error == "amtool: error: Failed to parse labels: \(message)\n" && run.code == 1)
    }
}

@Suite("check-config")
struct CheckConfigTests {
    @Test("a good file is summed up, a bad one explained with its places, and the exit code is 1")
    func files() async throws {
        let files = ["good.yml": configuration, "bad.yml": "route:\n  receiver: nope\n  frob: 1\nreceivers: []\n"]
        let good = try await FakeServer().run("check-config", "good.yml", files: files)
        let summary = """
            Checking 'good.yml'  SUCCESS
            Found:
             - global config
             - route
             - 1 inhibit rules
             - 4 receivers
             - 0 templates


            """
        #expect(good.output == summary && good.error == "" && good.code == 0)
        let both = try await FakeServer().run("check-config", "bad.yml", "good.yml", files: files)
        #expect(both.output.hasPrefix("Checking 'bad.yml'  FAILED: bad.yml:2:13: "))
        #expect(both.output.contains("\n  bad.yml:3:3: field frob not found"))
        #expect(both.output.hasSuffix("\n\n" + summary))
        #expect(both.error == "amtool: error: failed to validate 1 file(s)\n" && both.code == 1)
    }

    @Test("a missing file is a mistake in the command")
    func missing() async throws {
        let run = try await FakeServer().run("check-config", "good.yml", "nofile", files: ["good.yml": configuration])
        #expect(run.error == "amtool: error: path 'nofile' does not exist\n" && run.output == "" && run.code == 1)
    }

    @Test("standard input is checked when there is no file")
    func standardInput() async throws {
        let run = try await FakeServer().run("check-config", input: configuration)
        #expect(run.output.hasPrefix("Checking '/dev/stdin'  SUCCESS\n") && run.code == 0)
        #expect(try await FakeServer().run("check-config").error == "amtool: error: Failed to read from standard input\n")
    }
}

@Suite("config show and cluster show")
struct StatusCommandTests {
    private static let status = #"""
        {"cluster":{"name":"01H","peers":[{"address":"10.0.0.10:9094","name":"01H"},{"address":"10.0.0.9:9094","name":"02"},{"address":"10.0.0.9:94","name":"03"}],"status":"ready"},"config":{"original":"route: {}\n"},"uptime":"2026-01-01T00:00:00.000Z","versionInfo":{"branch":"b","buildDate":"d","buildUser":"u","goVersion":"g","revision":"r","version":"0.34.0"}}
        """#
    let server = FakeServer { _ in (200, status) }

    @Test("the configuration is printed as the server says it")
    func config() async throws {
        #expect(try await server.run("config", url).output == "route: {}\n\n")
        #expect(
            try await server.run("config", "show", "-o", "extended", url).output
                == "route: {}\n\nbuildUser u\ngoVersion g\nrevision r\nversion 0.34.0\nbranch b\nbuildDate d\nuptime 2026-01-01T00:00:00.000Z\n"
        )
        #expect(try await server.run("config", "-o", "json", url).output == Self.status + "\n")
    }

    @Test("the cluster's members are sorted by address as numbers")
    func cluster() async throws {
        #expect(try await server.run("cluster", url).output == "Cluster Status:  ready\nNode Name:       01H\n")
        #expect(
            try await server.run("cluster", "show", "-o", "extended", url).output == """
                Cluster Status:  ready
                Node Name:       01H

                Address         Name
                10.0.0.9:94     03
                10.0.0.9:9094   02
                10.0.0.10:9094  01H

                """)
        let off = FakeServer { _ in (200, #"{"cluster":{"peers":[],"status":"disabled"}}"#) }
        #expect(try await off.run("cluster", url).output == "Cluster Status:  disabled\nNode Name:       \n")
    }

    @Test("a server of another version is warned of")
    func versionCheck() async throws {
        let old = FakeServer { request in
            request.target.hasSuffix("/status") ? (200, #"{"versionInfo":{"version":"0.25.0"}}"#) : (200, "[]")
        }
        let on = ["FLATALERT_VERSION_CHECK": "true"]
        let run = try await old.run("alert", url, variables: on)
        #expect(run.error == "Warning: amtool version (0.34.0) and alertmanager version (0.25.0) are different.\n" && run.code == 0)
        #expect(try await old.run("alert", "--no-version-check", url, variables: on).error == "")
        #expect(try await server.run("cluster", url, variables: on).error == "")
    }
}

import Testing

@testable import flatalert

@Suite("the command line")
struct CommandLineTests {
    @Test(
        "global flags may stand anywhere, in every spelling",
        arguments: [
            ["--alertmanager.url=http://am:9093", "alert", "query", "a=b", "-o", "json"],
            ["--alertmanager.url", "http://am:9093", "-ojson", "alert", "a=b"],
            ["alert", "--output=json", "--alertmanager.url", "http://am:9093", "query", "a=b"],
            ["alert", "a=b", "--output", "json", "--alertmanager.url", "http://am:9093"],
            ["-v", "--no-verbose", "alert", "query", "-o", "json", "--alertmanager.url=http://am:9093", "--", "a=b"],
            ["alert", "-ojson", "--alertmanager.url=am:9093", "a=b"],
        ])
    func globalFlags(words: [String]) async throws {
        let server = FakeServer()
        let run = try await server.runWords(words)
        #expect(run.output == "[]\n" && run.error == "" && run.code == 0)
        #expect(server.requests.first?.target.hasSuffix("&filter=a%3Db") == true)
    }

    @Test(
        "mistakes are told in one line on standard error, with exit code 1",
        arguments: [
            (["frob"], #"expected command but got "frob""#), (["help", "frob"], #"expected command but got "frob""#),
            (["alert", "query", "--frob"], "unknown long flag '--frob'"), (["--frob"], "unknown long flag '--frob'"),
            (["alert", "-x"], "unknown short flag '-x'"), (["alert", "query", "-o"], "expected argument for flag '-o'"),
            (["silence", "add", "-c"], "expected argument for flag '-c'"),
            (["--alertmanager.url"], "unknown long flag '--alertmanager.url'"),
            (["silence", "import", "a", "extra"], "unexpected extra"), (["cluster", "foo"], "unexpected foo"),
            (["template", "render"], "required flag --template.glob not provided"),
            (["template"], "must select a subcommand of 'template'"),
            (["alert", "-ofrob"], "enum value must be one of simple,extended,json, got 'frob'"),
            (["alert", "--timeout=bad"], #"time: invalid duration "bad""#), (["alert"], "required flag --alertmanager.url not provided"),
            (["alert", "--alertmanager.url="], "required flag --alertmanager.url not provided"),
            (["alert", "--alertmanager.url=ftp://x"], #"unsupported protocol scheme "ftp" in --alertmanager.url"#),
            (["alert", "--enable-feature=frob", url], "unknown option 'frob' for --enable-feature"),
            (
                ["alert", "--enable-feature=classic-mode,utf8-strict-mode", url], "cannot use both classic-mode and utf8-strict-mode"
            ),
        ])
    func mistakes(words: [String], message: String) async throws {
        let run = try await FakeServer().runWords(words)
        #expect(run.error == "amtool: error: \(message)\n")
        #expect(run.output == "" && run.code == 1)
    }

    @Test(
        "help goes to standard output",
        arguments: [[], ["-h"], ["alert", "--help"], ["alert", "query", "-h"], ["help", "config", "routes"]])
    func help(words: [String]) async throws {
        let run = try await FakeServer().runWords(words, program: "flatalert")
        #expect(
            run.output.lowercased().hasPrefix("usage: flatalert")
                || run.output.contains("USAGE: flatalert \(words.dropLast().joined(separator: " "))"))
        #expect(run.output.contains("--alertmanager.url") && run.error == "" && run.code == 0)
    }

    @Test("the version")
    func version() async throws {
        #expect(try await FakeServer().run("alert", "--version").output.hasPrefix("amtool, version 0.34.0 "))
    }

    @Test("under our own name the server beside us is meant, and mistakes carry that name")
    func ownName() async throws {
        let server = FakeServer()
        #expect(try await server.run("alert", program: "flatalert").code == 0)
        #expect(try await server.run("alert", "-x", program: "flatalert").error == "flatalert: error: unknown short flag '-x'\n")
    }

    @Test("a flag wins over the environment, that over the first file, that over the second")
    func precedence() async throws {
        let files = [
            "/home/joe/.config/amtool/config.yml": "output: extended\n",
            "/etc/amtool/config.yml": "output: json\nalertmanager.url: http://am:9093\n",
        ]
        let server = FakeServer()
        #expect(try await server.run("alert", files: files).output.hasPrefix("Labels"))
        let variables = ["FLATALERT_OUTPUT": "simple"]
        #expect(try await server.run("alert", files: files, variables: variables).output.hasPrefix("Alertname"))
        #expect(try await server.run("alert", "-ojson", files: files, variables: variables).output == "[]\n")
    }

    @Test("a broken configuration file is named with the place")
    func brokenSettings() async throws {
        let run = try await FakeServer().run("alert", url, files: ["/etc/amtool/config.yml": "a: [1]\n"])
        #expect(run.error.hasPrefix("amtool: error: /etc/amtool/config.yml:1:4: ") && run.code == 1)
    }

    @Test("an http_config file authenticates, but not beside a password in the URL")
    func httpConfig() async throws {
        let files = ["http.yml": "basic_auth: {username: a, password: b}\n", "bad.yml": "frob: 1\n"]
        #expect(try await FakeServer().run("alert", "--http.config.file=http.yml", url, files: files).code == 0)
        let both = try await FakeServer().run("alert", "--http.config.file=http.yml", "--alertmanager.url=http://u:p@am", files: files)
        #expect(both.error == "amtool: error: basic authentication and http.config.file are mutually exclusive\n")
        #expect(
            try await FakeServer().run("alert", "--http.config.file=nofile", url).error == "amtool: error: path 'nofile' does not exist\n")
        #expect(try await FakeServer().run("alert", "--http.config.file=bad.yml", url, files: files).error.contains("bad.yml:1:1: "))
    }

    @Test("matchers are read in the mode that was asked for")
    func modes() async throws {
        let words = ["silence", "add", "-cx", url, "é=x"]
        #expect(try await FakeServer { _ in (200, #"{"silenceID":"n"}"#) }.runWords(words).code == 0)
        let server = FakeServer { _ in (200, #"{"silenceID":"n"}"#) }
        // In classic mode this is no matcher, so as a first word it is a name.
        _ = try await server.runWords(words + ["--enable-feature=classic-mode"])
        #expect(server.requests.first?.body.contains(#""name":"alertname","value":"é=x""#) == true)
    }
}

@Suite("tables")
struct TableTests {
    @Test("width is counted in characters, and a line break in a cell starts a new line")
    func widths() {
        var table = Table(titles: ["A", "B"])
        table.add(["日本語", "x"])
        table.add(["one\ntwo", "y"])
        #expect(table.rendered == "A    B  \n日本語  x  \none\ntwo  y  \n")
    }
}

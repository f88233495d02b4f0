import Testing

@testable import flatalert

@Suite("completion")
struct CompleterTests {
    private func words(_ line: String, program: String = "flatalert") -> [String] {
        Completer.complete(line.split(separator: " ", omittingEmptySubsequences: false).map(String.init), in: .program(program)).words
            .map(\.text)
    }

    @Test(
        "a word becomes a command, a flag or a value, wherever flags stand",
        arguments: [
            ("sil", ["silence"]), ("silence e", ["expire"]), ("config routes ", ["show", "test"]), ("help silence u", ["update"]),
            ("man config r", ["routes"]), ("completion ", ["bash", "zsh", "fish"]), ("-v --output json silence a", ["add"]),
            ("--alertmanager.url http://x alert q", ["query"]), ("silence add --dur", ["--duration"]),
            ("alert --sile", ["--silenced"]), ("alert -s --s", []), ("serve --log.level wa", ["warn"]),
            ("serve --log.level=wa", ["--log.level=warn"]), ("alert -oext --o", []), ("alert -o ext", ["extended"]),
            ("history --kind reload_", ["reload_failed"]), ("history --kind delivered --kin", ["--kind"]),
            ("silence add -- --d", []), ("alert a=b q", []), ("serve --web.listen-address --log", []),
        ])
    func words(line: String, expected: [String]) {
        #expect(words(line) == expected)
    }

    @Test("the word behind an option is its value, not a command")
    func values() {
        #expect(words("--timeout silence ").contains("silence"))
        #expect(words("silence query --created-by add --exp") == ["--expired"])
    }

    @Test("what files and IDs are for is left to the shell and to the server")
    func kinds() {
        func answer(_ words: String...) -> Completer.Answer { Completer.complete(words, in: .program("flatalert")) }
        #expect(answer("check-config", "") == Completer.Answer(kind: .files))
        #expect(answer("check-config", "a.yml", "") == Completer.Answer(kind: .files))
        #expect(answer("backup", "a", "") != Completer.Answer(kind: .files))
        #expect(answer("serve", "--config.file=x") == Completer.Answer(kind: .files, prefix: "--config.file="))
        #expect(answer("serve", "--storage.path", "x") == Completer.Answer(kind: .directories))
        #expect(answer("silence", "expire", "") == Completer.Answer(kind: .printed(by: ["silence", "query", "--quiet"])))
    }

    @Test("each name of the program has its own commands")
    func programs() {
        #expect(words("se") == ["serve"] && words("se", program: "amtool").isEmpty)
        #expect(words("", program: "alertmanager").contains("--cluster.peer"))
        #expect(words("sil", program: "amtool") == ["silence"] && words("sil", program: "prometheus-alertmanager").isEmpty)
        #expect(!words("serve --").contains("--cluster.tls-config"), "hidden flags stay hidden")
    }
}

@Suite("manual pages")
struct ManPageTests {
    private func page(_ words: String..., program: String = "flatalert") throws -> String {
        try #require(ManPage.find(words, in: .program(program))).source(date: "2026-11-22")
    }

    @Test("a page has the command's flags, what may stand there and what holds without them")
    func flags() throws {
        let page = try page("serve")
        #expect(page.hasPrefix(".\\\" Made by flatalert man.\n.TH \"FLATALERT\\-SERVE\" 1 \"2026-11-22\" \"Flatalert "))
        #expect(page.contains("\n\\fB\\-\\-log.level\\fR=\\fBdebug\\fR|\\fBinfo\\fR|\\fBwarn\\fR|\\fBerror\\fR\n"))
        #expect(page.contains("\n\\fB\\-\\-storage.path\\fR=\\fIdirectory\\fR\nBase path for data storage.\nDefault: data/\n"))
        #expect(page.contains("\n\\fB\\-\\-[no\\-]log.silences\\fR\n") && !page.contains("tls\\-config"))
    }

    @Test("flags that all commands have stand apart, behind a command's own")
    func sections() throws {
        let page = try page("silence", "add")
        let own = try #require(page.firstRange(of: ".SH \"OPTIONS\""))
        let common = try #require(page.firstRange(of: ".SH \"FLAGS OF ALL COMMANDS\""))
        #expect(
            page[own.upperBound..<common.lowerBound].contains("duration") && !page[own.upperBound..<common.lowerBound].contains("output"))
        #expect(page.contains(".BR flatalert\\-silence (1),\n.BR flatalert (1)\n"))
    }

    @Test("there is a page for the program, each noun and each verb, under its name")
    func pages() throws {
        let names = try #require(ManPage.find([], in: .program("amtool"))).all.map(\.name)
        #expect(names.first == "amtool" && names.contains("amtool-config-routes") && names.contains("amtool-config-routes-test"))
        #expect(ManPage.find(["frob"], in: .program("amtool")) == nil)
    }

    @Test("no text is taken for a request, whatever is in it")
    func escapes() {
        #expect(Roff.text("a.\n.SH x 'y' \\ - é") == "a.\n\\&.SH x \\(aqy\\(aq \\e \\- \\[u00E9]")
    }
}

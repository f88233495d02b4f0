import AlertRouter
import Foundation
import Testing

@testable import flatalert

@Suite("init")
struct InitCommandTests {
    private let webhook = "https://hooks.slack.com/services/T0/B0/verysecret"

    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("flatalert-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    private func mode(_ path: String) throws -> Int {
        (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("the answers of a person become a configuration that loads, and secrets that only their owner can read")
    func interactive() async throws {
        try await withDirectory { directory in
            let file = "\(directory)/flatalert.yml"
            let run = try await FakeServer().run(
                "init", program: "flatalert",
                typed: [
                    webhook, "smtp.example.com:587", "flatalert@example.com", "oncall@example.com", "joe", "pass'word", file, "", "30m", "",
                ])
            #expect(run.code == 0)
            let configuration = try AlertmanagerConfiguration.load(file: file)
            #expect(configuration.warnings.isEmpty && configuration.receivers.map(\.name) == ["oncall", "nobody"])
            #expect(try text("\(directory)/secrets/slack_api_url") == webhook + "\n")
            #expect(try text("\(directory)/secrets/email_password") == "pass'word\n")
            #expect(try mode("\(directory)/secrets") == 0o700)
            #expect(try mode("\(directory)/secrets/slack_api_url") == 0o600 && mode("\(directory)/secrets/email_password") == 0o600)
            let written = try text(file)
            #expect(written.contains("api_url_file: '\(directory)/secrets/slack_api_url'"))
            #expect(written.contains("auth_password_file: '\(directory)/secrets/email_password'"))
            #expect(written.contains(#"matchers: ['severity="critical"']"#) && written.contains("repeat_interval: 30m"))
            // The rule that fires always wakes nobody.
            #expect(written.contains("  - matchers: ['alertname=\"Watchdog\"']\n    receiver: nobody\n"))
            #expect(written.hasSuffix("- name: nobody\n"))
            #expect(!(written + run.output + run.error).contains("verysecret") && !(written + run.output + run.error).contains("pass'word"))
            #expect(run.output.hasSuffix("start     flatalert serve --config.file=\(file)\nthen try  flatalert test-fire\n"))
            #expect(try await FakeServer().run("check-config", file, program: "flatalert", files: [file: written]).code == 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == ["flatalert.yml", "secrets"])
        }
    }

    @Test(
        "for a Flatnet host: its messages in the language asked for, and the inhibitions of the stack's own file", arguments: ["ja", "en"])
    func flatnet(language: String) async throws {
        try await withDirectory { directory in
            let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../monitoring/alertmanager")
                .standardized.path
            let shipped = "\(place)/alertmanager.yml"
            let stack = try text(shipped)
            let start = try #require(stack.range(of: "\ninhibit_rules:\n")).upperBound
            let rules = String(stack[start...]).components(separatedBy: "\n").prefix { $0.first?.isLetter != true }
            let words = [
                "init", "--flatnet=\(language)", "--flatnet.directory=\(place)/", "--slack.api-url=\(webhook)",
                "--email.smarthost=smtp.example.com:587", "--email.from=a@b", "--email.to=c@d", "--config.file=\(directory)/a.yml",
            ]
            let none = try await FakeServer().runWords(words, program: "flatalert")
            #expect(none.code == 1 && none.error.contains("\(shipped) does not exist: name its directory with --flatnet.directory"))
            let other = try await FakeServer().runWords(words, program: "flatalert", files: [shipped: "route: {receiver: x}\n"])
            #expect(other.code == 1 && other.error.contains("\(shipped) has no inhibit_rules"))
            let run = try await FakeServer().runWords(words, program: "flatalert", files: [shipped: stack])
            #expect(run.code == 0, "\(run.error)")
            let written = try text("\(directory)/a.yml")
            #expect(rules.count > 5 && written.contains("inhibit_rules:\n\(rules.joined(separator: "\n"))\nreceivers:\n"))
            #expect(written.contains("templates:\n- '\(place)/templates/*.tmpl'\n") && written.contains("group_by: [host, alertname]"))
            #expect(written.contains(#"    title: '{{ template "flatnet.title.\#(language)" . }}'"#))
            #expect(written.contains(#"    headers: {Subject: '{{ template "flatnet.subject.\#(language)" . }}'}"#))
            #expect(written.components(separatedBy: #"'{{ template "flatnet.text.\#(language)" . }}'"#).count == 3)
        }
    }

    @Test("a person may correct an answer; a secret is not repeated in the complaint")
    func corrections() async throws {
        try await withDirectory { directory in
            let file = "\(directory)/a.yml"
            try Data("precious".utf8).write(to: URL(fileURLWithPath: file))
            let run = try await FakeServer().run(
                "init", program: "flatalert",
                typed: [
                    "verysecret", "", "mail", "mail:25", "x", "a@b", "c@d", "", file, "\(directory)/b.yml", "severity", "none", "often",
                    "2h",
                ])
            #expect(run.code == 0 && !run.error.contains("verysecret"))
            #expect(run.error.components(separatedBy: "   It ").count == 7)
            #expect(run.error.contains("It exists: name another file, or run init with --force."))
            #expect(try text(file) == "precious")
            let written = try text("\(directory)/b.yml")
            #expect(written.contains("repeat_interval: 2h") && !written.contains("Urgent") && !written.contains("auth_"))
            #expect(!FileManager.default.fileExists(atPath: "\(directory)/secrets"))
        }
    }

    @Test("who leaves in the middle leaves nothing behind")
    func leaving() async throws {
        try await withDirectory { directory in
            let run = try await FakeServer().run("init", "--config.file", "\(directory)/a.yml", program: "flatalert", typed: [webhook])
            #expect(run.code == 1 && run.error.contains("nothing was written"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
        }
    }

    @Test("with all flags nobody is asked")
    func flags() async throws {
        try await withDirectory { directory in
            let run = try await FakeServer().run(
                "init", "--slack.api-url-file=hook", "--email.smarthost=localhost:25", "--email.from=a@b", "--email.to=c@d,e@f",
                "--config.file=\(directory)/it's here.yml", "--secrets.directory=\(directory)/s", "--urgent=severity=~\"page|critical\"",
                "--urgent.repeat-interval=10m", "--repeat-interval=1d", program: "flatalert", files: ["hook": "\(webhook)\n"], typed: [])
            #expect(run.code == 0 && run.error.isEmpty)
            let written = try text("\(directory)/it's here.yml")
            #expect(written.contains("require_tls: false") && written.contains("to: 'c@d,e@f'") && written.contains("repeat_interval: 1d"))
            #expect(try text("\(directory)/s/slack_api_url") == webhook + "\n")
            #expect(run.output.contains(#"--config.file='\#(directory)/it'\''s here.yml'"#))
        }
    }

    @Test(
        "without a terminal the flags that are missing or wrong are named",
        arguments: [
            ([], "--slack.api-url-file=FILE (or --slack.api-url=none), --email.smarthost=HOST:PORT (or none)"),
            (["--slack.api-url=none"], "not provided: --email.smarthost=HOST:PORT (or none)\n"),
            (["--slack.api-url=none", "--email.smarthost=m:25", "--email.to=a@b"], "not provided: --email.from=ADDRESS\n"),
            (
                ["--slack.api-url=none", "--email.smarthost=m:25", "--email.to=a@b", "--email.from=a@b", "--email.auth-username=joe"],
                "not provided: --email.auth-password-file=FILE\n"
            ),
            (["--slack.api-url=verysecret", "--email.smarthost=none"], "--slack.api-url must be a URL"),
            (["--slack.api-url-file=hook", "--email.smarthost=none"], "--slack.api-url-file: hook does not exist"),
            (["--slack.api-url=none", "--email.smarthost=none", "--urgent=x"], "--urgent must be matchers"),
            (["--slack.api-url=none", "--email.smarthost=none", "--repeat-interval=0s"], "--repeat-interval must be a duration"),
        ])
    func missing(flags: [String], message: String) async throws {
        try await withDirectory { directory in
            let run = try await FakeServer().runWords(["init", "--config.file=\(directory)/a.yml"] + flags, program: "flatalert")
            #expect(run.code == 1 && run.error.contains(message) && !run.error.contains("verysecret"), "\(run.error)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
        }
    }

    @Test("with nobody to tell, the inbox of the instance has the messages")
    func inbox() async throws {
        try await withDirectory { directory in
            let run = try await FakeServer().run(
                "init", "--slack.api-url=none", "--email.smarthost=none", "--config.file=\(directory)/a.yml", program: "flatalert")
            #expect(run.code == 0 && run.output.contains("nobody is told yet"))
            #expect(try AlertmanagerConfiguration.load(file: "\(directory)/a.yml").receivers.map(\.name) == ["inbox", "nobody"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["a.yml"])
        }
    }

    @Test("nothing is overwritten without --force, neither the configuration nor a secret")
    func overwriting() async throws {
        try await withDirectory { directory in
            let words = ["init", "--slack.api-url=\(webhook)", "--email.smarthost=none", "--config.file=\(directory)/a.yml"]
            #expect(try await FakeServer().runWords(words, program: "flatalert").code == 0)
            let other = words.map { $0.replacing("verysecret", with: "changed") }
            let (secret, configuration) = ("\(directory)/secrets/slack_api_url", "\(directory)/a.yml")
            for (present, away) in [(secret, configuration), (configuration, secret)] {
                try FileManager.default.moveItem(atPath: away, toPath: "\(directory)/kept")
                let before = try text(present)
                let run = try await FakeServer().runWords(other, program: "flatalert")
                #expect(run.code == 1 && run.error.contains("\(present) exists: name another file, or overwrite it with --force"))
                #expect(try text(present) == before && !FileManager.default.fileExists(atPath: away))
                try FileManager.default.moveItem(atPath: "\(directory)/kept", toPath: away)
            }
            #expect(try await FakeServer().runWords(other + ["--force"], program: "flatalert").code == 0)
            #expect(try text("\(directory)/secrets/slack_api_url").hasSuffix("/changed\n"))
        }
    }

    @Test("a file that can't be written leaves none of the others")
    func failingWrite() async throws {
        try await withDirectory { directory in
            for file in [String(repeating: "a", count: 253), "no/such/directory.yml"] {
                let run = try await FakeServer().run(
                    "init", "--slack.api-url=\(webhook)", "--email.smarthost=none", "--config.file=\(directory)/\(file)",
                    "--secrets.directory=\(directory)/secrets", program: "flatalert")
                #expect(run.code == 1 && run.error.contains("could not write"), "\(run.error)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
            }
        }
    }

    @Test("a directory for secrets that others can look into is refused with the remedy")
    func openDirectory() async throws {
        try await withDirectory { directory in
            let secrets = "\(directory)/secrets"
            try FileManager.default.createDirectory(
                atPath: secrets, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
            let run = try await FakeServer().run(
                "init", "--slack.api-url=\(webhook)", "--email.smarthost=none", "--config.file=\(directory)/a.yml", program: "flatalert")
            #expect(run.code == 1 && run.error.contains("\(secrets) is open to other users: chmod 700 it"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["secrets"])
        }
    }

    @Test("--test sends a test message through the instance that runs with this configuration, and through no other")
    func testing() async throws {
        try await withDirectory { directory in
            let words = [
                "init", "-f", "--test", "--slack.api-url=\(webhook)", "--email.smarthost=none", "--config.file=\(directory)/a.yml",
            ]
            let sent =
                #"{"paths":[{"route":"{}","receiver":"oncall","integrations":[{"integration":"slack[0]","state":"sent","attempts":1}]}]}"#
            let ours = FakeServer { request in
                request.method == "POST"
                    ? (200, sent) : (200, #"{"config":{"original":"api_url_file: \#(directory)/secrets/slack_api_url"}}"#)
            }
            let run = try await ours.runWords(words, program: "flatalert")
            #expect(run.code == 0 && run.output.contains("1 of 1 delivered"))
            #expect(ours.requests.map(\.target) == ["/api/v2/status", "/api/flatalert/v1/test-fire"])

            let others = FakeServer { _ in (200, #"{"config":{"original":"api_url_file: /etc/other"}}"#) }
            let refused = try await others.runWords(words, program: "flatalert")
            #expect(refused.code == 0 && refused.output.contains("not tested: the instance that runs has another configuration"))
            #expect(others.requests.map(\.method) == ["GET"])

            let nobody = try await FakeServer { _ in (0, "") }.runWords(words, program: "flatalert")
            #expect(nobody.code == 0 && nobody.output.contains("not tested: no instance answers") && nobody.output.contains("test-fire"))
        }
    }
}

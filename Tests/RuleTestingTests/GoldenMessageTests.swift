import AlertRouter
import Foundation
import JSON
import Labels
import RuleTesting
import Testing
import Time

/// The messages of the six mandated alerts, from `rules/` through the routes of `monitoring/alertmanager/` to what Slack and a mail show, compared
/// with `Golden/` byte for byte. `FLATALERT_REWRITE_GOLDEN=1 swift test --filter GoldenMessage` writes them anew, and fails.
@Suite("Messages of the mandated alerts")
struct GoldenMessageTests {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized.path
    private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Golden").path

    /// What a person gets: a title or subject, and a text.
    struct Shown {
        let medium: String
        let title: String
        let text: String
        let labels: LabelSet
    }

    @Test("are those that are kept: beginning and end, on Slack and by mail, in Japanese and English", arguments: GoldenScenario.all)
    func golden(scenario: GoldenScenario) throws {
        let whole = try Self.messages(scenario, silent: false)
        let silent = try Self.messages(scenario, silent: true)
        for (state, messages, isEnd) in [("firing", whole, false), ("resolved", whole, true), ("expired", silent, true)] {
            let shown = try Self.first(of: scenario.alert, in: messages, isEnd: isEnd)
            try #require(shown.map(\.medium) == ["slack ja", "slack en", "mail ja", "mail en"])
            let text = shown.map { "== \($0.medium)\n\($0.title)\n\n\($0.text)\n" }.joined(separator: "\n")
            let path = "\(Self.golden)/\(scenario.alert).\(state).txt"
            if ProcessInfo.processInfo.environment["FLATALERT_REWRITE_GOLDEN"] == "1" {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                Issue.record("\(path) was written anew; look at the difference and run again without FLATALERT_REWRITE_GOLDEN")
            } else {
                let kept = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
                #expect(text == kept, "\(path) is something else")
            }
        }
    }

    @Test("say the eleven things, and their silence commands silence", arguments: GoldenScenario.all)
    func eleven(scenario: GoldenScenario) throws {
        let japanese = [
            #"発生 \d\d:\d\d JST"#, "影響: .+", "確認: .+", "応急: .+", "抑止中: \(scenario.suppressed ?? "なし")", #"次の再通知 \d\d:\d\d JST"#,
            "手順: http://flatnet-01:9093/runbook/\(scenario.alert)",
        ]
        let english = [
            #"since \d\d:\d\d JST"#, "Impact: .+", "Check: .+", "First aid: .+", "Suppressed: \(scenario.suppressed ?? "nothing")",
            #"next repeat \d\d:\d\d JST"#, "Runbook: http://flatnet-01:9093/runbook/\(scenario.alert)",
        ]
        let shown = try Self.first(of: scenario.alert, in: Self.messages(scenario, silent: false), isEnd: false)
        for message in shown {
            let whole = message.title + "\n" + message.text
            let isJapanese = message.medium.hasSuffix("ja")
            #expect(message.title.contains(" flatnet-01 ") && message.title.hasSuffix("(\(scenario.alert))"), "\(message.medium)")
            for word in isJapanese ? scenario.words.ja : scenario.words.en { #expect(whole.contains(word), "\(message.medium): \(word)") }
            for pattern in isJapanese ? japanese : english {
                #expect(whole.firstMatch(of: try Regex(pattern)) != nil, "\(message.medium): \(pattern)")
            }
            let command = try #require(whole.firstMatch(of: #/flatalert silence add -d 1h (.+)/#)?.1)
            let matchers = Matchers(
                try ShellWords.split(command).map { try MatcherParser(mode: .fallback).parseSingle($0).0 })
            #expect(matchers.matches(message.labels), "\(command)")
            #expect(!matchers.matches(["alertname": "Other", "host": "flatnet-01", "mountpoint": "/mnt/c"]))
        }
    }

    @Test("of an end say its cause", arguments: GoldenScenario.all)
    func ends(scenario: GoldenScenario) throws {
        for (isSilent, mark, word) in [(false, "🟢", "[RESOLVED]"), (true, "⚪", "[UNKNOWN]")] {
            let shown = try Self.first(of: scenario.alert, in: Self.messages(scenario, silent: isSilent), isEnd: true)
            for message in shown {
                #expect(message.title.contains("\(word) flatnet-01 ") && message.title.hasSuffix("(\(scenario.alert))"))
                #expect(message.title.contains(mark) == message.medium.hasPrefix("slack"))
                #expect(message.text.contains("JST"))
            }
        }
    }

    // MARK: Running

    /// What is sent from 02:00 JST on, with the shipped rules and routes; each receiver is told in both languages by Slack and by mail.
    private static func messages(_ scenario: GoldenScenario, silent: Bool) throws -> [RuleTestReport.Message] {
        let routing = try String(contentsOfFile: "\(repository)/monitoring/alertmanager/alertmanager.yml", encoding: .utf8)
        let head = try #require(routing.range(of: "\nreceivers:")).lowerBound
        let names = Set(routing[..<head].matches(of: #/receiver: ([a-z-]+)/#).map { String($0.1) })
        let receivers = names.sorted().map { name in
            let slack = ["ja", "en"].map {
                "  - {api_url: 'http://h/', channel: c, send_resolved: true, title: '{{ template \"flatnet.title.\($0)\" . }}', text: '{{ template \"flatnet.text.\($0)\" . }}'}\n"
            }
            let mails = ["ja", "en"].map {
                "  - {to: a@b.jp, from: c@b.jp, smarthost: 'h:25', send_resolved: true, html: '', headers: {Subject: '{{ template \"flatnet.subject.\($0)\" . }}'}, text: '{{ template \"flatnet.text.\($0)\" . }}'}\n"
            }
            return "- name: \(name)\n  slack_configs:\n\(slack.joined())  email_configs:\n\(mails.joined())"
        }
        let templates = "templates: ['\(repository)/monitoring/alertmanager/templates/*.tmpl']"
        let configuration =
            routing[..<head].replacing(#/(?m)^templates:.*$/#, with: templates) + "\nreceivers:\n" + receivers.joined()
        let input = scenario.series.map { series in
            let parts = series.split(separator: "} ", maxSplits: 1)
            return "  - {series: '\(parts[0])}', values: '\(parts[1])'}\n"
        }
        let test = """
            rule_files: ['\(repository)/rules/\(scenario.rules)']
            evaluation_interval: 30s
            tests:
            - name: fault
              start_timestamp: '2026-11-22T17:00:00Z'
              interval: 30s
              input_series:
            \(input.joined())---
            alertmanager: routing.yml
            external_labels: {host: flatnet-01}
            external_url: http://flatnet-01:9093
            notification_tests:
            - name: \(scenario.alert)
              test: fault
              until: 2h
              \(silent ? "events: [{at: \(scenario.silentAfter)m, no_rules: 6h}]" : "")
              exp_no_notifications: [{alertname: NoSuchAlert}]
            """
        let directory = try Directory(["routing.yml": configuration, "test.yml": test])
        var options = RuleTestOptions()
        options.zone = try Zone.named("Asia/Tokyo")
        let report = directory.run("test.yml", options)
        try #require(!report.hasFailures, "\(report.errors)")
        return report.suites.flatMap(\.cases).flatMap(\.messages)
    }

    /// The first message of each kind about an alert, as people see it.
    private static func first(of alert: String, in messages: [RuleTestReport.Message], isEnd: Bool) throws -> [Shown] {
        let told = messages.filter { message in
            let alerts = isEnd ? message.resolved : message.firing
            return message.firing.isEmpty == isEnd && alerts.contains { $0["alertname"] == alert }
        }
        return try [("slack", 0), ("slack", 1), ("email", 0), ("email", 1)].map { kind, index in
            let message = try #require(told.first { $0.kind == kind && $0.index == index }, "no \(kind)[\(index)] about \(alert)")
            let content = try message.content.get()
            let attachment = content.json?["attachments"]?.arrayValue?.first
            return Shown(
                medium: "\(kind == "email" ? "mail" : kind) \(index == 0 ? "ja" : "en")",
                title: try #require(content.subject ?? attachment?["title"]?.stringValue),
                text: try #require(content.text ?? attachment?["text"]?.stringValue),
                labels: (isEnd ? message.resolved : message.firing)[0])
        }
    }
}

/// A command line in words, as a shell makes them of single quotes and backslashes.
private enum ShellWords {
    static func split(_ line: Substring) -> [String] {
        var words: [String] = []
        var word: String?
        var isQuoted = false
        var isEscaped = false
        for character in line {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "'" {
                isQuoted.toggle()
                word = word ?? ""
            } else if character == "\\", !isQuoted {
                isEscaped = true
            } else if character == " ", !isQuoted {
                if let whole = word { words.append(whole) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return words
    }
}

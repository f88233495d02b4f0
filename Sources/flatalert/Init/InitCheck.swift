import Labels
import Time

/// What is wrong with an answer, as the end of a sentence; nil if nothing is. No complaint repeats a secret.
enum InitCheck {
    static func webhook(_ text: String) -> String? {
        if let fault = line(text) { return fault }
        let rest = ["https://", "http://"].first(where: text.hasPrefix).map { text.dropFirst($0.count) }
        guard let rest, !rest.prefix(while: { $0 != "/" }).isEmpty, !text.contains(" ") else {
            return "must be a URL such as https://hooks.slack.com/services/…"
        }
        return nil
    }

    static func smarthost(_ text: String) -> String? {
        if let fault = line(text) { return fault }
        let colon = text.lastIndex(of: ":")
        guard let colon, colon > text.startIndex, let port = UInt16(text[text.index(after: colon)...]), port > 0, !text.contains(" ") else {
            return "must be host:port such as smtp.example.com:587"
        }
        return nil
    }

    static func addresses(_ text: String) -> String? {
        if let fault = line(text) { return fault }
        let isWhole = text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { address in
            address.split(separator: "@", omittingEmptySubsequences: false).count == 2
        }
        return isWhole ? nil : "must be a mail address such as oncall@example.com"
    }

    static func matchers(_ text: String) -> String? {
        if let fault = line(text) { return fault }
        do throws(MatcherError) {
            _ = try MatcherParser(mode: .fallback).parseList(text)
            return nil
        } catch {
            return "must be matchers such as severity=\"critical\": \(error)"
        }
    }

    static func duration(_ text: String) -> String? {
        guard let span = try? PrometheusDuration.parse(text), span > .seconds(0) else { return "must be a duration such as 1h or 30m" }
        return nil
    }

    /// Anything on one line.
    static func line(_ text: String) -> String? {
        if text.isEmpty { return "must not be empty" }
        return text.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "must not hold control characters" : nil
    }
}

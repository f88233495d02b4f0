import Labels
import Time

extension ExpectedNotification {
    /// What of a notification is not as expected; empty when it is the one.
    func differences(from sent: SentNotification) -> [String] {
        var found: [String] = []
        func compare(_ what: String, _ expected: String?, _ got: String) {
            if let expected, expected != got { found.append("\(what): exp \(expected), got \(got)") }
        }
        compare("receiver", receiver, sent.receiver)
        if let integration, integration != sent.kind, integration != "\(sent.kind)[\(sent.index)]" {
            found.append("integration: exp \(integration), got \(sent.kind)[\(sent.index)]")
        }
        if let times, !times.contains(sent.time) { found.append("time: exp \(Self.text(times)), got \(Self.text(sent.time))") }
        compare("group_labels", groupLabels.map(NamedText.list), NamedText.list(sent.groupLabels.namedTexts))
        compare("group_key", groupKey, sent.groupKey)
        found += Self.difference("firing", firing, sent.firing)
        found += Self.difference("resolved", resolved, sent.resolved)
        found += textDifferences(from: sent)
        return found
    }

    private func textDifferences(from sent: SentNotification) -> [String] {
        if case .failure(let fault) = sent.message {
            return texts.isEmpty && lacking.isEmpty ? [] : ["the message cannot be rendered: \(fault)"]
        }
        var found: [String] = []
        for (field, text) in texts {
            let got = sent.texts(field)
            guard !got.contains(where: { $0.contains(text) }) else { continue }
            let shown = got.isEmpty ? "there is none" : "got \(got.map(GoQuote.quote).joined(separator: ", "))"
            found.append("\(field.rawValue): exp to contain \(GoQuote.quote(text)), \(shown)")
        }
        let whole = sent.texts(.body)
        for text in lacking {
            guard let place = whole.first(where: { $0.contains(text) }) else { continue }
            found.append("lacks: exp nothing with \(GoQuote.quote(text)), got \(GoQuote.quote(place))")
        }
        return found
    }

    /// Each expected alert must be there, and no other.
    private static func difference(_ what: String, _ expected: [[NamedText]]?, _ got: [LabelSet]) -> [String] {
        guard let expected else { return [] }
        let claims = Assignment.claims(expected.count, of: got.count) { got[$1].has(expected[$0]) }
        guard expected.count != got.count || claims.contains(nil) else { return [] }
        let wanted = expected.map(NamedText.list).joined(separator: " ")
        return ["\(what): exp \(wanted.isEmpty ? "none" : wanted), got \(got.isEmpty ? "none" : SentNotification.list(got))"]
    }

    /// One line: when, to whom, of what.
    var summary: String {
        var parts: [String] = []
        if let times { parts.append(times.lowerBound == times.upperBound ? "at \(Self.text(times))" : "within \(Self.text(times))") }
        if let receiver { parts.append("to \(receiver)") }
        if let integration { parts.append("by \(integration)") }
        if let firing { parts.append("firing " + (firing.isEmpty ? "none" : firing.map(NamedText.list).joined(separator: " "))) }
        if let resolved { parts.append("resolved " + (resolved.isEmpty ? "none" : resolved.map(NamedText.list).joined(separator: " "))) }
        return parts.isEmpty ? "any" : parts.joined(separator: ", ")
    }

    private static func text(_ time: Int64) -> String { PrometheusDuration.format(.milliseconds(time)) }

    private static func text(_ times: ClosedRange<Int64>) -> String {
        times.lowerBound == times.upperBound ? text(times.lowerBound) : "[\(text(times.lowerBound)), \(text(times.upperBound))]"
    }
}

/// Gives as many askers as possible each a thing of its own that fits.
enum Assignment {
    /// The thing of each asker; nil where none is left for it.
    static func claims(_ askers: Int, of things: Int, fits: (Int, Int) -> Bool) -> [Int?] {
        var owners = [Int?](repeating: nil, count: things)
        var claims = [Int?](repeating: nil, count: askers)
        func claim(_ asker: Int, _ tried: inout Set<Int>) -> Bool {
            for thing in 0..<things where fits(asker, thing) && tried.insert(thing).inserted {
                // Whoever has it may find another one.
                if let owner = owners[thing], !claim(owner, &tried) { continue }
                owners[thing] = asker
                claims[asker] = thing
                return true
            }
            return false
        }
        for asker in 0..<askers {
            var tried: Set<Int> = []
            _ = claim(asker, &tried)
        }
        return claims
    }
}

import Labels

/// Matchers and labels on a command line.
struct MatcherArguments: Sendable {
    let mode: MatcherMode
    /// Where warnings about spellings go; nil keeps them to itself.
    let warn: Console?

    /// The words as matchers. A first word that is none is the value of `alertname` (reference 12.2).
    func matchers(_ words: [String]) throws(ClientError) -> [Matcher] {
        var parsed: [Matcher] = []
        for (index, word) in words.enumerated() {
            do throws(ClientError) {
                parsed.append(try matcher(word))
            } catch {
                // A broken regex is a mistake, not a name.
                guard index == 0, !isMatcherWithBrokenValue(word) else { throw error }
                parsed.append(Matcher(name: "alertname", equals: word))
            }
        }
        return parsed
    }

    /// The words as the server's `filter` takes them: the first as above, the others as they are, for the server to judge.
    func filters(_ words: [String]) -> [String] {
        words.enumerated().map { index, word in
            guard index == 0, (try? matcher(word)) == nil, !isMatcherWithBrokenValue(word) else { return word }
            return "\(Matcher(name: "alertname", equals: word))"
        }
    }

    /// The words as labels: matchers with `=` alone. `shorthand` allows a first word without a name.
    func labels(_ words: [String], shorthand: Bool, what: String = "labels") throws(ClientError) -> [(name: String, value: String)] {
        var labels: [(name: String, value: String)] = []
        for matcher in shorthand ? try matchers(words) : try words.map({ word throws(ClientError) in try matcher(word) }) {
            guard matcher.operation == .equal else { throw .failed("\(what) must be specified as key=value pairs") }
            labels.removeAll { $0.name == matcher.name }
            labels.append((name: matcher.name, value: matcher.value))
        }
        return labels
    }

    private func matcher(_ word: String) throws(ClientError) -> Matcher {
        do throws(MatcherError) {
            let (matcher, warning) = try MatcherParser(mode: mode).parseSingle(word)
            if let warning { warn?.complain("Warning: \(warning)") }
            return matcher
        } catch {
            throw .failed("\(error)")
        }
    }

    /// The word would be a matcher if its regex compiled.
    private func isMatcherWithBrokenValue(_ word: String) -> Bool {
        guard let tilde = word.firstRange(of: "=~") ?? word.firstRange(of: "!~") else { return false }
        return (try? MatcherParser(mode: mode).parseSingle(word[..<tilde.lowerBound] + "=x")) != nil
    }
}

public import Labels
import RE2

extension RelabelRules {
    /// The labels after all steps (reference 5.5); nil if one of them dropped them. Where nothing changes, the set itself.
    public func apply(_ labels: LabelSet) -> LabelSet? {
        guard !steps.isEmpty else { return labels }
        var work = RelabeledLabels(labels)
        for step in steps where !step.apply(to: &work) { return nil }
        return work.labels
    }
}

extension RelabelStep {
    /// - Returns: False if the labels are dropped.
    func apply(to labels: inout RelabeledLabels) -> Bool {
        switch action {
        case .keep: return withSource(in: labels, matches)
        case .drop: return !withSource(in: labels, matches)
        case .keepequal: return equalsTarget(labels)
        case .dropequal: return !equalsTarget(labels)
        case .replace: replace(in: &labels)
        case .hashmod:
            let digest = withSource(in: labels) { MD5Digest.of(Array($0)) }
            let number = digest.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            labels.set(target, to: Array("\(number % max(1, modulus))".utf8))
        case .lowercase: labels.set(target, to: withSource(in: labels) { Self.changed($0, LetterCase.lower) })
        case .uppercase: labels.set(target, to: withSource(in: labels) { Self.changed($0, LetterCase.upper) })
        case .labelmap: map(&labels)
        case .labeldrop: remove(from: &labels, matching: true)
        case .labelkeep: remove(from: &labels, matching: false)
        }
        return true
    }

    private func equalsTarget(_ labels: borrowing RelabeledLabels) -> Bool {
        withSource(in: labels) { source in labels.withValue(of: target) { $0.elementsEqual(source) } }
    }

    private static func changed(_ text: UnsafeBufferPointer<UInt8>, _ change: (String) -> String) -> [UInt8] {
        Array(change(String(decoding: text, as: UTF8.self)).utf8)
    }

    // MARK: - replace

    private func replace(in labels: inout RelabeledLabels) {
        let change = withSource(in: labels) { source -> (name: [UInt8], value: [UInt8])? in
            // The usual step writes the same text for all: whether it does is all that the pattern is asked.
            if case .constant(let value) = replacement, case .constant(let name) = targetText {
                return matches(source) ? (name, value) : nil
            }
            if case .source = replacement, case .constant(let name) = targetText {
                // What is there already needs no copy.
                return labels.withValue(of: name) { $0.elementsEqual(source) } ? nil : (name, Array(source))
            }
            guard let name = targetText.filled(from: source, by: regex), let value = replacement.filled(from: source, by: regex) else {
                return nil
            }
            return (name, value)
        }
        guard let change, change.name.withUnsafeBufferPointer({ isValidLabelName($0, mode: nameMode) }) else { return }
        labels.set(change.name, to: change.value)
    }

    // MARK: - Steps on names

    private func map(_ labels: inout RelabeledLabels) {
        var found: [(name: [UInt8], value: [UInt8])] = []
        labels.visit { name, value in if let new = replacement.filled(from: name, by: regex) { found.append((new, Array(value))) } }
        for (name, value) in found { labels.set(name, to: value) }
    }

    private func remove(from labels: inout RelabeledLabels, matching: Bool) {
        var found: [[UInt8]] = []
        labels.visit { name, _ in if matches(name) == matching { found.append(Array(name)) } }
        for name in found { labels.set(name, to: []) }
    }
}

extension RelabelStep.Text {
    /// The text for a match of a whole source; nil if the pattern does not match.
    fileprivate func filled(from source: UnsafeBufferPointer<UInt8>, by regex: RE2Regex) -> [UInt8]? {
        switch self {
        case .constant(let text): return regex.matches(source) ? text : nil
        case .source: return Array(source)
        case .template(let template):
            var output: [UInt8] = []
            return template.expand(matching: source, into: &output) ? output : nil
        }
    }
}

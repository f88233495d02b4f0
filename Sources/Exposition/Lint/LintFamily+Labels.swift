/// Labels: reserved ones, those that differ from series to series, and those without bounds.
extension LintFamily {
    func checkLabels(_ limits: ExpositionLint.Limits, _ findings: inout LintFindings) {
        var told: Set<String> = []
        for sample in samples {
            var names: Set<String> = []
            for label in sample.labels {
                if !names.insert(label.name).inserted {
                    findings.add(
                        .duplicateLabel, line: sample.line, metric: name, "the label \(label.name) stands twice in a series: keep one")
                }
                if label.value.isEmpty, told.insert("empty " + label.name).inserted {
                    findings.add(
                        .emptyLabel, line: sample.line, metric: name,
                        "the label \(label.name) is empty, which is the same as no label: give it a value such as \"unknown\"")
                }
                if told.insert(label.name).inserted { checkLabelName(label.name, sample.line, &findings) }
            }
        }
        checkLabelSets(&findings)
        checkIdentifiers(limits, &findings)
        let bound = boundLabel
        let children = Set(samples.map { $0.identity(without: bound) }).count
        if children > limits.labelSets {
            findings.add(
                .tooManySeries, line: line, metric: name,
                "\(children) label sets, more than \(limits.labelSets): each is a series that Prometheus keeps; leave labels out that have many values"
            )
        }
    }

    /// The label that tells the series of one histogram or summary apart.
    var boundLabel: String? {
        switch type {
        case .histogram, .gaugehistogram: "le"
        case .summary: "quantile"
        default: nil
        }
    }

    private func checkLabelName(_ label: String, _ line: Int, _ findings: inout LintFindings) {
        if Self.isCamelCase(label) {
            findings.add(
                .camelCase, line: line, metric: name,
                "label names should be written in 'snake_case' not 'camelCase': use \(Self.snakeCase(label))")
        }
        switch label {
        case "le" where boundLabel != "le" && type ?? .unknown != .unknown:
            findings.add(.reservedLabel, line: line, metric: name, "non-histogram metrics should not have \"le\" label: rename it")
        case "quantile" where boundLabel != "quantile" && type ?? .unknown != .unknown:
            findings.add(.reservedLabel, line: line, metric: name, "non-summary metrics should not have \"quantile\" label: rename it")
        case _ where label.hasPrefix("__"):
            findings.add(
                .reservedLabel, line: line, metric: name,
                "the label \(label) begins with \"__\", which is Prometheus's own and is dropped: rename it")
        case "job", "instance":
            findings.add(
                .targetLabel, line: line, metric: name,
                "Prometheus sets the label \(label) itself and stores this one as exported_\(label): rename it")
        default: break
        }
    }

    /// Series of one metric should have the same labels, or sums over it count things twice.
    private func checkLabelSets(_ findings: inout LintFindings) {
        let bound = boundLabel
        var first: [[String]: LintSample] = [:]
        var order: [[String]] = []
        for sample in samples {
            let names = sample.labels.filter { !$0.value.isEmpty && $0.name != bound }.map(\.name).sorted()
            if first[names] == nil {
                first[names] = sample
                order.append(names)
            }
        }
        guard order.count > 1 else { return }
        if let bare = first[[]], let labelled = order.first(where: { !$0.isEmpty }), let other = first[labelled] {
            findings.add(
                .bareSeries, line: bare.line, metric: name,
                "a series without labels stands beside series with labels (\(labelled.joined(separator: ", ")), line \(other.line)): sum() counts it twice; leave the total out or give it a name of its own"
            )
        }
        let labelled = order.filter { !$0.isEmpty }
        for names in labelled.dropFirst() {
            guard let sample = first[names], let usual = labelled.first, let other = first[usual] else { continue }
            findings.add(
                .mixedLabels, line: sample.line, metric: name,
                "the series has the labels \(names.joined(separator: ", ")), that at line \(other.line) has \(usual.joined(separator: ", ")): give all series of a metric the same labels"
            )
        }
    }

    // MARK: Identifiers

    private func checkIdentifiers(_ limits: ExpositionLint.Limits, _ findings: inout LintFindings) {
        var values: [String: [[String]: (kind: String, values: Set<String>, line: Int)]] = [:]
        for sample in samples {
            for label in sample.labels {
                guard let kind = LintIdentifier.kind(label.value) else { continue }
                // A server's address beside its name is as bounded as the name: what counts is how many addresses one name has.
                let others = sample.labels.filter { $0.name != label.name && kind == LintIdentifier.addresses }
                let group = others.map { "\($0.name)=\($0.value)" }.sorted()
                values[label.name, default: [:]][group, default: (kind, [], sample.line)].values.insert(label.value)
            }
        }
        for (label, groups) in values.sorted(by: { $0.key < $1.key }) {
            guard let found = groups.values.max(by: { ($0.values.count, $1.line) < ($1.values.count, $0.line) }),
                found.values.count > limits.identifiers
            else { continue }
            findings.add(
                .unboundedLabel, line: found.line, metric: name,
                "the label \(label) has \(found.values.count) values that look like \(found.kind), such as \"\(LintSample.shortened(found.values.min() ?? ""))\": their number has no bound; leave the label out or group its values"
            )
        }
    }
}

/// Values of labels that are different for every container, user or connection.
enum LintIdentifier {
    /// Of servers or of connections.
    static let addresses = "addresses with ports"

    /// What a value looks like, in the plural; nil where it looks like an ordinary one.
    static func kind(_ value: String) -> String? {
        let bytes = Array(value.utf8)
        if [32, 40, 64].contains(bytes.count), bytes.allSatisfy(isHex), bytes.contains(where: { $0 &- 0x30 < 10 }) {
            return bytes.count == 64 ? "container IDs or hashes" : "hashes"
        }
        if isUUID(bytes) { return "UUIDs" }
        if isMailAddress(value) { return "mail addresses" }
        if isAddressWithPort(value) { return addresses }
        return nil
    }

    private static func isHex(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 }

    private static func isUUID(_ bytes: [UInt8]) -> Bool {
        guard bytes.count == 36 else { return false }
        return bytes.enumerated().allSatisfy { index, byte in [8, 13, 18, 23].contains(index) ? byte == UInt8(ascii: "-") : isHex(byte) }
    }

    private static func isMailAddress(_ value: String) -> Bool {
        let parts = value.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains(".") else { return false }
        return !value.contains { $0.isWhitespace || $0 == "/" || $0 == ":" }
    }

    private static func isAddressWithPort(_ value: String) -> Bool {
        guard let colon = value.lastIndex(of: ":"), UInt16(value[value.index(after: colon)...]) != nil else { return false }
        let host = value[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { return host.contains(":") }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil }
    }
}

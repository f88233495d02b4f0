extension LintPage {
    /// The order of the page: what stands twice, too late, apart, or for nothing.
    func checkStructure(_ families: [LintFamily], _ findings: inout LintFindings) {
        if !families.contains(where: { !$0.samples.isEmpty }) {
            findings.add(
                .noSamples, line: 1,
                "the page has no samples, though the target would count as up: show every metric from the first scrape, with 0 where nothing happened"
            )
        }
        checkGroups(&findings)
        var said: [String: Int] = [:]
        for family in families { said[family.name] = family.metadata.first?.line }
        for family in families {
            checkMetadata(family, &findings)
            checkClash(family, said, &findings)
        }
    }

    // MARK: Groups

    /// Whether all lines of a family stand together, and whether what follows HELP and TYPE is what they name.
    private func checkGroups(_ findings: inout LintFindings) {
        let owner = LintOwnership(self)
        var sampled: Set<String> = []
        for case .sample(let sample) in entries { sampled.insert(owner.family(of: sample.name)) }
        var seen: [String: Int] = [:]
        var current: String?
        // A family without samples whose HELP or TYPE was the last thing said.
        var orphan: LintMetadata?
        for entry in entries {
            let (family, line) =
                switch entry {
                case .sample(let sample): (owner.family(of: sample.name), sample.line)
                case .metadata(let metadata): (metadata.name, metadata.line)
                }
            if family != current, let earlier = seen[family] {
                findings.add(
                    .splitFamily, line: line, metric: family,
                    "lines of this metric stand in two places, the first at line \(earlier): keep all lines of a metric together")
            }
            switch entry {
            case .sample(let sample):
                if let orphan {
                    findings.add(
                        .orphanMetadata, line: orphan.line, metric: orphan.name,
                        "\(orphan.keyword) names a metric without samples, and the samples that follow at line \(line) are of \(sample.name): name both alike"
                    )
                }
                orphan = nil
            case .metadata(let metadata):
                if !sampled.contains(family) {
                    if orphan?.name != family {
                        if let orphan { tellEmpty(orphan, &findings) }
                        orphan = metadata
                    }
                } else if let empty = orphan {
                    tellEmpty(empty, &findings)
                    orphan = nil
                }
            }
            current = family
            seen[family] = line
        }
        if let orphan { tellEmpty(orphan, &findings) }
    }

    private func tellEmpty(_ metadata: LintMetadata, _ findings: inout LintFindings) {
        findings.add(
            .emptyFamily, line: metadata.line, metric: metadata.name,
            "the metric has no samples: show its series from the first scrape on, so that a first event is an increase")
    }

    // MARK: Metadata

    private func checkMetadata(_ family: LintFamily, _ findings: inout LintFindings) {
        var first: [String: Int] = [:]
        for metadata in family.metadata {
            if let earlier = first[metadata.keyword] {
                let check: ExpositionLint.Check =
                    switch metadata.content {
                    case .help: .duplicateHelp
                    case .type: .duplicateType
                    case .unit: .duplicateUnit
                    }
                findings.add(
                    check, line: metadata.line, metric: family.name, "\(metadata.keyword) stands twice, first at line \(earlier): keep one")
                continue
            }
            first[metadata.keyword] = metadata.line
            if let sample = family.samples.first, sample.line < metadata.line {
                findings.add(
                    .lateMetadata, line: metadata.line, metric: family.name,
                    "\(metadata.keyword) stands behind samples of the metric, the first at line \(sample.line): put it in front of them")
            }
        }
        guard let sample = family.samples.first else { return }
        let helps = family.metadata.compactMap { if case .help(let isEmpty) = $0.content { isEmpty } else { nil } }
        if helps.isEmpty {
            findings.add(.noHelp, line: sample.line, metric: family.name, "no help text: add \"# HELP \(family.name) …\"")
        } else if helps.allSatisfy({ $0 }) {
            findings.add(.noHelp, line: family.line, metric: family.name, "no help text: HELP is empty, say what is counted or measured")
        }
        switch family.type {
        case nil:
            findings.add(
                .noType, line: sample.line, metric: family.name,
                "no TYPE: add \"# TYPE \(family.name) \(family.name.hasSuffix("_total") ? "counter" : "gauge")\" or what it is")
        case .unknown:
            findings.add(
                .untyped, line: family.line, metric: family.name, "the type is left open: say counter, gauge, histogram or summary")
        default: break
        }
    }

    /// A family whose samples would be named like another family. `said` has the lines of those that HELP or TYPE name.
    private func checkClash(_ family: LintFamily, _ said: [String: Int], _ findings: inout LintFindings) {
        guard let type = family.type else { return }
        for suffix in LintOwnership.suffixes(format) where suffix.types.contains(type) {
            let name = family.name + suffix.text
            guard let line = said[name] else { continue }
            findings.add(
                .nameClash, line: line, metric: name,
                "the name is that of a sample of the \(type.rawValue) \(family.name), line \(family.line): rename one of the two")
        }
    }
}

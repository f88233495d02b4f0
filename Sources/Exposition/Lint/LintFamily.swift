/// A metric of a page under examination: what is said of it, and its samples.
struct LintFamily {
    let name: String
    let format: ExpositionFormat
    var metadata: [LintMetadata] = []
    var samples: [LintSample] = []

    /// What the first TYPE line says.
    var type: ExposedMetricType? { metadata.lazy.compactMap { if case .type(let type) = $0.content { type } else { nil } }.first }

    /// Where it is best shown.
    var line: Int { min(metadata.first?.line ?? .max, samples.first?.line ?? .max) }

    /// The families in the order of the page.
    static func families(of page: LintPage) -> [LintFamily] {
        var families: [LintFamily] = []
        var places: [String: Int] = [:]
        let owner = LintOwnership(page)
        func place(_ name: String) -> Int {
            if let place = places[name] { return place }
            families.append(LintFamily(name: name, format: page.format))
            places[name] = families.count - 1
            return families.count - 1
        }
        for entry in page.entries {
            switch entry {
            case .metadata(let metadata): families[place(metadata.name)].metadata.append(metadata)
            case .sample(let sample): families[place(owner.family(of: sample.name))].samples.append(sample)
            }
        }
        return families
    }
}

/// Which family a sample belongs to by its name.
struct LintOwnership {
    private let types: [String: ExposedMetricType]
    private let suffixes: [(text: String, types: Set<ExposedMetricType>)]

    init(_ page: LintPage) {
        var types: [String: ExposedMetricType] = [:]
        for case .metadata(let metadata) in page.entries {
            if case .type(let type) = metadata.content, types[metadata.name] ?? .unknown == .unknown { types[metadata.name] = type }
            types[metadata.name] = types[metadata.name] ?? .unknown
        }
        self.types = types
        suffixes = LintOwnership.suffixes(page.format)
    }

    /// The endings of sample names, and the types that have them.
    static func suffixes(_ format: ExpositionFormat) -> [(text: String, types: Set<ExposedMetricType>)] {
        switch format {
        case .text: [("_bucket", [.histogram]), ("_sum", [.histogram, .summary]), ("_count", [.histogram, .summary])]
        case .openMetrics:
            [
                ("_bucket", [.histogram, .gaugehistogram]), ("_sum", [.histogram, .summary]), ("_count", [.histogram, .summary]),
                ("_gsum", [.gaugehistogram]), ("_gcount", [.gaugehistogram]), ("_total", [.counter]), ("_info", [.info]),
                ("_created", [.counter, .histogram, .summary]),
            ]
        }
    }

    func family(of name: String) -> String {
        guard types[name] == nil else { return name }
        for suffix in suffixes where name.hasSuffix(suffix.text) {
            let base = String(name.dropLast(suffix.text.count))
            if let type = types[base], suffix.types.contains(type) { return base }
        }
        return name
    }
}

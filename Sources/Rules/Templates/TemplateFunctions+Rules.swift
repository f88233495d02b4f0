public import GoTemplate

extension TemplateFunctions {
    /// Prometheus's functions for rules, all of them (reference 1.5). What they ask stands in the environment, see `TemplateScope`.
    public static let rules = prometheus.merging(queries).merging(addresses)

    private static let queries = TemplateFunctions([
        "query": TemplateFunction([.string]) { (values, environment) throws(TemplateFault) in
            guard case .object(let object)? = environment.values[TemplateScope.queries], let queries = object as? TemplateQueries else {
                throw TemplateFault("there is nothing to ask here")
            }
            return .object(try queries.samples(text(values[0])))
        },
        "first": TemplateFunction([.type(QuerySamples.goType)]) { (values, _) throws(TemplateFault) in
            guard let sample = samples(values[0]).first else { throw TemplateFault("first() called on vector with no elements") }
            return .object(sample)
        },
        "label": TemplateFunction([.string, .type(QuerySample.goType)]) { values, _ in .string(label(text(values[0]), of: values[1])) },
        "value": TemplateFunction([.type(QuerySample.goType)]) { values, _ in .float(sample(values[0])?.value ?? .nan) },
        "strvalue": TemplateFunction([.type(QuerySample.goType)]) { values, _ in .string(label("__value__", of: values[0])) },
        "sortByLabel": TemplateFunction([.string, .type(QuerySamples.goType)]) { values, _ in
            let name = text(values[0])
            let keyed = samples(values[1]).enumerated().map { (key: Array(($1.labels[name] ?? "").utf8), place: $0, sample: $1) }
            // The place decides between equal labels: Swift does not promise a stable sort.
            let sorted = keyed.sorted {
                $0.key.lexicographicallyPrecedes($1.key) || ($0.key == $1.key && $0.place < $1.place)
            }
            return .object(QuerySamples(samples: sorted.map(\.sample)))
        },
    ])

    private static let addresses = TemplateFunctions([
        "externalURL": TemplateFunction([]) { (_, environment) throws(TemplateFault) in .string(try externalURL(environment)) },
        "pathPrefix": TemplateFunction([]) { (_, environment) throws(TemplateFault) in
            .string(ExternalURL.path(of: try externalURL(environment)))
        },
    ])

    private static func externalURL(_ environment: TemplateEnvironment) throws(TemplateFault) -> String {
        guard case .string(let url)? = environment.values[TemplateScope.externalURL] else {
            // What Go says of the address that unit tests do not have.
            throw TemplateFault("runtime error: invalid memory address or nil pointer dereference")
        }
        return url
    }

    private static func samples(_ value: TemplateValue) -> [QuerySample] {
        guard case .object(let object) = value, let list = object as? QuerySamples else { return [] }
        return list.samples
    }

    private static func sample(_ value: TemplateValue) -> QuerySample? {
        guard case .object(let object) = value else { return nil }
        return object as? QuerySample
    }

    private static func label(_ name: String, of value: TemplateValue) -> String { sample(value)?.labels[name] ?? "" }

    /// An argument that was declared as a string.
    private static func text(_ value: TemplateValue) -> String {
        switch value {
        case .string(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .object(let object): object.basic.map(text) ?? ""
        default: ""
        }
    }
}

/// The address under which people reach the server.
enum ExternalURL {
    /// Its path, without a trailing slash and with percent escapes resolved.
    static func path(of url: String) -> String {
        let bytes = Array(url.utf8)
        var start = 0
        if let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) {
            let host = bytes[(colon + 3)...]
            start = host.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? bytes.count
        }
        let path = bytes[start...].prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        return unescaped(Array(path.reversed().drop { $0 == UInt8(ascii: "/") }.reversed()))
    }

    private static func unescaped(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        var position = 0
        while position < bytes.count {
            let digits = bytes[min(position + 1, bytes.count)..<min(position + 3, bytes.count)]
            if bytes[position] == UInt8(ascii: "%"), digits.count == 2, let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                output.append(byte)
                position += 3
            } else {
                output.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

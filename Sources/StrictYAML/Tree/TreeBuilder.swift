/// Builds the tree of a document from events: replaces aliases and merge keys, finds duplicate keys, keeps the limits.
struct TreeBuilder: ~Copyable {
    /// What makes going on impossible.
    struct Stopped: Error {
        let issue: YAMLIssue
    }

    /// A finished value, how many values it holds, itself included, and how many lists and mappings are nested in it.
    private struct Subtree {
        let node: YAMLNode
        var size = 1
        var height = 0
    }

    private var events: EventSource
    private let limits: YAMLDocument.Limits
    private let merging: YAMLDocument.Merging
    private var anchors: [String: Subtree] = [:]
    /// Anchors whose value is not finished: an alias to one would contain itself.
    private var openAnchors: Set<String> = []
    private var total = 0
    private var depth = 0
    /// What is wrong without making the rest unreadable.
    private(set) var issues: [YAMLIssue] = []

    init(events: consuming EventSource, limits: YAMLDocument.Limits, merging: YAMLDocument.Merging) {
        self.events = events
        self.limits = limits
        self.merging = merging
    }

    /// The root of the first document; nil if it is empty. What follows, unless empty too, is an error, or for `skipping` to know of.
    mutating func document(skipping: ((YAMLPosition) -> Void)?) throws(Stopped) -> YAMLNode? {
        guard try documentStart() != nil else { return nil }
        let root = try value(try events.next()).node
        do throws(Stopped) {
            while let start = try documentStart() {
                guard case .scalar("", .plain) = try events.next().kind else {
                    throw stopped(start, "a second document begins here; a file holds one")
                }
            }
        } catch {
            guard let skipping else { throw error }
            skipping(error.issue.position)
        }
        return root.kind == .scalar(YAMLScalar(text: "")) ? nil : root
    }

    /// Where the next document begins; nil at the end of the file.
    private mutating func documentStart() throws(Stopped) -> YAMLPosition? {
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamEnd: return nil
            case .documentStart: return event.position
            default: continue  // The stream's start, a document's end.
            }
        }
    }

    // MARK: Values

    private mutating func value(_ event: YAMLEvent) throws(Stopped) -> Subtree {
        if case .alias(let name) = event.kind { return try aliased(name, at: event.position) }
        if let anchor = event.anchor { openAnchors.insert(anchor) }
        try count(1, at: event.position)
        let subtree: Subtree
        switch event.kind {
        case .scalar(let text, let style):
            subtree = Subtree(node: YAMLNode(kind: .scalar(scalar(text, style, event)), position: event.position))
        case .sequenceStart:
            try descend(at: event.position)
            subtree = try sequence(from: event.position)
            depth -= 1
        case .mappingStart:
            try descend(at: event.position)
            subtree = try mapping(from: event.position)
            depth -= 1
        default:
            throw stopped(event.position, "expected a value")
        }
        if let anchor = event.anchor {
            openAnchors.remove(anchor)
            anchors[anchor] = subtree
        }
        return subtree
    }

    private mutating func aliased(_ name: String, at position: YAMLPosition) throws(Stopped) -> Subtree {
        guard !openAnchors.contains(name) else { throw stopped(position, "the value of anchor &\(name) contains itself") }
        guard let subtree = anchors[name] else { throw stopped(position, "unknown anchor: no &\(name) comes before this alias") }
        guard depth + subtree.height <= limits.depth else { throw tooDeep(position) }
        try count(subtree.size, at: position)
        return subtree
    }

    private mutating func sequence(from position: YAMLPosition) throws(Stopped) -> Subtree {
        var elements: [YAMLNode] = []
        var size = 1
        var height = 0
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { break }
            let element = try value(event)
            elements.append(element.node)
            size += element.size
            height = max(height, element.height)
        }
        return Subtree(node: YAMLNode(kind: .sequence(elements), position: position), size: size, height: height + 1)
    }

    private mutating func mapping(from position: YAMLPosition) throws(Stopped) -> Subtree {
        var pairs = PairList()
        var size = 1
        var height = 0
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { break }
            let key = try value(event)
            let value = try value(try events.next())
            size += key.size + value.size
            height = max(height, value.height)
            guard let scalar = key.node.scalar else {
                issues.append(YAMLIssue(position: key.node.position, message: "a key must be a scalar, found \(key.node.phrase)"))
                continue
            }
            if scalar.text == "<<", scalar.style == .plain, scalar.tag == nil {
                merge(value.node, into: &pairs)
            } else if let first = pairs.set(YAMLNode.Pair(key: key.node, value: value.node), isMerged: false) {
                issues.append(
                    YAMLIssue(
                        position: key.node.position,
                        message: "key \(YAMLScalar.shown(scalar.text)) is already set at line \(first.line), column \(first.column)"))
            }
        }
        return Subtree(node: YAMLNode(kind: .mapping(pairs.pairs), position: position), size: size, height: height + 1)
    }

    /// Puts the keys of a mapping, or of the mappings of a list, into another.
    private mutating func merge(_ source: YAMLNode, into pairs: inout PairList) {
        let sources: [YAMLNode]
        switch source.kind {
        case .mapping, .scalar: sources = [source]
        // Of a list the first mapping wins, so it comes last.
        case .sequence(let elements): sources = elements.reversed()
        }
        for mapping in sources {
            guard let merged = mapping.mapping else {
                issues.append(
                    YAMLIssue(
                        position: mapping.position, message: "only a mapping or a list of mappings can be merged, found \(mapping.phrase)"))
                continue
            }
            for pair in merged where merging == .inPlace || !pairs.isWritten(pair.key) { _ = pairs.set(pair, isMerged: true) }
        }
    }

    // MARK: Tags

    private static let standardPrefix = "tag:yaml.org,2002:"

    private mutating func scalar(_ text: String, _ style: YAMLScalar.Style, _ event: YAMLEvent) -> YAMLScalar {
        guard let written = event.tag else { return YAMLScalar(text: text, style: style) }
        let short = written.hasPrefix(Self.standardPrefix) ? String(written.dropFirst(Self.standardPrefix.count)) : nil
        if short == "binary" {
            guard let decoded = Base64.decoded(text) else {
                issues.append(
                    YAMLIssue(position: event.position, message: "\(YAMLScalar.shown(text)) is not Base64 as its tag !!binary says"))
                return YAMLScalar(text: text, style: style)
            }
            var scalar = YAMLScalar(text: String(decoding: decoded, as: UTF8.self), style: style, tag: .string)
            scalar.isRepaired = String(validating: decoded, as: UTF8.self) == nil
            return scalar
        }
        if short == "timestamp", !YAMLTimestamp.isOne(text) {
            issues.append(
                YAMLIssue(position: event.position, message: "\(YAMLScalar.shown(text)) is not a timestamp as its tag !!timestamp says"))
        }
        // `!`, timestamps, which stay text, and tags of somebody's own.
        guard let tag = short.flatMap({ YAMLScalar.Tag(rawValue: $0) }) else { return YAMLScalar(text: text, style: style, tag: .string) }
        if tag != .string, YAMLScalarValue(resolving: text).converted(to: tag) == nil {
            issues.append(
                YAMLIssue(
                    position: event.position, message: "\(YAMLScalar.shown(text)) is not a valid \(tag) as its tag !!\(tag.rawValue) says"))
        }
        return YAMLScalar(text: text, style: style, tag: tag)
    }

    // MARK: Limits

    private mutating func count(_ nodes: Int, at position: YAMLPosition) throws(Stopped) {
        total += nodes
        guard total <= limits.nodes else {
            throw stopped(position, "the document has more than \(limits.nodes) values with its aliases replaced; use fewer aliases")
        }
    }

    private mutating func descend(at position: YAMLPosition) throws(Stopped) {
        depth += 1
        guard depth <= limits.depth else { throw tooDeep(position) }
    }

    private func tooDeep(_ position: YAMLPosition) -> Stopped {
        stopped(position, "lists and mappings are nested more than \(limits.depth) deep")
    }

    private func stopped(_ position: YAMLPosition, _ message: String) -> Stopped {
        Stopped(issue: YAMLIssue(position: position, message: message))
    }
}

/// The pairs of a mapping under construction, found by key.
private struct PairList {
    private(set) var pairs: [YAMLNode.Pair] = []
    private var places: [String: (index: Int, isMerged: Bool)] = [:]

    /// Whether a key is there and was not merged.
    func isWritten(_ key: YAMLNode) -> Bool { places[key.scalar?.text ?? ""]?.isMerged == false }

    /// Adds a pair. A key that is there already gets the new value; if both were written, and not merged, the place of the first is returned.
    mutating func set(_ pair: YAMLNode.Pair, isMerged: Bool) -> YAMLPosition? {
        let text = pair.key.scalar?.text ?? ""
        guard let known = places[text] else {
            places[text] = (pairs.count, isMerged)
            pairs.append(pair)
            return nil
        }
        if !isMerged, !known.isMerged { return pairs[known.index].key.position }
        pairs[known.index] = pair
        places[text] = (known.index, known.isMerged && isMerged)
        return nil
    }
}

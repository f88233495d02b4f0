/// A mapping with known keys. It remembers which keys were asked for, so that the others can be reported.
///
/// A class because the remembering is shared by every copy.
public final class YAMLMapping {
    /// The name of the type in messages.
    public let type: String
    /// Where the mapping begins.
    public let position: YAMLPosition
    /// The keys and indices that lead to it.
    public let path: String
    /// Who hears what is wrong.
    public let decoder: YAMLDecoder

    private let pairs: [YAMLNode.Pair]
    private let places: [String: Int]
    private var known: [String] = []

    init(pairs: [YAMLNode.Pair], type: String, position: YAMLPosition, path: String, decoder: YAMLDecoder) {
        self.pairs = pairs
        self.type = type
        self.position = position
        self.path = path
        self.decoder = decoder
        places = Dictionary(pairs.enumerated().map { ($0.element.key.scalar?.text ?? "", $0.offset) }, uniquingKeysWith: { $1 })
    }

    // MARK: Reading

    /// The value of a key, null or not; nil if the key is absent.
    public subscript(_ key: String) -> YAMLElement? {
        known.append(key)
        return places[key].map { YAMLElement(node: pairs[$0].value, path: YAMLElement.path(path, key), decoder: decoder) }
    }

    /// Whether a key is there with a value that is not null.
    public func isSet(_ key: String) -> Bool { self[key]?.isNull == false }

    /// A string; nil if absent, null, or reported.
    public func string(_ key: String) -> String? { self[key]?.string() }

    /// A boolean; nil if absent, null, or reported.
    public func bool(_ key: String) -> Bool? { self[key]?.bool() }

    /// A whole number in a range; nil if absent, null, or reported.
    public func int64(_ key: String, in range: ClosedRange<Int64> = Int64.min...Int64.max) -> Int64? { self[key]?.int64(in: range) }

    /// A whole number in a range; nil if absent, null, or reported.
    public func int(_ key: String, in range: ClosedRange<Int> = Int.min...Int.max) -> Int? { self[key]?.int(in: range) }

    /// A number; nil if absent, null, or reported.
    public func double(_ key: String) -> Double? { self[key]?.double() }

    /// The strings of a list; nil if absent, null, or reported.
    public func strings(_ key: String) -> [String]? { self[key]?.strings() }

    /// Free keys with strings; nil if absent, null, or reported.
    public func stringMap(_ key: String) -> [(key: String, value: String)]? { self[key]?.stringMap() }

    /// A text that a function turns into a value; nil if absent, null, or reported.
    public func parsed<Value, Failure: Error>(_ key: String, _ convert: (String) throws(Failure) -> Value) -> Value? {
        self[key]?.parsed(convert)
    }

    /// One of the values of a string type; nil if absent, null, or reported.
    public func oneOf<Value: RawRepresentable & CaseIterable>(_ key: String, _ type: Value.Type) -> Value? where Value.RawValue == String {
        self[key]?.oneOf(type)
    }

    /// The decoded elements of a list; nil if absent, null, or reported.
    public func list<Value>(_ key: String, _ decode: (YAMLElement) -> Value?) -> [Value]? { self[key]?.list(decode) }

    /// A nested mapping with known keys; nil if absent, null, or reported.
    public func mapping<Value>(_ key: String, as type: String, _ decode: (YAMLMapping) -> Value?) -> Value? {
        self[key]?.mapping(as: type, decode)
    }

    /// Takes keys as known that this program does not read.
    public func ignore(_ keys: String...) { known += keys }

    // MARK: Reporting

    /// Notes that something is wrong with the mapping as a whole.
    public func fail(_ message: String) {
        decoder.report(message, at: position, path: path)
    }

    /// Notes that something is wrong with the value of a key, or with the mapping where the key is absent.
    public func fail(_ key: String, _ message: String) {
        let place = places[key].map { pairs[$0].value.position } ?? position
        decoder.report(message, at: place, path: YAMLElement.path(path, key))
    }

    func reportUnknownKeys() {
        guard !decoder.ignoresUnknownKeys else { return }
        let known = Set(known)
        for pair in pairs {
            guard let key = pair.key.scalar?.text, !known.contains(key) else { continue }
            let suggestion = Self.nearest(to: key, among: known).map { "; did you mean \($0)?" } ?? ""
            decoder.report("field \(key) not found in type \(type)\(suggestion)", at: pair.key.position, path: path)
        }
    }

    /// The known key that is at most two typing errors away, if there is one.
    private static func nearest(to key: String, among known: Set<String>) -> String? {
        guard key.utf8.count <= 64 else { return nil }
        let ranked = known.map { ($0, distance(Array(key.utf8), Array($0.utf8))) }.filter { $0.1 <= min(2, key.utf8.count / 2) }
        return ranked.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// How many bytes must be added, taken away or changed to make one text of the other.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (line, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in right.enumerated() {
                let changed = diagonal + (byte == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}

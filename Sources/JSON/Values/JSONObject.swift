/// The members of a JSON object, in the order of the text. Keys are unique.
public struct JSONObject: Hashable, Sendable, RandomAccessCollection, ExpressibleByDictionaryLiteral {
    /// One key with its value.
    public struct Member: Hashable, Sendable {
        /// The name.
        public let key: String
        /// What it names.
        public var value: JSONValue

        /// A member with these parts.
        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// Objects with more members than this are searched through an index.
    private static let indexedFrom = 9

    private var members: [Member] = []
    private var index: [String: Int] = [:]

    /// An object without members.
    public init() {}

    /// An object with these members; the last of equal keys wins.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        for (key, value) in members { self[key] = value }
    }

    /// An object with these members; the last of equal keys wins.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }

    /// The value of a key; nil if there is none. Setting a known key keeps its place, setting nil takes it away.
    public subscript(_ key: String) -> JSONValue? {
        get { place(of: key).map { members[$0].value } }
        set {
            switch (place(of: key), newValue) {
            case (let place?, let value?): members[place].value = value
            case (nil, let value?): append(Member(key: key, value: value))
            case (let place?, nil):
                members.remove(at: place)
                reindex()
            case (nil, nil): break
            }
        }
    }

    /// The keys in order.
    public var keys: [String] { members.map(\.key) }

    /// The place of the first member.
    public var startIndex: Int { 0 }
    /// The place behind the last member.
    public var endIndex: Int { members.count }
    /// The member at a place.
    public subscript(position: Int) -> Member { members[position] }

    /// Whether both have the same members in the same order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool { left.members == right.members }

    /// Feeds the members to a hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(members) }

    private func place(of key: String) -> Int? {
        members.count < Self.indexedFrom ? members.firstIndex { $0.key == key } : index[key]
    }

    private mutating func append(_ member: Member) {
        members.append(member)
        if members.count == Self.indexedFrom {
            reindex()
        } else if members.count > Self.indexedFrom {
            index[member.key] = members.count - 1
        }
    }

    private mutating func reindex() {
        index = [:]
        guard members.count >= Self.indexedFrom else { return }
        for (place, member) in members.enumerated() { index[member.key] = place }
    }
}

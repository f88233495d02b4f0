import Labels

/// The label world of a run: a handful of names with a handful of values each, so that a label set is one integer (its code) and a naive
/// model can afford to scan everything.
///
/// Byte `i` of a code is the index of the value of name `i`; 0 says that the label is absent.
enum Vocabulary {
    /// Label names in byte order.
    static let names = ["alertname", "instance", "job", "severity", "zone"]

    /// A name that no alert carries.
    static let strangeName = "team"

    /// Values by name; the first stands for absence. One value needs quoting in a group key.
    static let values: [[String]] = [
        ["", "Down", "Slow", "Full", "Flapping"],
        ["", "a:1", "b:2", "c:3"],
        ["", "api", "apid", "db"],
        ["", "critical", "warning", "info"],
        ["", "e\"u", "us"],
    ]

    /// The index of the value of a name in a code; 0 for names beyond the vocabulary.
    static func value(_ name: Int, in code: UInt64) -> Int { name < names.count ? Int((code >> UInt64(8 * name)) & 0xFF) : 0 }

    /// A code with one value replaced.
    static func setting(_ name: Int, to value: Int, in code: UInt64) -> UInt64 {
        (code & ~(0xFF << UInt64(8 * name))) | (UInt64(value) << UInt64(8 * name))
    }

    /// The bits of a code that these names occupy.
    static func mask(of chosen: [Int]) -> UInt64 { chosen.reduce(0) { $0 | (0xFF << UInt64(8 * $1)) } }

    /// The labels that a code stands for, in byte order of their names.
    static func pairs(of code: UInt64) -> [(String, String)] {
        names.indices.compactMap { name in
            let index = value(name, in: code)
            return index == 0 ? nil : (names[name], values[name][index])
        }
    }

    /// A label set as a group key prints it (reference 4.2): comma and space, quoted values.
    static func groupText(of code: UInt64) -> String {
        "{" + pairs(of: code).map { "\($0.0)=\(quoted($0.1))" }.joined(separator: ", ") + "}"
    }

    /// Text in double quotes with backslash before backslash and quote; enough for this vocabulary.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text {
            if character == "\"" || character == "\\" { result.append("\\") }
            result.append(character)
        }
        return result + "\""
    }
}

/// Something that alerts can be about: one label set.
struct Subject {
    /// The label set as a code.
    let code: UInt64
    /// The label set as the core knows it.
    let labels: LabelSet
    /// Its fingerprint.
    let fingerprint: Fingerprint

    /// The subject of a code.
    init(code: UInt64) {
        self.code = code
        labels = LabelSet(Vocabulary.pairs(of: code))
        fingerprint = labels.fingerprint
    }
}

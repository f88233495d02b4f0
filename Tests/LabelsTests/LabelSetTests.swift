import Labels
import Testing

@Suite("Label sets")
struct LabelSetTests {
    @Test(
        "the golden fingerprints of reference 3.6",
        arguments: [
            ([:], "cbf29ce484222325"), (["alertname": "test"], "1f56cb8f931d1bd4"),
            (["alertname": "alert1", "severity": "critical"], "0223b772b51c29e1"),
            (["job": "foo", "severity": "warning"], "9266ef3da838ad95"), (["a": "b", "b": "Σ"], "b16ba976fa1cd88b"),
        ] as [([String: String], String)])
    func fingerprints(labels: [String: String], hex: String) throws {
        let set = LabelSet(labels)
        #expect(set.fingerprint.description == hex)
        #expect(Fingerprint(hex) == set.fingerprint)
        var builder = LabelSetBuilder()
        for (name, value) in labels { builder.append(name: name, value: value) }
        #expect(LabelSet(packing: &builder, fingerprinted: false).fingerprint == set.fingerprint)
    }

    @Test(
        "a fingerprint is read from up to sixteen hexadecimal digits",
        arguments: [
            ("0", 0), ("ff", 255), ("FF", 255), ("ffffffffffffffff", UInt64.max), ("", nil), ("g", nil), ("+1", nil), ("-1", nil),
            ("0x1", nil),
            ("10000000000000000", nil), (" 1", nil),
        ] as [(String, UInt64?)])
    func fingerprintText(text: String, value: UInt64?) {
        #expect(Fingerprint(text)?.value == value)
    }

    @Test("labels are sorted by the bytes of their names, and the last of equal names wins")
    func sorting() {
        let set = LabelSet([("b", "1"), ("a", "2"), ("b", "3"), ("Z", "4"), ("ä", "5"), ("", "6"), ("a\0", "7"), ("ab", "8"), ("a", "9")])
        #expect(set.pairs.map(\.name) == ["", "Z", "a", "a\0", "ab", "b", "ä"])
        #expect(set.pairs.map(\.value) == ["6", "4", "9", "7", "8", "3", "5"])
        #expect(set.count == 7)
    }

    @Test("names that share their first eight bytes are told apart")
    func longNames() {
        let set = LabelSet([
            ("kubernetes_pod", "1"), ("kubernetes_namespace", "2"), ("kubernetes", "3"), ("kubernetes_pod", "4"), ("kubernet", "5"),
        ])
        #expect(set.pairs.map(\.name) == ["kubernet", "kubernetes", "kubernetes_namespace", "kubernetes_pod"])
        #expect(set["kubernetes_pod"] == "4")
        #expect(set["kubernetes_po"] == nil)
    }

    @Test("any order and any number of labels packs to the same set", arguments: [1, 2, 5, 24, 25, 300])
    func permutations(count: Int) {
        let pairs = (0..<count).map { ("label_\($0)", "value \($0)") }
        let reference = LabelSet(pairs)
        #expect(reference.count == count)
        var random = SystemRandomNumberGenerator()
        for order in [pairs.reversed(), pairs.shuffled(using: &random), pairs.map { ($0.0, "old") } + pairs] {
            let set = LabelSet(order)
            #expect(set == reference)
            #expect(set.hashValue == reference.hashValue)
            #expect(set.fingerprint == reference.fingerprint)
        }
    }

    @Test("values of any length are kept", arguments: [0, 1, 126, 127, 128, 129, 16_383, 16_384, 100_000])
    func lengths(length: Int) {
        let value = String(repeating: "x", count: length)
        let set = LabelSet([("annotation", value), ("z", "last")])
        #expect(set["annotation"] == value)
        #expect(set["z"] == "last")
        #expect(set.withPackedBytes { LabelSet(packed: $0) } == set)
    }

    @Test("equal sets are equal whether or not their fingerprint was computed, and different ones are not")
    func equality() {
        var builder = LabelSetBuilder()
        builder.append(name: "a", value: "b")
        let plain = LabelSet(packing: &builder, fingerprinted: false)
        let hashed = LabelSet(["a": "b"])
        #expect(plain == hashed)
        #expect(plain.hashValue == hashed.hashValue)
        #expect(LabelSet(["a": "c"]) != hashed)
        #expect(LabelSet(["ab": ""]) != LabelSet(["a": "b"]))
        #expect(LabelSet(["a": "b", "c": "d"]) != hashed)
        #expect(LabelSet() == LabelSet([:] as [String: String]))
        // Canonically equivalent text, but other bytes.
        #expect(LabelSet(["a": "\u{E9}"]) != LabelSet(["a": "e\u{301}"]))
    }

    @Test("absent labels are nil, empty values are kept until removed")
    func emptyValues() {
        let set = LabelSet(["a": "", "b": "x"])
        #expect(set["a"] == "")
        #expect(set["c"] == nil)
        #expect(set.removingEmptyValues() == LabelSet(["b": "x"]))
        #expect(LabelSet(["a": ""]).removingEmptyValues().isEmpty)
        var builder = LabelSetBuilder()
        builder.append(name: "b", value: "x")
        builder.append(name: "a", value: "")
        #expect(LabelSet(packing: &builder, droppingEmptyValues: true) == LabelSet(["b": "x"]))
        #expect(set.withValue(ofName: Array("b".utf8)) { $0.map(Array.init) } == [0x78])
    }

    @Test("a later empty value removes an earlier one of the same name")
    func emptyOverwrites() {
        var builder = LabelSetBuilder()
        builder.append(name: "a", value: "x")
        builder.append(name: "a", value: "")
        #expect(LabelSet(packing: &builder, droppingEmptyValues: true).isEmpty)
    }

    @Test("a builder is used again, and a copy of it is independent")
    func reuse() {
        var builder = LabelSetBuilder()
        for round in 0..<3 {
            builder.removeAll()
            #expect(builder.isEmpty)
            for index in 0..<40 { builder.append(name: "n\(index)", value: String(repeating: "v", count: 100 * round)) }
            #expect(LabelSet(packing: &builder).count == 40)
        }
        var copy = builder
        copy.append(name: "extra", value: "1")
        #expect(LabelSet(packing: &copy).count == 41)
        #expect(LabelSet(packing: &builder).count == 40)
    }

    @Test("selecting takes the listed labels that are there")
    func selecting() {
        let set = LabelSet(["a": "1", "b": "2", "c": "3"])
        #expect(set.selecting(["c", "x", "a", "a"]) == LabelSet(["a": "1", "c": "3"]))
        #expect(set.selecting([]).isEmpty)
        #expect(set.filter { name, _ in name.first == UInt8(ascii: "b") } == LabelSet(["b": "2"]))
        #expect(set.setting("b", to: "9")["b"] == "9")
    }

    @Test("damaged packed bytes are refused")
    func damaged() {
        let packed = LabelSet(["alertname": "test", "b": "2"]).withPackedBytes { Array($0) }
        for length in 1..<packed.count where length != 15 {
            #expect(packed[..<length].withUnsafeBytes { LabelSet(packed: $0) } == nil)
        }
        for bytes: [UInt8] in [
            [1, 0x62, 0, 1, 0x61, 0], [1, 0x61, 0, 1, 0x61, 0], [0x80], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [1, 0x61, 5],
        ] {
            #expect(bytes.withUnsafeBytes { LabelSet(packed: $0) } == nil)
        }
        #expect([UInt8]().withUnsafeBytes { LabelSet(packed: $0) } == LabelSet())
    }

    @Test(
        "label names by mode",
        arguments: [
            ("a", true, true), ("_a9", true, true), ("9a", true, false), ("", false, false), ("a-b", true, false), ("a:b", true, false),
            ("ä", true, false),
            ("🙂", true, false), (" ", true, false), ("A_Z", true, true), ("00", true, false),
        ])
    func names(name: String, utf8: Bool, classic: Bool) {
        #expect(isValidLabelName(name, mode: .utf8) == utf8)
        #expect(isValidLabelName(name, mode: .classic) == classic)
    }

    @Test("names that are not UTF-8 are invalid", arguments: [[0xFF], [0x61, 0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80]] as [[UInt8]])
    func invalidUTF8(name: [UInt8]) {
        name.withUnsafeBufferPointer { #expect(!isValidLabelName($0, mode: .utf8)) }
    }
}

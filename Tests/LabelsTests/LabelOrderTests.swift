import Labels
import Testing

@Suite("Orders of label sets (reference 3.6)")
struct LabelOrderTests {
    @Test(
        "label-set order",
        arguments: [
            ([:], ["a": "1"]), (["z": "9"], ["a": "1", "b": "1"]), (["a": "1"], ["a": "2"]), (["b": "1"], ["a": "1"]),
            (["a": "1", "c": "1"], ["a": "1", "b": "1"]),
            (["a": "1", "b": "9"], ["a": "2", "b": "1"]), (["a": "1", "b": "1", "d": "1"], ["a": "1", "b": "1", "c": "9"]),
            (["a": "10"], ["a": "9"]),
            (["a": ""], ["a": "x"]), (["a": "Z"], ["a": "a"]), (["a": "1", "b": "z"], ["a": "1", "b": "ä"]),
        ] as [([String: String], [String: String])])
    func setOrder(lesser: [String: String], greater: [String: String]) {
        let (first, second) = (LabelSet(lesser), LabelSet(greater))
        #expect(LabelSet.precedes(first, second))
        #expect(!LabelSet.precedes(second, first))
        #expect(!LabelSet.precedes(first, first))
    }

    @Test(
        "alert order: job, instance, then the set; a label beats its absence",
        arguments: [
            (["job": "a", "x": "1", "y": "2"], ["job": "b"]), (["job": "z", "x": "1"], ["a": "1"]),
            (["job": "a", "instance": "1", "x": "1"], ["job": "a"]),
            (["job": "a", "instance": "1", "z": "9"], ["job": "a", "instance": "2"]), (["instance": "1", "q": "1"], ["a": "1"]),
            (["a": "1"], ["a": "1", "b": "1"]),
            (["job": "a", "instance": "1"], ["job": "a", "instance": "1", "a": "1"]), (["job": ""], ["a": "0"]),
        ] as [([String: String], [String: String])])
    func alertOrder(lesser: [String: String], greater: [String: String]) {
        #expect(AlertOrder.precedes(LabelSet(lesser), LabelSet(greater)))
        #expect(!AlertOrder.precedes(LabelSet(greater), LabelSet(lesser)))
    }

    @Test("both orders are strict and total on distinct sets")
    func total() {
        var sets: [LabelSet] = []
        for job in ["", "a", "b"] {
            for instance in ["", "1"] {
                for extra in [[:], ["x": "1"], ["x": "2"], ["w": "1", "x": "1"]] as [[String: String]] {
                    sets.append(LabelSet(extra.merging(["job": job, "instance": instance]) { $1 }).removingEmptyValues())
                }
            }
        }
        for precedes in [LabelSet.precedes, AlertOrder.precedes] {
            for left in sets {
                for right in sets {
                    #expect([precedes(left, right), precedes(right, left), left == right].count { $0 } == 1)
                    for third in sets where precedes(left, right) && precedes(right, third) { #expect(precedes(left, third)) }
                }
            }
        }
    }
}

@Suite("Group key text (reference 4.2)")
struct GroupKeyTextTests {
    @Test(
        "labels are listed with comma and space, values Go-quoted, names as they are",
        arguments: [
            ([:], "{}"), (["alertname": "test"], #"{alertname="test"}"#),
            (["cluster": "b", "alertname": "a"], #"{alertname="a", cluster="b"}"#),
            (["my label": "x\"y\\z\n\t"], #"{my label="x\"y\\z\n\t"}"#), (["a": "ü🙂\u{200B}\u{A0}"], #"{a="ü🙂\u200b\u00a0"}"#),
            (["a": ""], #"{a=""}"#),
        ] as [([String: String], String)])
    func text(labels: [String: String], text: String) {
        #expect(LabelSet(labels).groupKeyText == text)
        #expect(LabelSet(labels).description == text)
    }

    @Test("the golden group keys are matchers joined by slashes, a colon and the group labels")
    func groupKeys() throws {
        let service = Matchers([try Matcher(name: "service", operation: .regexMatch, value: "^(?:foo1|foo2|baz)$")])
        let severity = Matchers([Matcher(name: "severity", equals: "critical")])
        let path = [Matchers(), service, severity].map(\.description).joined(separator: "/")
        let key = path + ":" + LabelSet(["cluster": "b", "alertname": "a"]).groupKeyText
        #expect(key == #"{}/{service=~"^(?:foo1|foo2|baz)$"}/{severity="critical"}:{alertname="a", cluster="b"}"#)
        #expect(Matchers().description + ":" + LabelSet().groupKeyText == "{}:{}")
    }
}

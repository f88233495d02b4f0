import Labels
import MonitorFile
import Testing

@testable import Scraping

/// Each row of reference 5.5 as it shows on a target.
@Suite struct RelabelingOfTargetsTests {
    /// The series labels of `web1:9100` with zone east after these steps; nil if it was dropped.
    private func labels(_ rules: String) throws -> [String: String]? {
        let text = """
            scrape_configs:
              - job_name: node
                static_configs: [{targets: ['web1:9100'], labels: {zone: East, __meta_rack: r7, __meta_x: '1'}}]
                relabel_configs:
            \(rules.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n"))
            """
        let configuration = try MonitorConfiguration.parse(Array(text.utf8), file: "prometheus.yml").scrapeConfigurations[0]
        guard case .fixed(let groups) = configuration.discoveries.first else { return nil }
        let built = TargetBuilder(configuration).build(groups)
        #expect(built.active.count + built.droppedCount == 1)
        guard let target = built.active.first else { return nil }
        var labels: [String: String] = [:]
        for (name, value) in target.labels.pairs where name != "job" { labels[name] = value }
        return labels
    }

    private let plain = ["instance": "web1:9100", "zone": "East"]

    @Test("replace writes what the pattern caught")
    func replace() throws {
        let rule = """
            - {source_labels: [__address__, zone], separator: '/', regex: '(.*):(\\d+)/(?P<z>.*)', target_label: at, replacement: '$2-${z}-$1$$'}
            """
        #expect(try labels(rule) == plain.merging(["at": "9100-East-web1$"]) { $1 })
    }

    @Test("replace leaves things alone where the whole source does not match")
    func replaceAnchored() throws {
        #expect(try labels("- {source_labels: [__address__], regex: web1, target_label: at, replacement: x}") == plain)
    }

    @Test("replace with nothing deletes the label")
    func replaceDeletes() throws {
        #expect(try labels("- {target_label: zone, replacement: ''}") == ["instance": "web1:9100"])
    }

    @Test("keep and drop decide by the whole source")
    func keepAndDrop() throws {
        #expect(try labels("- {source_labels: [zone], regex: East, action: keep}") == plain)
        #expect(try labels("- {source_labels: [zone], regex: Eas, action: keep}") == nil)
        #expect(try labels("- {source_labels: [zone], regex: East, action: drop}") == nil)
        #expect(try labels("- {source_labels: [zone], regex: Eas, action: DROP}") == plain)
    }

    @Test("keepequal and dropequal compare with another label")
    func equal() throws {
        let copy = "- {source_labels: [zone], target_label: area}\n"
        #expect(try labels(copy + "- {source_labels: [zone], target_label: area, action: keepequal}") != nil)
        #expect(try labels("- {source_labels: [zone], target_label: __meta_rack, action: keepequal}") == nil)
        #expect(try labels(copy + "- {source_labels: [zone], target_label: area, action: dropequal}") == nil)
        #expect(try labels("- {source_labels: [zone], target_label: __meta_rack, action: dropequal}") == plain)
    }

    @Test("hashmod is the last half of MD5")
    func hashmod() throws {
        // MD5 of "web1:9100", its last 8 bytes modulo 1000.
        let rule = "- {source_labels: [__address__], modulus: 1000, target_label: shard, action: hashmod}"
        #expect(try labels(rule) == plain.merging(["shard": "196"]) { $1 })
    }

    @Test("labelmap copies labels by their names")
    func labelmap() throws {
        #expect(try labels("- {regex: __meta_(.+), action: labelmap}") == plain.merging(["rack": "r7", "x": "1"]) { $1 })
    }

    @Test("labeldrop and labelkeep go by names")
    func labeldropAndLabelkeep() throws {
        #expect(try labels("- {regex: zo.*, action: labeldrop}") == ["instance": "web1:9100"])
        #expect(try labels("- {regex: '__.*|job', action: labelkeep}") == ["instance": "web1:9100"])
    }

    @Test("lowercase and uppercase change the case")
    func letterCase() throws {
        #expect(try labels("- {source_labels: [zone], target_label: zone, action: lowercase}")?["zone"] == "east")
        #expect(try labels("- {source_labels: [zone], target_label: zone, action: uppercase}")?["zone"] == "EAST")
    }

    @Test("steps run in their order, and instance is the address after them")
    func order() throws {
        let rules = """
            - {source_labels: [__meta_rack], target_label: rack}
            - {source_labels: [rack], regex: r(.), target_label: __address__, replacement: 'rack-$1:80'}
            - {regex: zone, action: labeldrop}
            """
        #expect(try labels(rules) == ["instance": "rack-7:80", "rack": "r7"])
    }
}

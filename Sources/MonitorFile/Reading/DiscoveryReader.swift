import JSON
import Labels
import StrictYAML

/// Reads the lists of targets of `file_sd_configs` and `http_sd_configs` (reference 5.6).
public enum DiscoveryReader {
    /// The groups of a list: `[{targets: [host:port], labels: {name: value}}]`. Each group's source is the file and the group's place in it.
    ///
    /// - Parameters:
    ///   - bytes: The list.
    ///   - file: What to call it in complaints: a path or a URL.
    ///   - isJSON: Whether it is JSON; YAML if not.
    /// - Throws: Everything that is wrong with it; of JSON, the first.
    public static func groups(_ bytes: [UInt8], file: String, isJSON: Bool) throws(MonitorConfigurationError) -> [TargetGroup] {
        if isJSON {
            do { return try jsonGroups(bytes, file: file) } catch let error as JSONError {
                throw MonitorConfigurationError(problems: [
                    .init(file: file, position: YAMLPosition(line: error.line, column: error.column), message: error.message)
                ])
            } catch { throw MonitorConfigurationError(problems: [.init(file: file, message: "\(error)")]) }
        }
        let decoder = YAMLDecoder(file: file)
        let reader = TargetGroupReader(decoder: decoder)
        do throws(YAMLError) {
            // Like Prometheus, only the first document counts.
            let root = decoder.element(try YAMLDocument.parse(bytes, file: file) { _ in })
            var groups: [TargetGroup] = []
            for (index, element) in (root?.elements() ?? []).enumerated() {
                if element.isNull { element.fail("an empty target group") }
                if let group = reader.group(element, source: "\(file):\(index)") { groups.append(group) }
            }
            try decoder.finish()
            return groups
        } catch { throw MonitorConfigurationError(error) }
    }

    /// Keys are matched as Go matches them, in any case.
    private static func jsonGroups(_ bytes: [UInt8], file: String) throws -> [TargetGroup] {
        let root = JSONElement(try JSONValue.parse(bytes))
        guard !root.value.isNull else { return [] }
        return try root.elements().enumerated().map { index, element in
            var group = TargetGroup(targets: [], source: "\(file):\(index)")
            if element.value.isNull { throw element.invalid("an empty target group") }
            for (key, value) in try element.members() {
                switch key.lowercased() {
                case "targets":
                    guard !value.value.isNull else { continue }
                    group.targets = try value.elements().map { LabelSet(["__address__": $0.value.isNull ? "" : try $0.string()]) }
                case "labels":
                    guard !value.value.isNull else { continue }
                    group.labels = LabelSet(
                        try value.members().map { name, value in
                            guard isValidLabelName(name, mode: .utf8) else {
                                throw value.invalid("\(GoQuote.quote(name)) is not a valid label name")
                            }
                            return (name, value.value.isNull ? "" : try value.string())
                        })
                default: throw element.invalid("unknown field \(GoQuote.quote(key)), known: targets, labels")
                }
            }
            return group
        }
    }
}

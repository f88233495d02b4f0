import AlertCore
import ClientConfiguration
import Labels
import StrictYAML

/// The parts of a configuration; no route if it was wrong.
struct ConfigurationParts {
    var global = GlobalConfiguration()
    var route: RouteConfiguration?
    var receivers: [ReceiverConfiguration] = []
    var inhibitRules: [InhibitRuleConfiguration] = []
    var templates: [String] = []
    var templateFiles: [String] = []
    var timeIntervals: [TimeIntervalConfiguration] = []
    var muteTimeIntervals: [TimeIntervalConfiguration] = []
}

extension ConfigurationReader {
    /// The whole file (reference 1.2). Nil if there is nothing to read.
    func parts(_ root: YAMLElement?) -> ConfigurationParts? {
        guard let root, !root.isNull else {
            decoder.report("no route provided in config", at: YAMLPosition(line: 1, column: 1))
            return nil
        }
        return root.mapping(as: "configuration") { fields in
            var parts = ConfigurationParts()
            parts.global = fields.mapping("global", as: "global", global) ?? parts.global
            parts.receivers = fields.list("receivers") { self.receiver($0, global: parts.global) } ?? []
            parts.timeIntervals = fields.list("time_intervals", timeInterval) ?? []
            parts.muteTimeIntervals = fields.list("mute_time_intervals", timeInterval) ?? []
            parts.inhibitRules = fields.list("inhibit_rules", inhibitRule) ?? []
            templates(fields["templates"], into: &parts)

            let receivers = names(fields["receivers"]) { "notification config name \($0) is not unique" }
            let intervals = names(fields["mute_time_intervals"], fields["time_intervals"]) {
                "time interval \($0) is not unique"
            }
            let nameless = [fields["mute_time_intervals"], fields["time_intervals"]].flatMap { $0?.node.sequence ?? [] }.filter(\.isNull)
            for interval in nameless.dropFirst() { decoder.report("time interval \"\" is not unique", at: interval.position) }
            let defined = DefinedNames(receivers: receivers, timeIntervals: intervals)
            parts.route = fields.mapping("route", as: "route") { self.route($0, isRoot: true, names: defined) }
            if !fields.isSet("route") { fields.fail("no route provided in config") }

            fields.ignore("tracing", "event_recorder")
            root.refuse("tracing")
            if let recorder = fields["event_recorder"], !recorder.isNull {
                warn(recorder.node.position, "event_recorder is not in this version and is ignored")
            }
            return parts
        }
    }

    /// The names in lists of named things, read apart from the things so that a mistake in one does not make its name undefined. Nil if one of
    /// them is no list.
    private func names(_ lists: YAMLElement?..., complaint: (String) -> String) -> Set<String>? {
        var names: Set<String> = []
        for list in lists.compactMap({ $0 }) where !list.isNull {
            guard let elements = list.node.sequence else { return nil }
            for name in elements.compactMap({ $0["name"] }) where !name.isNull {
                guard let text = name.scalar?.text, !text.isEmpty else { continue }
                if !names.insert(text).inserted { decoder.report(complaint(GoQuote.quote(text)), at: name.position) }
            }
        }
        return names
    }

    private func templates(_ list: YAMLElement?, into parts: inout ConfigurationParts) {
        var known: Set<String> = []
        for element in list?.elements() ?? [] {
            guard let written = element.isNull ? "" : element.string() else { continue }
            let pattern = joined(written)
            parts.templates.append(pattern)
            guard FileGlob.isWellFormed(pattern) else {
                element.fail("syntax error in pattern \(GoQuote.quote(written))")
                continue
            }
            guard readsTemplateFiles else { continue }
            let files = FileGlob.files(matching: pattern)
            if files.isEmpty { warn(element.node.position, "no template file matches \(GoQuote.quote(pattern))") }
            for file in files where known.insert(file).inserted {
                if let fault = FileReader.fault(of: file) {
                    element.fail("template \(GoQuote.quote(file)) cannot be read: \(fault)")
                    lacksTemplateFiles = true
                }
                parts.templateFiles.append(file)
            }
        }
    }
}

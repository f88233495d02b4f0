import AlertCore
import StrictYAML
import Time

extension ConfigurationReader {
    /// One element of `time_intervals` or `mute_time_intervals` (reference 10).
    func timeInterval(_ element: YAMLElement) -> TimeIntervalConfiguration? {
        if element.isNull { warn(element.node.position, "an empty time interval, which no route can name, is left out") }
        return element.mapping(as: "time_interval") { fields in
            let name = fields.string("name") ?? ""
            if name.isEmpty { fields.fail("name", "missing name in time interval") }
            let specs = fields.list("time_intervals") { element in
                if element.isNull {
                    warn(element.node.position, "an empty element in time_intervals means always, as {} does")
                    return TimeIntervalSpec()
                }
                return element.mapping(as: "time_interval_spec", spec)
            }
            return TimeIntervalConfiguration(name: name, position: element.node.position, interval: TimeInterval(specs: specs ?? []))
        }
    }

    private func spec(_ fields: YAMLMapping) -> TimeIntervalSpec? {
        TimeIntervalSpec(
            times: fields.list("times", times) ?? [],
            weekdays: ranges(fields["weekdays"], empty: (0...0, "Sunday"), TimeRangeText.weekdays),
            daysOfMonth: ranges(fields["days_of_month"], empty: (.init(first: 0, last: 0), "no day"), TimeRangeText.daysOfMonth),
            months: ranges(fields["months"], empty: (0...0, "no month"), TimeRangeText.months),
            years: ranges(fields["years"], empty: (0...0, "no year of ours"), TimeRangeText.years),
            zone: zone(fields["location"]))
    }

    private func times(_ element: YAMLElement) -> Range<Int>? {
        if element.isNull {
            warn(element.node.position, "an empty element in times means no time of the day")
            return 0..<0
        }
        return element.mapping(as: "time_range") { fields in
            let start = fields.string("start_time")
            let end = fields.string("end_time")
            do throws(TimeRangeText.Fault) {
                return try TimeRangeText.times(start: start, end: end)
            } catch {
                fields.fail(error.message)
                return nil
            }
        }
    }

    /// The ranges of a list. An empty element is what Alertmanager makes of it, a range from 0 to 0.
    private func ranges<Value>(
        _ list: YAMLElement?, empty: (range: Value, meaning: String), _ parse: (String) throws(TimeRangeText.Fault) -> Value
    ) -> [Value] {
        list?.list { element in
            if element.isNull {
                warn(element.node.position, "an empty element in a list of ranges means \(empty.meaning)")
                return empty.range
            }
            return element.parsed(parse)
        } ?? []
    }

    private func zone(_ element: YAMLElement?) -> Zone? {
        // Go takes the empty name as UTC.
        element?.parsed { name throws(ZoneError) in name.isEmpty ? .utc : try Zone.named(name) }
    }
}

import AlertCore
import StrictYAML
import Time

extension ConfigurationReader {
    /// One element of `time_intervals` or `mute_time_intervals` (reference 10).
    func timeInterval(_ element: YAMLElement) -> TimeIntervalConfiguration? {
        if element.isNull { element.fail("missing name in time interval") }
        return element.mapping(as: "time_interval") { fields in
            let name = fields.string("name") ?? ""
            if name.isEmpty { fields.fail("name", "missing name in time interval") }
            let specs = fields.list("time_intervals") { element in
                if element.isNull { element.fail("empty element in time_intervals; {} means always") }
                return element.mapping(as: "time_interval_spec", spec)
            }
            return TimeIntervalConfiguration(name: name, position: element.node.position, interval: TimeInterval(specs: specs ?? []))
        }
    }

    private func spec(_ fields: YAMLMapping) -> TimeIntervalSpec? {
        TimeIntervalSpec(
            times: fields.list("times", times) ?? [],
            weekdays: ranges(fields["weekdays"], TimeRangeText.weekdays),
            daysOfMonth: ranges(fields["days_of_month"], TimeRangeText.daysOfMonth),
            months: ranges(fields["months"], TimeRangeText.months),
            years: ranges(fields["years"], TimeRangeText.years),
            zone: zone(fields["location"]))
    }

    private func times(_ element: YAMLElement) -> Range<Int>? {
        if element.isNull { element.fail("both start and end times must be provided") }
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

    private func ranges<Value>(_ list: YAMLElement?, _ parse: (String) throws(TimeRangeText.Fault) -> Value) -> [Value] {
        list?.list { element in
            if element.isNull { element.fail("empty element in a list of ranges") }
            return element.parsed(parse)
        } ?? []
    }

    private func zone(_ element: YAMLElement?) -> Zone? {
        // Go takes the empty name as UTC.
        element?.parsed { name throws(ZoneError) in name.isEmpty ? .utc : try Zone.named(name) }
    }
}

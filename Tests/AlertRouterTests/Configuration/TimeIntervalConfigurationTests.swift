import AlertCore
import AlertRouter
import Testing
import Time

@Suite("Time intervals are read from their texts")
struct TimeIntervalConfigurationTests {
    private func spec(_ flow: String) throws -> TimeIntervalSpec {
        let yaml = "route: {receiver: a}\nreceivers: [{name: a}]\ntime_intervals: [{name: x, time_intervals: [{\(flow)}]}]\n"
        let core = try AlertmanagerConfiguration.parse(yaml, file: "f").core()
        return try #require(core.timeIntervals["x"]?.specs.first)
    }

    @Test("times are minutes of the day, end exclusive, up to 24:00, with and without quotes")
    func times() throws {
        let spec = try spec("times: [{start_time: '00:00', end_time: '24:00'}, {start_time: 08:30, end_time: 17:05}]")
        #expect(spec.times == [0..<1440, 510..<1025])
    }

    @Test("weekdays count from Sunday in any case")
    func weekdays() throws {
        #expect(try spec("weekdays: ['monday:friday', SUNDAY, 'Sunday:saturday']").weekdays == [1...5, 0...0, 0...6])
    }

    @Test("days of the month may count from its end")
    func daysOfMonth() throws {
        let days = try spec("days_of_month: ['1:5', '-3:-1', 7, '27:-1', '+05', -31]").daysOfMonth
        #expect(days.map(\.first) == [1, -3, 7, 27, 5, -31])
        #expect(days.map(\.last) == [5, -1, 7, -1, 5, -31])
    }

    @Test("months are names or numbers, also mixed, also beyond the calendar")
    func months() throws {
        #expect(try spec("months: ['january:March', 5, '6:july', '13', '0']").months == [1...3, 5...5, 6...7, 13...13, 0...0])
    }

    @Test("an empty element is a range from 0 to 0: Sunday, or never")
    func emptyElements() throws {
        let spec = try spec("times: [~], weekdays: [null], days_of_month: [null], months: [null], years: [null]")
        #expect(spec.times == [0..<0] && spec.weekdays == [0...0] && spec.months == [0...0] && spec.years == [0...0])
        #expect(spec.daysOfMonth == [TimeIntervalSpec.DayRange(first: 0, last: 0)])
    }

    @Test("years are numbers and ranges")
    func years() throws { #expect(try spec("years: [2024, '2025:2026']").years == [2024...2024, 2025...2026]) }

    @Test("a location is a zone's name, and absent is UTC")
    func location() throws {
        #expect(try spec("location: Asia/Tokyo").zone?.name == "Asia/Tokyo")
        #expect(try spec("location: UTC").zone?.name == "UTC")
        #expect(try spec("location: Local").zone?.name == "Local")
        #expect(try spec("location: ''").zone?.name == "UTC")
        #expect(try spec("weekdays: []").zone == nil)
    }

    @Test("an unknown location is an error that names it", arguments: ["Foo/Bar", "local", "utc", "1"])
    func unknownLocation(_ name: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try spec("location: '\(name)'") }
        #expect(try #require(error).issues.first?.message.hasPrefix("unknown time zone \(name)") == true)
    }

    @Test("an empty spec is always, an empty list of specs never, and both lists share the names")
    func emptiness() throws {
        let yaml = """
            route: {receiver: a, routes: [{mute_time_intervals: [never, always], active_time_intervals: [unset]}]}
            receivers: [{name: a}]
            time_intervals: [{name: always, time_intervals: [{}]}, {name: never, time_intervals: []}]
            mute_time_intervals: [{name: unset}]
            """
        let intervals = try AlertmanagerConfiguration.parse(yaml, file: "f").core().timeIntervals
        #expect(intervals.mapValues(\.specs.count) == ["always": 1, "never": 0, "unset": 0])
        #expect(intervals["always"]?.specs[0].times.isEmpty == true)
    }
}

import AlertCore
import Labels
import Testing
import Time

@Suite("Time intervals (reference 10)")
struct TimeIntervalTests {
    private func instant(_ text: String) throws -> Timestamp { try #require(RFC3339.parse(Array(text.utf8))) }

    private func contains(_ spec: TimeIntervalSpec, _ text: String) throws -> Bool {
        TimeInterval(specs: [spec]).contains(try instant(text))
    }

    @Test("an empty spec always holds, an empty list never does")
    func empty() throws {
        #expect(try contains(TimeIntervalSpec(), "2026-03-04T05:06:07Z"))
        #expect(!TimeInterval(specs: []).contains(try instant("2026-03-04T05:06:07Z")))
    }

    @Test("the start of a time range counts, its end does not, and 24:00 is the day's end")
    func times() throws {
        let morning = TimeIntervalSpec(times: [540..<1020])
        #expect(try !contains(morning, "2026-03-04T08:59:59Z"))
        #expect(try contains(morning, "2026-03-04T09:00:00Z"))
        #expect(try contains(morning, "2026-03-04T16:59:59.999Z"))
        #expect(try !contains(morning, "2026-03-04T17:00:00Z"))
        let evening = TimeIntervalSpec(times: [1200..<1440])
        #expect(try contains(evening, "2026-03-04T23:59:59Z"))
        #expect(try !contains(evening, "2026-03-05T00:00:00Z"))
    }

    @Test("weekdays count from Sunday, months and years by number")
    func calendar() throws {
        // 2026-03-01 is a Sunday.
        #expect(try contains(TimeIntervalSpec(weekdays: [0...0]), "2026-03-01T12:00:00Z"))
        #expect(try !contains(TimeIntervalSpec(weekdays: [1...5]), "2026-03-01T12:00:00Z"))
        #expect(try contains(TimeIntervalSpec(weekdays: [1...5]), "2026-03-02T12:00:00Z"))
        #expect(try contains(TimeIntervalSpec(months: [1...2, 3...3]), "2026-03-02T12:00:00Z"))
        #expect(try !contains(TimeIntervalSpec(months: [4...12]), "2026-03-02T12:00:00Z"))
        #expect(try contains(TimeIntervalSpec(years: [2024...2026]), "2026-03-02T12:00:00Z"))
        #expect(try !contains(TimeIntervalSpec(years: [2027...2030]), "2026-03-02T12:00:00Z"))
    }

    @Test(
        "days count from either end of the real month",
        arguments: [
            (1, 5, "2026-02-05T12:00:00Z", true), (1, 5, "2026-02-06T12:00:00Z", false), (-1, -1, "2026-02-28T12:00:00Z", true),
            (-1, -1, "2024-02-28T12:00:00Z", false), (-1, -1, "2024-02-29T12:00:00Z", true), (-3, -1, "2026-04-28T12:00:00Z", true),
            (-3, -1, "2026-04-27T12:00:00Z", false), (10, -1, "2026-04-30T12:00:00Z", true), (10, -1, "2026-04-09T12:00:00Z", false),
            // A start behind the month's end never matches; an end is clamped.
            (31, 31, "2026-04-30T12:00:00Z", false), (31, 31, "2026-05-31T12:00:00Z", true), (29, 31, "2026-02-28T12:00:00Z", false),
            (28, 31, "2026-02-28T12:00:00Z", true), (-31, -30, "2026-02-01T12:00:00Z", false), (-31, -28, "2026-02-01T12:00:00Z", true),
        ])
    func daysOfMonth(_ first: Int, _ last: Int, _ text: String, _ expected: Bool) throws {
        #expect(try contains(TimeIntervalSpec(daysOfMonth: [.init(first: first, last: last)]), text) == expected)
    }

    @Test("all fields must hold, any range of a field suffices, any spec suffices")
    func combination() throws {
        let spec = TimeIntervalSpec(times: [0..<60, 600..<660], weekdays: [3...3])
        #expect(try contains(spec, "2026-03-04T10:30:00Z"))
        #expect(try !contains(spec, "2026-03-04T11:30:00Z"))
        #expect(try !contains(spec, "2026-03-05T10:30:00Z"))
        let either = TimeInterval(specs: [spec, TimeIntervalSpec(months: [12...12])])
        #expect(either.contains(try instant("2026-12-24T18:00:00Z")))
    }

    @Test("every field is evaluated in the spec's zone, across clock changes")
    func zones() throws {
        let berlin = try Zone.named("Europe/Berlin")
        let office = TimeIntervalSpec(times: [540..<1020], weekdays: [1...5], zone: berlin)
        // Winter: UTC+1.
        #expect(try !contains(office, "2026-01-12T07:59:00Z"))
        #expect(try contains(office, "2026-01-12T08:00:00Z"))
        // Summer: UTC+2.
        #expect(try contains(office, "2026-07-13T07:00:00Z"))
        #expect(try !contains(office, "2026-07-13T15:00:00Z"))
        // The night of the change in March has no 02:30; 00:59Z is 01:59, 01:00Z is 03:00.
        let gap = TimeIntervalSpec(times: [120..<180], zone: berlin)
        #expect(try !contains(gap, "2026-03-29T00:59:00Z"))
        #expect(try !contains(gap, "2026-03-29T01:00:00Z"))
        // The night of the change in October has 02:30 twice.
        #expect(try contains(gap, "2026-10-25T00:30:00Z"))
        #expect(try contains(gap, "2026-10-25T01:30:00Z"))
        // Day, month and year change with the zone's midnight.
        let newYear = TimeIntervalSpec(months: [1...1], years: [2027...2027], zone: berlin)
        #expect(try contains(newYear, "2026-12-31T23:00:00Z"))
        #expect(try !contains(newYear, "2026-12-31T22:59:59Z"))
    }

    private static let night = TimeInterval(specs: [TimeIntervalSpec(times: [0..<10])])
    private static let day = TimeInterval(specs: [TimeIntervalSpec(times: [10..<1440]), TimeIntervalSpec(times: [12..<20])])

    @Test("a muted route tells nothing, shows the names, and tells at the first tick outside")
    func muted() throws {
        // Virtual time starts at midnight; the first ten minutes are muted.
        let run = VirtualRun(
            .simple(interval: 60, mute: ["night", "day"], intervals: ["night": Self.night, "day": TimeInterval(specs: [])]))
        run.post(at: 1, .alert("x", 1))
        run.advance(to: 300)
        #expect(run.told.isEmpty)
        let group = try #require(run.machine.groupIDs.first)
        #expect(run.machine.group(group, at: run.now)?.mutedBy == ["night"])
        run.post(at: 300, .alert("x", 1))
        run.post(at: 550, .alert("x", 1))
        run.advance(to: 700)
        #expect(run.brief == ["602: x"])
        #expect(run.machine.group(group, at: run.now)?.mutedBy == [])
    }

    @Test("a route is active only inside its active intervals, and all of their names mute it outside")
    func active() throws {
        let run = VirtualRun(.simple(interval: 60, active: ["day"], intervals: ["day": Self.day]))
        run.post(at: 1, .alert("x", 1))
        run.post(at: 200, .alert("x", 1))
        run.post(at: 400, .alert("x", 1))
        run.advance(to: 590)
        let group = try #require(run.machine.groupIDs.first)
        #expect(run.machine.group(group, at: run.now)?.mutedBy == ["day"])
        run.post(at: 595, .alert("x", 1))
        run.advance(to: 700)
        #expect(run.brief == ["602: x"])
    }

    @Test("a name is repeated for each of its specs that contains the moment")
    func repeatedName() throws {
        let run = VirtualRun(.simple(mute: ["day"], intervals: ["day": Self.day]), from: 13 * 60)
        run.post(at: 13 * 60, .alert("x"))
        run.advance(to: 13 * 60 + 2)
        let group = try #require(run.machine.groupIDs.first)
        #expect(run.machine.group(group, at: run.now)?.mutedBy == ["day", "day"])
    }
}

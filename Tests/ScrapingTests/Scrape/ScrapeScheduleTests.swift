import Testing

@testable import Scraping

@Suite("the moments of scrapes")
struct ScrapeScheduleTests {
    @Test("loops come up in the order of their deadlines, and not before them")
    func order() {
        var schedule = ScrapeSchedule()
        for (id, deadline) in [(1, 50), (2, 10), (3, 30), (4, 40), (5, 20)] as [(UInt64, Int64)] { schedule.set(id, at: deadline) }
        #expect(schedule.next() == 10)
        #expect(schedule.pop(at: 9) == nil)
        var popped: [UInt64] = []
        while let id = schedule.pop(at: 45) { popped.append(id) }
        #expect(popped == [2, 5, 3, 4])
        #expect(schedule.next() == 50 && schedule.count == 1)
    }

    @Test("a new deadline replaces the old one, sooner or later, and a removed loop does not come up")
    func replace() {
        var schedule = ScrapeSchedule()
        schedule.set(1, at: 10)
        schedule.set(1, at: 30)
        schedule.set(2, at: 40)
        schedule.set(2, at: 20)
        schedule.set(3, at: 15)
        schedule.remove(3)
        #expect(schedule.next() == 20)
        #expect(schedule.pop(at: 100) == 2)
        #expect(schedule.pop(at: 100) == 1)
        #expect(schedule.pop(at: 100) == nil)
    }

    @Test("many random deadlines come up sorted")
    func random() {
        var schedule = ScrapeSchedule()
        var deadlines: [UInt64: Int64] = [:]
        var generator = SystemRandomNumberGenerator()
        for id in 0..<2000 as Range<UInt64> {
            for _ in 0..<3 {
                let deadline = Int64.random(in: 0..<1000, using: &generator)
                schedule.set(id, at: deadline)
                deadlines[id] = deadline
            }
        }
        var last: Int64 = 0
        var count = 0
        while let id = schedule.pop(at: 1000) {
            #expect(deadlines[id]! >= last)
            last = deadlines[id]!
            count += 1
        }
        #expect(count == 2000)
    }

    @Test("a target's moments are an interval apart, at its offset")
    func grid() {
        let grid = ScrapeGrid(hash: 12_345_678, seed: 0, interval: 10_000)
        #expect(grid.offset == 5_678)
        #expect(grid.next(after: 0) == 5_678)
        #expect(grid.next(after: 5_677) == 5_678)
        #expect(grid.next(after: 5_678) == 15_678)
        #expect(grid.next(after: 1_000_000) == 1_005_678)
        #expect(grid.next(after: -1) == 5_678)
        #expect(grid.next(after: -10_000) == -4_322)
    }

    @Test("other targets and other instances have other offsets, which are spread over the interval")
    func spread() {
        let hashes = (0..<1000).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }
        let offsets = hashes.map { ScrapeGrid(hash: $0, seed: 7, interval: 60_000).offset }
        let others = hashes.map { ScrapeGrid(hash: $0, seed: 0x1234_5678_9ABC, interval: 60_000).offset }
        #expect(zip(offsets, others).filter { $0 == $1 }.count < 10)
        for tenth in 0..<10 as Range<Int64> {
            let count = offsets.filter { $0 / 6000 == tenth }.count
            #expect(count > 60 && count < 140)
        }
    }

    @Test("a scrape takes its moment's time within two milliseconds and within a hundredth of the interval")
    func alignment() {
        let grid = ScrapeGrid(hash: 0, seed: 0, interval: 10_000)
        #expect(grid.aligned(20_002, to: 20_000) == 20_000)
        #expect(grid.aligned(19_998, to: 20_000) == 20_000)
        #expect(grid.aligned(20_003, to: 20_000) == 20_003)
        let short = ScrapeGrid(hash: 0, seed: 0, interval: 100)
        #expect(short.aligned(1_001, to: 1_000) == 1_000)
        #expect(short.aligned(1_002, to: 1_000) == 1_002)
    }

    @Test("first scrapes wait at most five seconds, and less than an interval")
    func first() {
        for hash in 0..<1000 as Range<UInt64> {
            #expect(ScrapeGrid(hash: hash &* 7919, seed: 0, interval: 60_000).firstDelay() < 5_000)
            #expect(ScrapeGrid(hash: hash &* 7919, seed: 0, interval: 1_000).firstDelay() < 1_000)
        }
    }
}

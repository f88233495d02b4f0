import Testing
import Time

@testable import AlertRouter

@Suite("The clock watch")
struct ClockWatchTests {
    private static let second: Int64 = 1_000_000_000

    @Test("sees nothing while all clocks agree, drift of a second included")
    func quiet() {
        var watch = ClockWatch()
        for beat in Int64(0)..<100 {
            let wall = Timestamp(unixNanoseconds: (1_000_000 + beat) * Self.second + (beat % 2) * Self.second)
            #expect(watch.look(wall: wall, monotonic: beat * Self.second, boottime: (50 + beat) * Self.second) == [])
        }
    }

    @Test("tells a sleep of the host from a step of its wall clock")
    func sleepAndStep() {
        var watch = ClockWatch()
        _ = watch.look(wall: Timestamp(seconds: 1000), monotonic: 0, boottime: 0)
        #expect(
            watch.look(wall: Timestamp(seconds: 1601), monotonic: Self.second, boottime: 601 * Self.second) == [.sleep(.seconds(600))])
        #expect(
            watch.look(wall: Timestamp(seconds: 602), monotonic: 2 * Self.second, boottime: 602 * Self.second) == [.step(.seconds(-1000))])
        #expect(watch.look(wall: Timestamp(seconds: 603), monotonic: 3 * Self.second, boottime: 603 * Self.second) == [])
    }
}

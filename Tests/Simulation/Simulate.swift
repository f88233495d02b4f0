import Dispatch
import Glibc

/// Plays seeds and says what they proved.
///
///     simulate --seeds 10000 --from 1 --jobs 2 --sqlite-percent 5
///     simulate --seed 42          one run, told line by line
@main
enum Simulate {
    static func main() {
        // Hashing must not differ from one process to the next, or a seed would not be the same run again.
        if getenv("SWIFT_DETERMINISTIC_HASHING") == nil {
            setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1)
            execv("/proc/self/exe", CommandLine.unsafeArgv)
        }
        let arguments: Arguments
        do throws(Arguments.Problem) {
            arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
        } catch {
            Output.line(error.message)
            exit(2)
        }
        if let seed = arguments.seed {
            exit(tellOne(seed, arguments) ? 0 : 1)
        }
        exit(playAll(arguments) ? 0 : 1)
    }

    private static func tellOne(_ seed: UInt64, _ arguments: Arguments) -> Bool {
        let story = Story(isLive: true)
        do {
            let run = try Run(seed: seed, onDisk: arguments.isOnDisk(seed), story: story)
            _ = try run.play()
        } catch {
            Output.line(Report.text(error))
            Output.line("0 passed, 1 failed")
            return false
        }
        Output.line("1 passed, 0 failed")
        return true
    }

    private static func playAll(_ arguments: Arguments) -> Bool {
        let begun = DispatchTime.now()
        let desk = Desk(next: arguments.first, end: arguments.first + arguments.count)
        // Threads of their own: a run on disk blocks while the journal commits.
        DispatchQueue.concurrentPerform(iterations: arguments.jobs) { _ in
            while let seed = desk.take() {
                do {
                    let run = try Run(seed: seed, onDisk: arguments.isOnDisk(seed), story: nil)
                    desk.passed(try run.play())
                } catch let violation as Violation where violation.isUndecided {
                    desk.undecided()
                } catch {
                    desk.failed(seed)
                    if desk.failures.count >= arguments.maximumFailures { desk.stop() }
                }
            }
        }
        let failures = desk.failures.sorted()
        for seed in failures.prefix(3) { Report.replay(seed, arguments) }
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - begun.uptimeNanoseconds) / 1e9
        Report.summary(desk.statistics, seeds: desk.passedCount + failures.count, seconds: seconds)
        let gaps = arguments.isComplete ? desk.statistics.gaps(onDiskExpected: arguments.diskPercent > 0) : []
        for gap in gaps { Output.line("not covered: \(gap)") }
        if desk.undecidedCount > 0 {
            Output.line("without verdict \(desk.undecidedCount) (groups that share a log key and tick at one instant)")
        }
        if !failures.isEmpty { Output.line("failed seeds: \(failures.map(String.init).joined(separator: " "))") }
        Output.line("\(desk.passedCount) passed, \(failures.count) failed")
        // Very few, or the simulation has stopped to prove anything.
        return failures.isEmpty && gaps.isEmpty && desk.undecidedCount * 200 <= desk.passedCount + 200
    }
}

import FuzzTargets
import Glibc

/// libFuzzer's loop, from the library without its own `main`.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// The target of this run: set once, before the loop begins.
private nonisolated(unsafe) var target = FuzzTarget.json

/// `Fuzz TARGET [libFuzzer's options and corpus folders]`
@main
struct Fuzz {
    /// Names the target to the processes that libFuzzer starts for `-merge`, `-fork` and `-minimize_crash`: they get only libFuzzer's own arguments.
    private static let variable = "FLATALERT_FUZZ_TARGET"

    static func main() {
        var arguments = CommandLine.arguments
        if arguments.count > 1, FuzzTarget(rawValue: arguments[1]) != nil { setenv(variable, arguments.remove(at: 1), 1) }
        guard let chosen = getenv(variable).flatMap({ FuzzTarget(rawValue: String(cString: $0)) }) else {
            let known = FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")
            let usage = "usage: Fuzz \(known) [libFuzzer options] [CORPUS]\n"
            _ = usage.withCString { write(STDERR_FILENO, $0, strlen($0)) }
            exit(2)
        }
        target = chosen
        var passed: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var count = Int32(passed.count - 1)
        let status = passed.withUnsafeMutableBufferPointer { buffer in
            var list = buffer.baseAddress
            return runDriver(&count, &list) { bytes, size in
                target.run(UnsafeRawBufferPointer(start: bytes, count: size))
                return 0
            }
        }
        exit(status)
    }
}

import JSON
import Testing

@testable import struct AlertCore.SeededGenerator
@testable import Exporters

/// Lines as an enemy or a broken disk writes them.
private struct HostileLines {
    private var random: SeededGenerator
    private static let combined = Array(
        #"10.0.0.1 - - [15/Jan/2026:10:30:02 +0900] "GET /a/b?c=d HTTP/1.1" 200 18342 "http://gw/" "Mozilla/5.0""#.utf8)
    private static let json = Array(
        #"{"msec":1768440602.417,"method":"GET","uri":"/team","status":200,"bytes":18342,"request_time":0.045,"server_port":3080}"#.utf8)

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func line() -> [UInt8] {
        var line: [UInt8]
        switch number(0..<10) {
        case 0: line = (0..<number(0..<300)).map { _ in UInt8.random(in: 0...255, using: &random) }
        case 1: line = Array(Self.combined.prefix(number(0..<Self.combined.count)))
        case 2: line = Array(Self.json.prefix(number(0..<Self.json.count)))
        case 3: line = mutated(Self.combined)
        case 4: line = mutated(Self.json)
        case 5: line = Array(#"a - - [15/Jan/2026:10:30:02 +0900] "GET / HTTP/1.1" \#(number(0..<1200)) \#(random.next()) "-""#.utf8)
        case 6:
            line = Array(
                #"{"status":"\#(number(0..<1200))","bytes":\#(random.next()),"request_time":\#(random.next()).\#(random.next())}"#.utf8)
        case 7:
            line = Array(
                (#"{"a":"# + String(repeating: ["[", "{\"b\":", "[[{"][number(0..<3)], count: number(1..<400)) + #","status":200}"#).utf8)
        case 8: line = Array(String(repeating: ["\\", "\"", "\\\"", "]["][number(0..<4)], count: number(0..<500)).utf8)
        default:
            let size = number(0..<500) == 0 ? number(60_000..<300_000) : number(0..<2000)
            line = Self.combined + [UInt8](repeating: 0x61, count: size)
        }
        line.removeAll { $0 == 0x0A }
        return line
    }

    private mutating func mutated(_ line: [UInt8]) -> [UInt8] {
        var line = line
        for _ in 0..<number(1..<5) { line[number(0..<line.count)] = UInt8.random(in: 0...255, using: &random) }
        return line
    }
}

@Suite("Hostile lines")
struct HostileLinesTests {
    @Test("100,000 hostile lines are all tallied, the same each time, in a bounded number of series and bytes")
    func hostile() throws {
        let files = LogFiles()
        var source = HostileLines(seed: 7)
        var log = LineCounts(AccessLogTotals(), maximumLineBytes: TailOptions().maximumLineBytes)
        var registry = RegistryLogTotals()
        let file = try HostileFile(path: files.path("access.log"))
        var block: [UInt8] = []
        var giants: UInt64 = 0
        for index in 1...100_000 {
            let line = source.line()
            if line.count > 65_536 + 2 { giants += 1 }
            line.withUnsafeBufferPointer { _ = registry.count($0) }
            block += line + [0x0A]
            if block.count > 1 << 20 || index == 100_000 {
                block.withUnsafeBufferPointer { log.count(block: $0) }
                files.append(block)
                file.poll()
                block = []
            }
        }
        #expect(giants > 5)
        let lines = log.lines
        #expect(lines.values.reduce(0, +) == 100_000)
        #expect((lines[.unparsed] ?? 0) > 30_000)
        #expect((lines[.ok] ?? 0) > 10_000)
        #expect(log.totals.requests.count <= 71)
        #expect(log.totals.requests.reduce(0) { $0 + $1.count } == lines[.ok])
        #expect(log.totals.state.text.utf8.count < 4096)
        #expect(registry.requests.count <= 8 * 71)
        // Through a file, in pieces, it is the same.
        #expect(file.counts.lines == lines)
        #expect(file.counts.totals.state == log.totals.state)
        #expect(file.follower.state.text.utf8.count < 4096)
    }
}

private final class HostileFile: LineSink {
    var counts = LineCounts(AccessLogTotals(), maximumLineBytes: TailOptions().maximumLineBytes)
    let follower: LogFollower

    init(path: String) throws {
        follower = LogFollower(path: path, options: TailOptions(startsAtEnd: false), restored: RestoredLog(), log: quietLog)
        poll()
    }

    func poll() { _ = follower.poll(now: 0, budget: .max, into: self) }

    func count(block: UnsafeBufferPointer<UInt8>) { counts.count(block: block) }

    func countUnparsed() { counts.countUnparsed() }
}

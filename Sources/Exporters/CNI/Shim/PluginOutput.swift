import Glibc

/// The beginning of a plugin's standard output, as far as it is worth reading: results and errors are far smaller.
final class OutputCapture {
    /// More is passed on and not kept.
    static let limit = 1 << 20

    private var memory: UnsafeMutablePointer<UInt8>?
    private var capacity = 0
    private var count = 0
    private var isFull = false

    deinit { free(memory) }

    /// What was kept.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: memory, count: count) }

    /// Keeps more, if there is memory.
    func take(_ part: UnsafeBufferPointer<UInt8>) {
        guard !isFull, let source = part.baseAddress else { return }
        let wanted = min(part.count, Self.limit - count)
        if count + wanted > capacity {
            let larger = min(Self.limit, max(8 << 10, capacity * 2, count + wanted))
            guard let grown = realloc(memory, larger) else {
                isFull = true
                return
            }
            memory = grown.assumingMemoryBound(to: UInt8.self)
            capacity = larger
        }
        guard let memory else { return }
        memcpy(memory + count, source, wanted)
        count += wanted
        isFull = count == Self.limit
    }
}

/// What a plugin tells of the Gateway's registry on its standard error (reference 2.9).
struct RegistrationCounts: Equatable {
    /// Attempts at an endpoint.
    var registered = 0, notRegistered = 0, deregistered = 0, notDeregistered = 0
}

/// Reads a plugin's standard error line by line, in bounded memory.
final class RegistrationScan {
    /// The rest of a longer line is not looked at.
    static let lineLimit = 2 << 10

    private var line: [UInt8] = []
    private var last: [UInt8] = []
    private var failure: [UInt8] = []
    private var isUnregistered = false
    private var isUnderegistered = false
    private var found = RegistrationCounts()

    init() {
        line.reserveCapacity(Self.lineLimit)
        last.reserveCapacity(Self.lineLimit)
        failure.reserveCapacity(Self.lineLimit)
    }

    /// The attempts so far. A plugin that only says in the end that all failed has tried once.
    var counts: RegistrationCounts {
        var counts = found
        if isUnregistered, counts.notRegistered == 0 { counts.notRegistered = 1 }
        if isUnderegistered, counts.notDeregistered == 0 { counts.notDeregistered = 1 }
        return counts
    }

    /// What is worth telling people: the first failed attempt, or else the last line.
    var remark: String {
        let text = String(decoding: failure.isEmpty ? last : failure, as: UTF8.self)
        let prefix = "flatnet registry: "
        return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
    }

    func take(_ part: UnsafeBufferPointer<UInt8>) {
        var rest = part[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            append(rest[..<end])
            finish()
            rest = rest[(end + 1)...]
        }
        append(rest)
    }

    /// Ends a line, also one that the stream ends in.
    func finish() {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard !line.isEmpty else { return }
        look()
        swap(&last, &line)
        line.removeAll(keepingCapacity: true)
    }

    private func append(_ part: Slice<UnsafeBufferPointer<UInt8>>) {
        line.append(contentsOf: part.prefix(Self.lineLimit - line.count))
    }

    private func look() {
        guard begins("flatnet") else { return }
        if begins("flatnet registry: registered container ") {
            found.registered += 1
        } else if begins("flatnet registry: failed to register at ") {
            found.notRegistered += 1
            keepFailure()
        } else if begins("flatnet registry: deregistered container ") {
            found.deregistered += 1
        } else if begins("flatnet registry: failed to deregister from ") {
            found.notDeregistered += 1
            keepFailure()
        } else if begins("flatnet registry: WARNING - registration failed") || begins("flatnet: WARNING - registration failed") {
            isUnregistered = true
            keepFailure()
        } else if begins("flatnet registry: WARNING - could not deregister") || begins("flatnet: WARNING - could not deregister") {
            isUnderegistered = true
            keepFailure()
        }
    }

    private func keepFailure() {
        if failure.isEmpty { failure.append(contentsOf: line) }
    }

    private func begins(_ text: StaticString) -> Bool {
        line.starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

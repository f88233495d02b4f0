/// The broken properties that a corpus replay collects.
public final class FuzzFailures: Sendable {
    @TaskLocal static var current: FuzzFailures?

    private nonisolated(unsafe) var collected: [String] = []  // Written and read only inside `collect`, by the one thread that runs it.

    private init() {}

    /// Runs a property and gives what it found broken, instead of ending the process.
    public static func collect(_ body: () -> Void) -> [String] {
        let failures = FuzzFailures()
        $current.withValue(failures, operation: body)
        return failures.collected
    }

    func add(_ failure: String) { collected.append(failure) }
}

/// Says that a property is broken for an input. Under the fuzzer that ends the process, which libFuzzer takes as a finding and saves the input.
public func fuzzFailure(_ property: String, _ bytes: UnsafeRawBufferPointer) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let failures = FuzzFailures.current {
        failures.add("\(property): \(text.debugDescription)")
    } else {
        preconditionFailure("\(property): \(text.debugDescription)")
    }
}

/// Runs asynchronous work one piece at a time, in the order of arrival.
actor SerialQueue {
    private var tail: Task<Void, Never>?

    /// Runs `work` after everything that was handed in before.
    func run<R: Sendable>(_ work: @escaping @Sendable () async throws -> R) async throws -> R {
        let before = tail
        let task = Task {
            await before?.value
            return try await work()
        }
        tail = Task { _ = try? await task.value }
        return try await task.value
    }
}

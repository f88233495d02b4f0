import CPlatform
import Glibc
import JSON
import Time

/// Asks a CNI plugin for the versions that it knows: a question that needs nothing and changes nothing, also through a stand-in, which passes it
/// on without a line in its log.
struct PluginProbe {
    /// What came of it.
    enum Outcome: Equatable, Sendable {
        /// The versions of CNI that the plugin knows.
        case answered([String])
        /// Why there is no answer.
        case failed(String)
    }

    private static let answerLimit = 64 << 10
    /// A process that was killed ends within this, unless the kernel holds it.
    private static let grace: Int32 = 500

    let plugin: String
    let limit: TimeSpan
    /// The name that it is called by; its path unless told otherwise.
    var name: String?

    /// Asks, and kills the plugin when it does not answer in time.
    func run() -> Outcome {
        var ends: [Int32] = [-1, -1]
        var question: [Int32] = [-1, -1]
        guard cplatform_pipe(&ends) == 0 else { return .failed("no pipe for its answer: \(Self.words(errno))") }
        guard cplatform_pipe(&question) == 0 else {
            ends.forEach { close($0) }
            return .failed("no pipe for the question: \(Self.words(errno))")
        }
        // Smaller than any pipe: it is written before the child is there.
        let text = Array(#"{"cniVersion":"1.0.0"}"#.utf8)
        _ = text.withUnsafeBytes { write(question[1], $0.baseAddress, $0.count) }
        close(question[1])
        var child: pid_t = 0
        let code = start(input: question[0], output: ends[1], &child)
        close(question[0])
        close(ends[1])
        defer { close(ends[0]) }
        guard code == 0 else { return .failed("it cannot be run: \(Self.words(code))") }
        let end = Clock.monotonic() + limit.nanoseconds
        let answer = read(ends[0], until: end)
        var status: Int32 = 0
        if answer != nil, cplatform_wait_child(child, Self.left(until: end), &status) == 0 {
            return Self.outcome(answer ?? [], ChildStatus(status))
        }
        kill(-child, SIGKILL)
        kill(child, SIGKILL)
        let isReaped = cplatform_wait_child(child, Self.grace, &status) == 0
        guard answer != nil || !isReaped else { return .failed("it has not answered within \(limit) and was killed") }
        return .failed("it has not ended within \(limit)" + (isReaped ? " and was killed" : " and cannot be killed"))
    }

    private func start(input: Int32, output: Int32, _ child: inout pid_t) -> Int32 {
        let name = name ?? plugin
        let directory = name.lastIndex(of: "/").map { String(name[..<$0]) } ?? "."
        // Older plugins want all of them, as libcni knows.
        let environment = [
            "CNI_COMMAND=VERSION", "CNI_CONTAINERID=dummy", "CNI_NETNS=dummy", "CNI_IFNAME=dummy", "CNI_PATH=\(directory)",
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ]
        return Self.withVector([name]) { arguments in
            Self.withVector(environment) { cplatform_spawn_alone(plugin, arguments, $0, input, output, &child) }
        }
    }

    private static func withVector<Result>(
        _ words: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let vector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: words.count + 1)
        for (index, word) in words.enumerated() { vector[index] = strdup(word) }
        vector[words.count] = nil
        defer {
            for index in words.indices { free(vector[index]) }
            vector.deallocate()
        }
        return body(vector)
    }

    /// All that comes until the stream ends; nil when it does not in time.
    private func read(_ source: Int32, until end: Int64) -> [UInt8]? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4 << 10)
        while cplatform_await(source, Int16(POLLIN), Self.left(until: end)) > 0 {
            let count = Glibc.read(source, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            // What is more is read, so that nobody waits for us, and not kept.
            bytes += piece.prefix(min(count, Self.answerLimit - bytes.count))
        }
        return nil
    }

    private static func left(until end: Int64) -> Int32 { Int32(clamping: max(0, (end - Clock.monotonic()) / 1_000_000)) }

    private static func outcome(_ answer: [UInt8], _ status: ChildStatus) -> Outcome {
        switch status {
        case .signal(let number): return .failed("it was ended by signal \(number)")
        case .exit(let code):
            let value = try? JSONValue.parse(answer, depthLimit: 32)
            guard code == 0 else {
                let message = value?["msg"]?.stringValue.map { ": \($0.prefix(200))" } ?? ""
                return .failed("it ended with exit code \(code)\(message)")
            }
            guard let value else { return .failed("its answer is no JSON") }
            let versions = value["supportedVersions"]?.arrayValue?.compactMap(\.stringValue) ?? []
            guard !versions.isEmpty else { return .failed("its answer names no supportedVersions") }
            return .answered(versions)
        }
    }

    private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}

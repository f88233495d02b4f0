import Exposition
import NIOConcurrencyHelpers
import Threads
import Time

/// Receives nginx's logs by syslog, on a thread of its own.
final class SyslogCollector: MetricCollector {
    /// What came of a datagram.
    private enum Result: String, CaseIterable {
        case ok
        /// No header as nginx writes it.
        case unparsed
        /// Longer than any line that is counted.
        case tooLong = "too_long"
    }

    private enum Phase { case idle, running, ended }

    /// The longest datagram that UDP carries fits.
    private static let maximumBytes = 64 << 10
    /// How long a stop waits for what has arrived to be counted.
    private static let stopLimit = TimeSpan.seconds(3)

    /// nil where it is switched off.
    private let socket: SyslogSocket?
    private let place: String
    private let take: @Sendable (SyslogMessage) -> Void
    private let counts = NIOLockedValueBox<[Result: UInt64]>([:])
    private let phase = WaitingRoom<Phase, Void>(.idle)

    /// Takes the port at once where there is one to take.
    init(listen: String?, registry: MetricRegistry, take: @escaping @Sendable (SyslogMessage) -> Void) throws(GatewayOptionsError) {
        socket = try listen.map(SyslogSocket.init)
        place = listen ?? ""
        self.take = take
        registry.collect(
            "flatnet_gateway_syslog_messages_total",
            help: "Datagrams that came to --gateway.syslog-listen. The lines in those that are ok count among those of their log.",
            type: .counter, labels: ["result"]
        ) { [counts] in
            let counts = counts.withLockedValue { $0 }
            return Result.allCases.map { MetricSample(labels: [$0.rawValue], value: Double(counts[$0] ?? 0)) }
        }
    }

    /// The port that is listened on; nil where it is switched off.
    var port: UInt16? { socket?.port }

    func start() {
        guard let socket else { return }
        let isFirst = phase.withState { phase in
            defer { if phase == .idle { phase = .running } }
            return phase == .idle
        }
        guard isFirst else { return }
        let isStarted = WorkerThread.detach(name: "syslog") { [self] in
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.maximumBytes, alignment: 16)
            defer { buffer.deallocate() }
            while socket.wait() { drain(socket, buffer) }
            // What has arrived before the end counts.
            drain(socket, buffer)
            end()
        }
        if !isStarted { end() }
    }

    func collect() async { start() }

    func stop() async {
        guard let socket else { return }
        socket.wake()
        await phase.wait(limit: Self.stopLimit) { phase, _ in
            if phase == .running { return .waits }
            phase = .ended
            return .answered(())
        } late: { _, _ in
        }
    }

    var sources: [SourceState] { socket == nil ? [] : [SourceState(name: "syslog", place: "udp \(place)")] }

    private func drain(_ socket: SyslogSocket, _ buffer: UnsafeMutableRawBufferPointer) {
        while let count = socket.receive(into: buffer) {
            var result = Result.tooLong
            if count <= buffer.count {
                let message = SyslogMessage(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                if let message { take(message) }
                result = message == nil ? .unparsed : .ok
            }
            counts.withLockedValue { $0[result, default: 0] += 1 }
        }
    }

    private func end() {
        phase.answer { $0 = .ended }
    }
}

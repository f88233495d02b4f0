import NIOCore
import NIOHTTP1

extension HTTPConnection {
    /// A body longer than this is sent in pieces of this length, so that a slow client that does take some is told from one that does not.
    static var pieceBytes: Int { 256 * 1024 }

    /// Runs the handler and sends what it answers.
    func answerTask(_ request: WebRequest) -> Task<Void, Never>? {
        guard let context else { return nil }
        let loop = context.eventLoop
        let connection = NIOLoopBound(self, eventLoop: loop)
        let exchange = exchange
        let handler = shared.handler
        // Short writes stay on this thread; what may take long, such as a walk over all alerts, must not hold up other connections.
        let staysHere = request.method == "POST" && request.body.count <= Self.pieceBytes
        let work: @Sendable () async -> Void = {
            let response = await handler(request)
            await Self.send(response, withBody: request.method != "HEAD", over: connection, on: loop, exchange: exchange)
        }
        guard staysHere, let executor else { return Task(operation: work) }
        return Task(executorPreference: executor, operation: work)
    }

    private static func send(
        _ response: WebResponse, withBody: Bool, over connection: NIOLoopBound<HTTPConnection>, on loop: any EventLoop, exchange: UInt64
    ) async {
        if withBody, case .stream(let produce) = response.body {
            await stream(response, produce, to: connection, on: loop, exchange: exchange)
        } else {
            run(on: loop) { connection.value.answer(response, exchange: exchange) }
        }
    }

    private static func run(on loop: any EventLoop, _ work: @escaping @Sendable () -> Void) {
        if loop.inEventLoop { work() } else { loop.execute(work) }
    }

    private func answer(_ response: WebResponse, exchange: UInt64) {
        guard exchange == self.exchange, phase == .handling else { return }
        respond(response)
    }

    // MARK: Bodies that are known whole

    /// Sends an answer whose body is known, or only its head when the request was a HEAD.
    func respond(_ response: WebResponse) {
        guard let context else { return }
        phase = .writing
        let isHead = head?.method == .HEAD
        var bytes: [UInt8] = []
        var framing = ResponseHead.Framing.none
        if case .bytes(let known) = response.body, response.status >= 200, response.status != 204, response.status != 304 {
            framing = .length(known.count)
            if !isHead { bytes = known }
        }
        let inOnePiece = bytes.count <= Self.pieceBytes
        var buffer = context.channel.allocator.buffer(capacity: 512 + (inOnePiece ? bytes.count : 0))
        writeHead(response, framing: framing, into: &buffer)
        if inOnePiece {
            buffer.writeBytes(bytes)
            bytes = []
        }
        send(buffer, thenRest: bytes[...])
    }

    private func writeHead(_ response: WebResponse, framing: ResponseHead.Framing, into buffer: inout ByteBuffer) {
        if case .untilClose = framing { keepsAlive = false }
        let isOld = head.map { $0.version.minor == 0 } ?? false
        let field: ResponseHead.ConnectionField = !keepsAlive || isDraining ? .close : isOld ? .keepAlive : .implied
        ResponseHead.write(
            status: response.status, headers: response.headers, framing: framing, connection: field, date: shared.date.bytes(),
            into: &buffer)
    }

    /// Sends the buffer, then the rest piece by piece, each within the stall limit, then ends the exchange.
    private func send(_ buffer: ByteBuffer, thenRest rest: ArraySlice<UInt8>) {
        guard let context else { return }
        if rest.isEmpty { giveBack() }
        setDeadline(shared.limits.writeStall)
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { result in
            guard self.phase == .writing else { return }
            switch result {
            case .failure: self.close()
            case .success where rest.isEmpty: self.exchangeEnds()
            case .success: self.send(ByteBuffer(bytes: rest.prefix(Self.pieceBytes)), thenRest: rest.dropFirst(Self.pieceBytes))
            }
        }
        context.writeAndFlush(wrapOutboundOut(buffer), promise: sent)
    }

    // MARK: Bodies that are written while they are sent

    private static func stream(
        _ response: WebResponse, _ produce: @Sendable (inout WebBodyWriter) async throws -> Void,
        to connection: NIOLoopBound<HTTPConnection>,
        on loop: any EventLoop, exchange: UInt64
    ) async {
        let head = WebResponse(status: response.status, headers: response.headers)
        run(on: loop) { connection.value.beginStream(head, exchange: exchange) }
        var writer = WebBodyWriter { bytes in
            let sent = loop.makePromise(of: Void.self)
            run(on: loop) { connection.value.sendPiece(bytes, exchange: exchange, sent: sent) }
            try await sent.futureResult.get()
        }
        do {
            try await produce(&writer)
            try await writer.flush()
            run(on: loop) { connection.value.endStream(exchange: exchange) }
        } catch {
            run(on: loop) { if connection.value.exchange == exchange { connection.value.close() } }
        }
    }

    /// The head of a stream goes out with its first piece.
    private func beginStream(_ response: WebResponse, exchange: UInt64) {
        guard exchange == self.exchange, phase == .handling, let context else { return }
        phase = .writing
        setDeadline(nil)
        isChunked = (head?.version.minor ?? 1) > 0
        var buffer = context.channel.allocator.buffer(capacity: 512)
        writeHead(response, framing: isChunked ? .chunked : .untilClose, into: &buffer)
        context.write(wrapOutboundOut(buffer), promise: nil)
    }

    private func sendPiece(_ bytes: [UInt8], exchange: UInt64, sent: EventLoopPromise<Void>) {
        guard exchange == self.exchange, phase == .writing, let context else { return sent.fail(CancellationError()) }
        setDeadline(shared.limits.writeStall)
        var buffer = context.channel.allocator.buffer(capacity: bytes.count + 16)
        if isChunked { buffer.writeString(String(bytes.count, radix: 16) + "\r\n") }
        buffer.writeBytes(bytes)
        if isChunked { buffer.writeStaticString("\r\n") }
        // The handler may take its time over the next piece: only a write that waits for the client is limited.
        sent.futureResult.assumeIsolated().whenSuccess { if exchange == self.exchange { self.setDeadline(nil) } }
        context.writeAndFlush(wrapOutboundOut(buffer), promise: sent)
    }

    private func endStream(exchange: UInt64) {
        guard exchange == self.exchange, phase == .writing else { return }
        send(isChunked ? ByteBuffer(staticString: "0\r\n\r\n") : ByteBuffer(), thenRest: [])
    }
}

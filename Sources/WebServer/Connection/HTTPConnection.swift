import NIOCore
import NIOHTTP1

/// Serves one connection: reads requests one after another, gives each to the handler and writes its answer. Lives on its event loop.
///
/// One timer looks after all time limits. It is never moved: when it fires too early it is set again for what is left. Since it is set for
/// no longer than the shortest limit, a limit that begins in between is met exactly, and a request costs no timer of its own.
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    enum Phase {
        /// Nothing of a request has arrived.
        case idle
        /// Header fields or body are arriving.
        case reading
        /// The handler works.
        case handling
        /// The answer is being sent.
        case writing
        /// The answer is sent and our side closed; what the client still sends is dropped until it closes too.
        case lingering
        case closed
    }

    let shared: ConnectionContext
    let executor: LoopExecutor?
    var context: ChannelHandlerContext?
    var phase = Phase.idle
    /// The request in work: its head, the bytes taken from the shared budget for its body, and whether it holds a GET slot.
    var head: HTTPRequestHead?
    var body: [UInt8] = []
    var holdsGetSlot = false
    /// Tells the answer of the request in work from one that comes too late.
    var exchange: UInt64 = 0
    var task: Task<Void, Never>?
    var keepsAlive = true
    /// Whether the stream in work is sent in chunks; a client of HTTP/1.0 gets it until the connection ends.
    var isChunked = true
    private var peer: String?

    /// Parts of pipelined requests that arrived before their turn. Reading stops while there are any.
    private var waiting = CircularBuffer<HTTPServerRequestPart>()
    private var isWorkingOffWaiting = false
    /// Set at shutdown: the request in work is the last.
    private(set) var isDraining = false
    private var deadline: NIODeadline = .distantFuture
    private var timer: Scheduled<Void>?

    init(shared: ConnectionContext, executor: LoopExecutor?) {
        self.shared = shared
        self.executor = executor
    }

    // MARK: Events of the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        // A client that connects and sends nothing is as slow as one that sends a request slowly.
        setDeadline(shared.limits.request)
        scheduleTimer(context, for: shared.limits.shortest)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch phase {
        case .idle, .reading: take(part)
        case .handling, .writing:
            if waiting.isEmpty { context.channel.setOption(.autoRead, value: false).whenFailure { _ in } }
            waiting.append(part)
        case .lingering, .closed: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            isDraining = true
            if phase == .idle { close() }
        case let event as ChannelEvent where event == .inputClosed:
            switch phase {
            case .idle, .reading, .lingering: close()
            case .handling, .writing: keepsAlive = false
            case .closed: break
            }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError, error != .invalidEOFState else {
            close()
            return
        }
        switch phase {
        case .idle, .reading:
            if error == .headerOverflow {
                refuse(431, "The header fields are too long.\n")
            } else {
                refuse(400, "This is not a valid HTTP request.\n")
            }
        case .handling, .writing: keepsAlive = false
        case .lingering, .closed: break
        }
    }

    // MARK: Reading

    /// Bytes arrive; false when they are to be dropped.
    func bytesArrive() -> Bool {
        switch phase {
        case .idle:
            phase = .reading
            setDeadline(shared.limits.request)
            return true
        case .reading, .handling, .writing: return true
        case .lingering, .closed: return false
        }
    }

    private func take(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head): begin(head)
        case .body(let bytes): append(bytes)
        case .end: handle()
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        self.head = head
        phase = .reading
        keepsAlive = head.isKeepAlive
        // RFC 9112, 3.2: servers and proxies that pick different ones of several hosts can be played off against each other.
        guard head.version.minor == 0 || head.headers["host"].count == 1 else {
            return refuse(400, "A request has exactly one Host field.\n")
        }
        guard let declared = head.headers.first(name: "content-length").flatMap({ Int($0) }) else {
            if head.headers.contains(name: "transfer-encoding") { continueIfAsked(head) }
            return
        }
        guard declared <= shared.limits.bodyBytes else { return refuseBody() }
        // Address space only: pages are not used before bytes arrive.
        body.reserveCapacity(min(declared, 4 << 20))
        if declared > 0 { continueIfAsked(head) }
    }

    /// A client that waits for permission to send its body gets it.
    private func continueIfAsked(_ head: HTTPRequestHead) {
        guard head.version.minor > 0, head.headers.first(name: "expect")?.lowercased() == "100-continue", let context else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }

    private func append(_ bytes: ByteBuffer) {
        guard head != nil else { return }
        let count = bytes.readableBytes
        guard body.count + count <= shared.limits.bodyBytes else { return refuseBody() }
        guard shared.bodies.take(count) else {
            return refuse(503, "Too many request bodies are in work at this moment, try again later.\n", headers: [("Retry-After", "1")])
        }
        bytes.withUnsafeReadableBytes { body.append(contentsOf: $0) }
    }

    private func refuseBody() {
        refuse(413, "The body is longer than \(shared.limits.bodyBytes) bytes.\n")
    }

    /// Answers without asking the handler and without reading the rest.
    private func refuse(_ status: Int, _ text: String, headers: [(String, String)] = []) {
        keepsAlive = false
        var response = WebResponse(status: status, text: text)
        response.headers += headers
        respond(response)
    }

    // MARK: Handling

    private func handle() {
        guard let head else { return }
        if head.method == .GET {
            guard shared.gets.take(1) else {
                return respond(
                    WebResponse(
                        status: 503, text: "Limit of concurrent GET requests reached (\(shared.gets.limit)), try again later.\n\n"))
            }
            holdsGetSlot = true
        }
        phase = .handling
        exchange += 1
        setDeadline(shared.limits.handler > .zero ? shared.limits.handler : nil)
        task = answerTask(request(head))
    }

    private func request(_ head: HTTPRequestHead) -> WebRequest {
        var target = Substring(head.uri)
        if target.utf8.first != UInt8(ascii: "/"), let scheme = target.firstRange(of: "://") {
            // The absolute form, which proxies use: the path begins after the authority.
            let rest = target[scheme.upperBound...]
            target = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
        }
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        return WebRequest(
            method: head.method.rawValue, path: String(target[..<(mark ?? target.endIndex)]),
            query: mark.map { String(target[target.utf8.index(after: $0)...]) } ?? "", headers: WebHeaders(fields: head.headers),
            body: body,
            peer: peerText())
    }

    private func peerText() -> String {
        if let peer { return peer }
        var text = ""
        if let address = context?.channel.remoteAddress, let host = address.ipAddress {
            // A client over IPv4 of a dual-stack socket.
            let plain = host.hasPrefix("::ffff:") && host.contains(".") ? String(host.dropFirst(7)) : host
            text = ListenAddress.text(host: plain, port: address.port ?? 0)
        }
        peer = text
        return text
    }

    // MARK: The end of an exchange

    /// The answer is sent whole: the next request, or the end of the connection.
    func exchangeEnds() {
        let continues = keepsAlive && !isDraining
        release()
        guard continues else { return closeGently() }
        phase = .idle
        setDeadline(shared.limits.idle)
        workOffWaiting()
    }

    private func workOffWaiting() {
        guard !waiting.isEmpty, !isWorkingOffWaiting else { return }
        // A flag instead of recursion: one packet can hold thousands of requests.
        isWorkingOffWaiting = true
        defer { isWorkingOffWaiting = false }
        while phase == .idle || phase == .reading, let part = waiting.popFirst() {
            if phase == .idle {
                phase = .reading
                setDeadline(shared.limits.request)
            }
            take(part)
        }
        if waiting.isEmpty, let context { context.channel.setOption(.autoRead, value: true).whenFailure { _ in } }
    }

    /// Forgets the request in work.
    private func release() {
        giveBack()
        head = nil
        task = nil
    }

    /// Gives back what the request took from the shared limits. Done before the last of the answer is written: whoever has read an answer may
    /// count on the place being free.
    func giveBack() {
        shared.bodies.giveBack(body.count)
        body = []
        if holdsGetSlot {
            shared.gets.giveBack(1)
            holdsGetSlot = false
        }
    }

    /// Closes our side and waits a little for the client's. Closing at once, with bytes of the client unread, would reset the connection and
    /// could take the answer from a client that is still sending.
    private func closeGently() {
        guard let context else { return }
        phase = .lingering
        waiting.removeAll()
        setDeadline(shared.limits.linger)
        context.channel.setOption(.autoRead, value: true).whenFailure { _ in }
        context.close(mode: .output, promise: nil)
        scheduleTimer(context, for: shared.limits.linger)
    }

    /// Closes now.
    func close() {
        guard phase != .closed else { return }
        let context = context
        end()
        context?.close(promise: nil)
    }

    private func end() {
        guard phase != .closed else { return }
        phase = .closed
        exchange += 1
        task?.cancel()
        release()
        waiting.removeAll()
        timer?.cancel()
        timer = nil
        context = nil
    }

    // MARK: Time limits

    func setDeadline(_ limit: TimeAmount?) {
        deadline = limit.map { .now() + $0 } ?? .distantFuture
    }

    private func scheduleTimer(_ context: ChannelHandlerContext, for delay: TimeAmount) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { self.timerFires() }
    }

    private func timerFires() {
        guard let context, phase != .closed else { return }
        if deadline <= .now() { deadlinePasses() }
        guard phase != .closed else { return }
        scheduleTimer(context, for: min(shared.limits.shortest, max(.milliseconds(1), deadline - .now())))
    }

    private func deadlinePasses() {
        switch phase {
        case .idle, .writing, .lingering: close()
        case .reading:
            refuse(408, "The request did not arrive within \(seconds(shared.limits.request)).\n")
        case .handling:
            task?.cancel()
            exchange += 1
            respond(WebResponse(status: 503, text: "Exceeded configured timeout of \(seconds(shared.limits.handler)).\n"))
        case .closed: break
        }
    }

    private func seconds(_ limit: TimeAmount) -> String {
        limit.nanoseconds % 1_000_000_000 == 0 ? "\(limit.nanoseconds / 1_000_000_000)s" : "\(limit.nanoseconds / 1_000_000)ms"
    }
}

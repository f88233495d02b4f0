import CCurl
import Time

/// One request on its way: an easy handle, what came back so far, and who waits for it.
///
/// `@unchecked Sendable`: it is made by the sender, handed over once through the loop's locked mailbox, and from then on touched by the
/// loop's thread alone (libcurl calls the callbacks on that thread too).
final class Transfer: @unchecked Sendable {
    let id: UInt64
    private let request: PreparedRequest
    private var continuation: CheckedContinuation<Result<HTTPResponse, TransportError>, Never>?

    private var easy: UnsafeMutableRawPointer?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var proxyHeaderList: UnsafeMutablePointer<curl_slist>?
    private var connectToList: UnsafeMutablePointer<curl_slist>?
    private let errorText = UnsafeMutableBufferPointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    private var headers: [(String, String)] = []
    private var headersComplete = false
    private var body: [UInt8] = []
    private var bodyOverflowed = false
    private var reachedWire = false

    init(
        id: UInt64, request: PreparedRequest, continuation: CheckedContinuation<Result<HTTPResponse, TransportError>, Never>
    ) {
        self.id = id
        self.request = request
        self.continuation = continuation
        errorText.initialize(repeating: 0)
    }

    deinit {
        release()
        errorText.deallocate()
    }

    /// The easy handle with every option set. Called once, on the loop's thread.
    func start() -> UnsafeMutableRawPointer? {
        guard let easy = ccurl_easy_init() else { return nil }
        self.easy = easy
        setWhere(on: easy)
        setWhat(on: easy)
        request.tls.set(on: easy)
        setCallbacks(on: easy)
        return easy
    }

    private func setWhere(on easy: UnsafeMutableRawPointer) {
        _ = ccurl_set_string(easy, CURLOPT_URL, request.url)
        // An empty string, unlike an absent one, keeps libcurl from reading the environment.
        _ = ccurl_set_string(easy, CURLOPT_PROXY, request.proxy)
        _ = ccurl_set_string(easy, CURLOPT_NOPROXY, "")
        if let connectTo = request.connectTo {
            connectToList = ccurl_list_append(nil, connectTo)
            _ = ccurl_set_list(easy, CURLOPT_CONNECT_TO, connectToList)
        }
        let protocols = Int(CURLPROTO_HTTP | CURLPROTO_HTTPS)
        _ = ccurl_set_long(easy, CURLOPT_PROTOCOLS, protocols)
        _ = ccurl_set_long(easy, CURLOPT_REDIR_PROTOCOLS, protocols)
        _ = ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, request.followRedirects ? 1 : 0)
        _ = ccurl_set_long(easy, CURLOPT_MAXREDIRS, 10)
        _ = ccurl_set_long(easy, CURLOPT_HTTP_VERSION, request.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
        _ = ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        // Without it, ending a transfer waits for its name look-up: a dead resolver would block the thread for seconds.
        _ = ccurl_set_long(easy, CURLOPT_QUICK_EXIT, 1)
        _ = ccurl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
        _ = ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, 30_000)
        if let remaining = request.remaining {
            // libcurl takes 0 for "no limit".
            _ = ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, Int(max(1, min(remaining.milliseconds, Int64(Int32.max)))))
        }
    }

    private func setWhat(on easy: UnsafeMutableRawPointer) {
        for line in request.headerLines { headerList = ccurl_list_append(headerList, line) }
        _ = ccurl_set_list(easy, CURLOPT_HTTPHEADER, headerList)
        if !request.proxyHeaderLines.isEmpty {
            for line in request.proxyHeaderLines { proxyHeaderList = ccurl_list_append(proxyHeaderList, line) }
            _ = ccurl_set_list(easy, CURLOPT_PROXYHEADER, proxyHeaderList)
        }
        _ = ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // libcurl adds the Accept-Encoding field itself, and takes any encoding that it can undo.
        if request.acceptsGzip { _ = ccurl_set_string(easy, CURLOPT_ACCEPT_ENCODING, "gzip") }
        if request.sendsBody {
            _ = ccurl_set_long(easy, CURLOPT_POST, 1)
            _ = ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
            request.body.withUnsafeBytes { bytes in
                // An empty array may have no address, and a null pointer would make libcurl ask for a read callback.
                if let address = bytes.baseAddress, !bytes.isEmpty {
                    _ = ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, address)
                } else {
                    _ = ccurl_set_string(easy, CURLOPT_COPYPOSTFIELDS, "")
                }
            }
            // For POST itself libcurl's own word, so that a 302 turns it into a GET as every client does.
            if request.method != "POST" { _ = ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method) }
        } else if request.method == "HEAD" {
            _ = ccurl_set_long(easy, CURLOPT_NOBODY, 1)
        } else {
            _ = ccurl_set_long(easy, CURLOPT_HTTPGET, 1)
        }
    }

    private func setCallbacks(on easy: UnsafeMutableRawPointer) {
        // Unretained: the loop holds the transfer for as long as the handle lives.
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText.baseAddress)
        _ = ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        _ = ccurl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().receive(body: chunk)
        }
        _ = ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        _ = ccurl_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().receive(header: line)
            return size * count
        }
        _ = ccurl_set_pointer(easy, CURLOPT_PREREQDATA, context)
        _ = ccurl_set_prerequest_callback(easy) { context, _, _, _, _ in
            guard let context else { return 0 }
            // The connection stands and the request's first bytes are about to be written.
            Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().reachedWire = true
            return 0
        }
    }

    private func receive(body chunk: UnsafeRawBufferPointer) -> Int {
        if body.isEmpty { body.reserveCapacity(request.expectedResponseBytes) }
        let room = request.maximumResponseBytes - body.count
        body.append(contentsOf: chunk.prefix(room))
        if chunk.count > room {
            bodyOverflowed = true
            return 0  // makes libcurl end the transfer with CURLE_WRITE_ERROR
        }
        return chunk.count
    }

    private func receive(header line: UnsafeRawBufferPointer) {
        var text = Substring(decoding: line, as: UTF8.self)
        while let last = text.unicodeScalars.last, last == "\r" || last == "\n" { text.unicodeScalars.removeLast() }
        if text.hasPrefix("HTTP/") {
            // A new answer: after a redirect or an interim 1xx. Only the last one counts.
            headers.removeAll()
            headersComplete = false
        } else if text.isEmpty {
            headersComplete = true
        } else if !headersComplete, let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...].trimmingPrefix { $0 == " " || $0 == "\t" }
            headers.append((String(text[..<colon]), String(value)))
        }
    }

    /// Answers whoever waits, once; further calls do nothing.
    func finish(_ result: Result<HTTPResponse, TransportError>) {
        continuation?.resume(returning: result)
        continuation = nil
    }

    /// Ends the transfer before libcurl did.
    func abort(_ error: (_ reachedWire: Bool) -> TransportError) {
        finish(.failure(error(reachedWire)))
    }

    /// Ends the transfer with libcurl's verdict.
    func complete(_ code: CURLcode) {
        var status = 0
        if let easy { _ = ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status) }
        if code == CURLE_OK {
            return finish(
                .success(HTTPResponse(status: status, headers: headers, body: body, bodyWasCut: false, redaction: request.redaction)))
        }
        if request.bodyPolicy == .prefix && headersComplete && status >= 200 && !awaitsRedirect(status) {
            return finish(
                .success(HTTPResponse(status: status, headers: headers, body: body, bodyWasCut: true, redaction: request.redaction)))
        }
        if bodyOverflowed { return finish(.failure(.responseTooLarge(limit: request.maximumResponseBytes))) }
        finish(.failure(failure(code)))
    }

    /// The answer at hand is a redirect that libcurl was to follow, so it is not the answer.
    private func awaitsRedirect(_ status: Int) -> Bool {
        request.followRedirects && (300..<400).contains(status) && headers.contains { $0.0.lowercased() == "location" }
    }

    private func failure(_ code: CURLcode) -> TransportError {
        let written = errorText.baseAddress.map { String(cString: $0) } ?? ""
        let text = request.redaction.clean(written.isEmpty ? String(cString: ccurl_easy_error(code)) : written)
        return TransportError(curl: code, text: text, timeout: request.timeout, reachedWire: reachedWire)
    }

    /// Frees what libcurl holds. The handle must have left the multi handle before.
    func release() {
        if let easy { ccurl_easy_cleanup(easy) }
        easy = nil
        for list in [headerList, proxyHeaderList, connectToList] { ccurl_list_free(list) }
        (headerList, proxyHeaderList, connectToList) = (nil, nil, nil)
    }
}

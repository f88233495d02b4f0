import CCurl
import Time

extension TransportError {
    /// What a result code of libcurl means to a sender. `text` is libcurl's own message, already free of secrets.
    init(curl code: CURLcode, text: String, timeout: TimeSpan?, reachedWire: Bool) {
        // A failure after a first request, on the way to where a redirect pointed, must not look as if nothing had been sent.
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            guard let timeout else {
                self = .connect("no connection within 30s")
                return
            }
            self = .timeout(timeout, reachedWire: reachedWire)
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            self = reachedWire ? .io(text, reachedWire: true) : .invalidRequest(text)
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            self = reachedWire ? .io(text, reachedWire: true) : .resolve(text)
        case CURLE_COULDNT_CONNECT:
            self = reachedWire ? .io(text, reachedWire: true) : .connect(text)
        case CURLE_PROXY:
            self = reachedWire ? .io(text, reachedWire: true) : .proxy(text)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT, CURLE_SSL_CRL_BADFILE, CURLE_USE_SSL_FAILED:
            self = .tls(text, reachedWire: reachedWire)
        case CURLE_GOT_NOTHING:
            self = .io("the server closed the connection without an answer", reachedWire: reachedWire)
        default:
            self = .io(text, reachedWire: reachedWire)
        }
    }
}

import AlertCore
import ClientConfiguration
import Transport

extension DeliveryOutcome {
    /// What a request without an answer means: it may work later.
    init(_ error: TransportError) {
        switch error {
        case .cancelled: self = .cancelled
        case .timeout: self = .retryable(.contextDeadlineExceeded, message: error.description)
        default: self = .retryable(.other, message: error.description)
        }
    }

    /// What an answer means whose status is not a success (reference 5.4): only a server's own trouble may pass.
    init(refusedBy response: HTTPResponse) {
        let shown = response.excerpt(bytes: 512)
        let message = "unexpected status code \(response.status): <redacted>" + (shown.isEmpty ? "" : ": \(shown)")
        switch response.status {
        case 500...: self = .retryable(.serverError, message: message)
        case 401, 403: self = .failed(.authError, message: message)
        case 429: self = .failed(.rateLimited, message: message)
        case 400..<500: self = .failed(.clientError, message: message)
        default: self = .failed(.other, message: message)
        }
    }

    /// When an attempt had no time left to begin.
    static let noTimeLeft = DeliveryOutcome.retryable(.contextDeadlineExceeded, message: "no time left before the deadline")
}

extension TextSource {
    /// The text as it is now: a file is read at every notification, so that a rotated secret is used at once; white space around it is dropped.
    func current() -> Result<String, FileReader.Fault> {
        switch self {
        case .inline(let text): .success(text)
        case .file(let path):
            FileReader.contents(of: path).map { bytes in
                let start = bytes.drop { $0 <= 0x20 }
                let end = start.lastIndex { $0 > 0x20 } ?? start.startIndex
                return start.isEmpty ? "" : String(decoding: start[...end], as: UTF8.self)
            }
        }
    }
}

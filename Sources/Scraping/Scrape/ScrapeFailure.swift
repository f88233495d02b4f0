import Exposition
import Transport

/// Why a scrape failed. One line for the targets API and the log.
enum ScrapeFailure: Error, Equatable, CustomStringConvertible {
    /// No whole answer came.
    case request(TransportError)
    /// An answer with another status than 200.
    case status(Int)
    /// The type of the answer is none that can be read.
    case contentType(String)
    /// The body, as it is without compression, is larger than `body_size_limit`.
    case bodySizeLimit(Int)
    /// The body is not in the format that its type says.
    case exposition(ExpositionError)
    /// More samples than `sample_limit`.
    case sampleLimit(count: Int, limit: Int)
    /// A series is over one of the limits of labels.
    case labelLimit(String)
    /// A name that `metric_name_validation_scheme: legacy` forbids.
    case invalidName(String)
    /// The job has more targets than `target_limit`.
    case targetLimit(String)

    var description: String {
        switch self {
        case .request(let error): error.description
        case .status(let status): "the target answered with status \(status), 200 is needed"
        case .contentType(let message), .labelLimit(let message), .invalidName(let message), .targetLimit(let message): message
        case .bodySizeLimit(let limit): "body_size_limit exceeded: the body is larger than \(limit) bytes"
        case .exposition(let error): "the body cannot be parsed: \(error.description)"
        case .sampleLimit(let count, let limit): "sample_limit exceeded: \(count) samples after relabelling, the limit is \(limit)"
        }
    }

    /// What stays the same while a trouble goes on: descriptions may tell of milliseconds.
    var kind: String {
        switch self {
        case .request(.unavailable): "unavailable"
        case .request(.invalidRequest): "request"
        case .request(.unreadableFile): "file"
        case .request(.token): "token"
        case .request(.resolve): "name"
        case .request(.connect): "connection"
        case .request(.proxy): "proxy"
        case .request(.tls): "tls"
        case .request(.timeout): "timeout"
        case .request(.cancelled), .request(.shutDown): "end"
        case .request(.io): "exchange"
        case .request(.responseTooLarge), .bodySizeLimit: "size"
        case .status(let status): "status \(status)"
        case .contentType: "type"
        case .exposition: "body"
        case .sampleLimit: "samples"
        case .labelLimit, .invalidName: "labels"
        case .targetLimit: "targets"
        }
    }
}

import JSON
import Labels
import PromQL
import Transport

/// What a query API answered (reference 4.1, 4.2), read strictly: a result is taken only from a whole answer that says it is a success.
enum RemoteAnswer {
    /// The result, or why there is none.
    static func read(_ response: HTTPResponse, to call: RemoteCall) throws(RemoteFailure) -> QueryResult {
        let isSuccess = (200..<300).contains(response.status)
        let envelope: RemoteEnvelope
        do throws(AnswerProblem) { envelope = try RemoteEnvelope(response.body) } catch {
            guard isSuccess else { throw failure(response, error: nil) }
            throw RemoteFailure("the answer is not the query API's: \(error)", isOutage: true)
        }
        guard isSuccess else { throw failure(response, error: envelope) }
        switch envelope.status {
        case "success": break
        case "error": throw RemoteFailure(envelope.errorText ?? "an error without text")
        case let other:
            let found = other.map { "\"\($0)\"" } ?? "no status"
            throw RemoteFailure("the answer is not the query API's: \(found) where \"success\" must stand", isOutage: true)
        }
        guard let data = envelope.data else {
            throw RemoteFailure("the answer is not the query API's: a success without \"data\"", isOutage: true)
        }
        var reader = RemoteDataReader(bytes: response.body)
        let value: QueryValue
        do throws(AnswerProblem) { value = try reader.value(in: data) } catch {
            throw RemoteFailure("the answer is not the query API's: \(error)", isOutage: true)
        }
        try check(value, isAnswerTo: call)
        var result = QueryResult(value: value)
        result.warnings = envelope.warnings
        result.infos = envelope.infos
        if envelope.isPartial { result.warnings.append("the answer is partial: some of the source's storage did not answer") }
        if reader.skippedHistograms > 0 {
            result.warnings.append(
                "PromQL warning: \(reader.skippedHistograms) native histogram samples were left out: only floats are supported here")
        }
        return result
    }

    /// The last bullet of reference 4.2: only vectors and scalars are results of rules, and only a matrix is one of a range.
    private static func check(_ value: QueryValue, isAnswerTo call: RemoteCall) throws(RemoteFailure) {
        switch (call, value) {
        case (.instant, .vector), (.instant, .scalar), (.range, .matrix): return
        case (.instant, _): throw RemoteFailure("rule result is not a vector or scalar but a \(value.typeName)")
        case (.range, _): throw RemoteFailure("the result of a range query is a \(value.typeName) where a matrix must stand")
        }
    }

    /// What a status other than 2xx means. Proxies answer with texts of their own.
    private static func failure(_ response: HTTPResponse, error: RemoteEnvelope?) -> RemoteFailure {
        let status = response.status
        if let error, let text = error.errorText {
            // The server is there and says that this query is at fault, or takes too long: asking again would only add to its load.
            let isAnswered = ["bad_data", "execution", "canceled", "timeout", "not_found", "not_acceptable"].contains(error.errorType)
            return RemoteFailure(
                "\(status): \(text)", isOutage: !isAnswered && isOutage(status), mayPass: !isAnswered && mayPass(status))
        }
        let excerpt = response.excerpt(bytes: 200).split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
        let text = excerpt.isEmpty ? "answered with status \(status)" : "answered with status \(status): \(excerpt)"
        return RemoteFailure(text, isOutage: isOutage(status), mayPass: mayPass(status))
    }

    private static func isOutage(_ status: Int) -> Bool { status >= 500 || status == 429 || status == 408 }

    private static func mayPass(_ status: Int) -> Bool { (502...504).contains(status) }
}

extension QueryValue {
    /// The type's name in the API.
    var typeName: String {
        switch self {
        case .scalar: "scalar"
        case .string: "string"
        case .vector: "vector"
        case .matrix: "matrix"
        }
    }
}

/// What is wrong with an answer, and where.
struct AnswerProblem: Error, CustomStringConvertible {
    let message: String
    /// Bytes before it.
    let offset: Int

    init(_ message: String, at offset: Int) {
        self.message = message
        self.offset = offset
    }

    /// - Parameter start: Where the text that was read begins in the answer.
    init(_ error: JSONError, from start: Int = 0) { self.init(error.message, at: start + error.offset) }

    var description: String { "\(message) (byte \(offset))" }
}

/// The outer object of every answer (reference 4.1). The data is only looked over; its place is kept.
struct RemoteEnvelope {
    var status: String?
    var data: Range<Int>?
    var errorType = ""
    var error: String?
    var warnings: [String] = []
    var infos: [String] = []
    /// VictoriaMetrics says so instead of warning.
    var isPartial = false

    /// The error with its kind.
    var errorText: String? { error.map { errorType.isEmpty ? $0 : "\(errorType): \($0)" } }

    init(_ body: [UInt8]) throws(AnswerProblem) {
        var envelope = Self()
        do throws(JSONError) {
            try JSONReader.read(body) { (reader: inout JSONReader) throws(JSONError) in
                try reader.beginObject()
                while let key = try reader.nextKey() {
                    switch key {
                    case "status": envelope.status = try reader.readString().string
                    case "data":
                        let start = reader.offset
                        try reader.skipValue()
                        envelope.data = start..<reader.offset
                    case "errorType": envelope.errorType = try reader.readString().string
                    case "error": envelope.error = try reader.readString().string
                    case "warnings": envelope.warnings = try Self.strings(&reader)
                    case "infos": envelope.infos = try Self.strings(&reader)
                    case "isPartial": envelope.isPartial = try reader.readBool()
                    default: try reader.skipValue()
                    }
                }
                try reader.finish()
            }
        } catch { throw AnswerProblem(error) }
        self = envelope
    }

    private init() {}

    private static func strings(_ reader: inout JSONReader) throws(JSONError) -> [String] {
        if try reader.readNull() { return [] }
        var texts: [String] = []
        try reader.beginArray()
        while try reader.nextElement() { texts.append(try reader.readString().string) }
        return texts
    }
}

import SampleStore
import WebServer

/// Samples sent by others: remote write, version 1.
extension QueryAPI {
    private static let maximumBytes = 64 << 20

    /// Stores what can be stored. 204 when that was all; 400, which tells the sender not to try again, with the number of samples refused and why.
    func receive(_ request: WebRequest) async throws(QueryAPIError) -> WebResponse {
        let written: WriteRequest
        do throws(Snappy.Problem) {
            let bytes = try Snappy.decompress(request.body, limit: Self.maximumBytes)
            do throws(ProtobufReader.Problem) { written = try WriteRequest(bytes) } catch {
                throw Snappy.Problem(message: error.message)
            }
        } catch { return WebResponse(status: 400, text: "not a remote-write request: \(error.message)\n") }
        for (metric, metadata) in written.metadata { store.setMetadata(metadata, of: metric) }
        let outcome = store.append(written.batch)
        guard !outcome.rejections.isEmpty else { return WebResponse(status: 204) }
        let reasons = RejectionReason.allCases.compactMap { reason in
            outcome.rejected[reason] > 0 ? "\(reason.rawValue) \(outcome.rejected[reason])" : nil
        }
        return WebResponse(
            status: 400, text: "\(outcome.rejections.count) of \(written.batch.count) samples refused: \(reasons.joined(separator: ", "))\n"
        )
    }
}

import AlertCore
import JSON
import WebServer

/// POST `/alerts` (reference 3.6): decoded without a lock, taken in under it, answered when durable.
extension API {
    func postAlerts(_ request: WebRequest) async throws(RequestError) -> WebResponse {
        guard !request.body.isEmpty else { throw .required("alerts") }
        let (now, resolveTimeout) = access.read { machine, now in (now.wall, machine.configuration.resolveTimeout) }
        var decoder = AlertsDecoder(
            now: now, resolveTimeout: resolveTimeout, mode: identity.matcherMode.labelNameMode,
            senders: SenderFinder(request, book: access.senders, at: now))
        let batch = try decoder.decode(request.body)
        access.metrics.countReceived(firing: batch.firing, resolved: batch.resolved, invalid: batch.problems.count)
        if !batch.alerts.isEmpty {
            do {
                try await access.receive(batch.alerts)
            } catch {
                throw .handler(status: 503, "the alerts are routed but not yet safe on disk, send them again: \(error)")
            }
        }
        guard batch.problems.isEmpty else { throw .handler(status: 400, batch.problems.joined(separator: "\n")) }
        return WebResponse(status: 200)
    }
}

import JSON
import Time
import WebServer

extension API {
    /// POST `drill`: plays the faults of alerts to the rules in force and sends what fires, marked as a drill. The body may name alerts:
    /// `{"alerts":["GatewayDown"]}`; without it all that must fire are meant. The answer is 200 also when something is not proved: see `proven`.
    func postDrill(_ request: WebRequest) async throws(OperatorError) -> WebResponse {
        let report = try await access.drillDesk.run(try alertnames(request.body), by: access)
        return .json(report.json(zone: .local))
    }

    private func alertnames(_ body: [UInt8]) throws(OperatorError) -> [String] {
        guard !JSONBody.isBlank(body) else { return [] }
        do {
            let root = JSONElement(try JSONValue.parse(body))
            for (key, element) in try root.members() where key != "alerts" {
                throw element.invalid("there is no such member; known: alerts")
            }
            var names: [String] = []
            for name in try root.optionalMember("alerts")?.elements().map({ element throws(JSONDecodingError) in try element.string() })
                ?? []
            where !names.contains(name) { names.append(name) }
            return names
        } catch {
            throw OperatorError(
                status: 400, message: "the body is not what it should be: \(error)", advice: #"write it like {"alerts":["GatewayDown"]}"#)
        }
    }
}

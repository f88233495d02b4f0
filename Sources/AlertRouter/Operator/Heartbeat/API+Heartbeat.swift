import JSON
import WebServer

extension API {
    /// GET `heartbeat`: 200 only while alerts would reach people, else 503; every check with its state.
    func getHeartbeat() -> WebResponse {
        let report = access.heartbeatReport
        var json = JSONWriter()
        report.write(into: &json)
        return .json(json, status: report.isOK ? 200 : 503)
    }
}

import AlertCore
import JSON
import Time
import WebServer

/// Status and receivers (reference 3.3, 3.4).
extension API {
    func getStatus() -> WebResponse {
        var json = JSONWriter()
        json.beginObject()
        json.key("cluster")
        write(identity.cluster, into: &json)
        json.key("config")
        json.beginObject()
        json.key("original")
        json.string(access.configurationText)
        json.endObject()
        json.key("uptime")
        json.time(identity.startedAt)
        json.key("versionInfo")
        writeVersion(into: &json)
        json.endObject()
        return .json(json)
    }

    private func write(_ cluster: ClusterStatus, into json: inout JSONWriter) {
        let isEnabled = !cluster.listenAddress.isEmpty
        json.beginObject()
        if isEnabled {
            json.key("name")
            json.string(cluster.name)
        }
        json.key("peers")
        json.beginArray()
        if isEnabled {
            json.beginObject()
            json.key("address")
            json.string(cluster.listenAddress.hasPrefix(":") ? "0.0.0.0" + cluster.listenAddress : cluster.listenAddress)
            json.key("name")
            json.string(cluster.name)
            json.endObject()
        }
        json.endArray()
        json.key("status")
        json.string(cluster.status)
        json.endObject()
    }

    /// The version is Alertmanager's, because clients compare it with their own; ours is the revision.
    private func writeVersion(into json: inout JSONWriter) {
        json.beginObject()
        for name in ["branch", "buildDate", "buildUser", "goVersion"] {
            json.key(name)
            json.string("")
        }
        json.key("revision")
        json.string("flatalert-\(ProductInfo.version)")
        json.key("version")
        json.string(ProductInfo.alertmanagerVersion)
        json.endObject()
    }

    func getReceivers(_ query: QueryParameters) throws(RequestError) -> WebResponse {
        let filter = try ReceiverFilter(query, parser: matcherParser)
        var json = JSONWriter()
        json.beginArray()
        for receiver in access.read({ machine, _ in machine.configuration.receivers }) where filter.accepts(receiver) {
            json.beginObject()
            json.key("labels")
            json.labels(receiver.labels)
            json.key("name")
            json.string(receiver.name)
            json.endObject()
        }
        json.endArray()
        return .json(json)
    }
}

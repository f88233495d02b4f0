import AlertRouter
import Exporters
import JSON
import WebServer

/// What the web server of one exporter answers.
struct ExporterPages: Sendable {
    /// How the sources fare, for `flatalert doctor`.
    static let sourcesPath = "/-/sources"

    let exporter: Exporter
    var telemetryPath = "/metrics"

    func respond(to request: WebRequest) async -> WebResponse {
        guard [telemetryPath, "/", "/-/healthy", "/-/ready", Self.sourcesPath].contains(request.path) else {
            return WebResponse(status: 404, text: "404 page not found; the metrics are at \(telemetryPath)\n")
        }
        guard request.method == "GET" || request.method == "HEAD" else {
            return WebResponse(status: 405, headers: [("Allow", "GET, HEAD")], body: .bytes(Array("Method Not Allowed\n".utf8)))
        }
        switch request.path {
        case telemetryPath: return await Self.metrics(of: exporter, for: request)
        case Self.sourcesPath:
            await exporter.collect()
            return Self.json([(exporter, nil)])
        case "/":
            await exporter.collect()
            return front
        default: return WebResponse(status: 200, text: "OK\n")
        }
    }

    /// The metrics in the form that the request asks for.
    static func metrics(of exporter: Exporter, for request: WebRequest) async -> WebResponse {
        let page = await exporter.page(
            accept: joined(request.headers[all: "Accept"]), acceptEncoding: joined(request.headers[all: "Accept-Encoding"]))
        return WebResponse(status: page.status, headers: page.headers, body: .bytes(page.body))
    }

    /// How the sources of exporters fare, with the paths of their pages behind the route prefix where they are not alone.
    static func json(_ exporters: [(exporter: Exporter, path: String?)]) -> WebResponse {
        var json = JSONWriter()
        json.beginObject()
        json.key("version")
        json.string(ProductInfo.version)
        json.key("exporters")
        json.beginArray()
        for (exporter, path) in exporters {
            json.beginObject()
            json.key("name")
            json.string(exporter.name)
            if let path {
                json.key("path")
                json.string(path)
            }
            json.key("sources")
            json.beginArray()
            for source in exporter.sources {
                json.beginObject()
                json.key("name")
                json.string(source.name)
                json.key("place")
                json.string(source.place)
                if let problem = source.problem {
                    json.key("problem")
                    json.string(problem)
                    json.key("advice")
                    json.string(source.advice)
                }
                json.endObject()
            }
            json.endArray()
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return WebResponse(status: 200, headers: [("Content-Type", "application/json")], body: .bytes(json.bytes))
    }

    /// Several header fields of one name are one with commas.
    private static func joined(_ values: [String]) -> String? { values.isEmpty ? nil : values.joined(separator: ", ") }

    private var front: WebResponse {
        let sources = exporter.sources.map { source in
            let state = source.problem.map { "\($0). \(source.advice)" } ?? "ok"
            return "<tr><td>\(source.name.htmlEscaped)<td>\(source.place.htmlEscaped)<td>\(state.htmlEscaped)\n"
        }
        let text = """
            <!DOCTYPE html>
            <meta charset="utf-8"><title>Flatalert: \(exporter.name) exporter</title>
            <h1>Flatalert \(ProductInfo.version): \(exporter.name) exporter</h1>
            <p><a href=".\(telemetryPath.htmlEscaped)">Metrics</a></p>
            <table>
            \(sources.joined())</table>

            """
        return WebResponse(
            status: 200,
            headers: [
                ("Content-Type", "text/html; charset=utf-8"), ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "default-src 'none'"),
            ], body: .bytes(Array(text.utf8)))
    }
}

import WebServer

/// Runs a server on a free loopback port while the body works.
func withServer<Value>(
    _ change: (inout WebServerOptions) -> Void = { _ in }, handler: @escaping @Sendable (WebRequest) async -> WebResponse,
    _ body: (WebServer, String) async throws -> Value
) async throws -> Value {
    var options = WebServerOptions(listen: ["127.0.0.1:0"])
    change(&options)
    let server = WebServer(options: options, handler: handler)
    let address = try await server.start()[0]
    do {
        let value = try await body(server, address)
        await server.shutdown(within: .zero)
        return value
    } catch {
        await server.shutdown(within: .zero)
        throw error
    }
}

/// Answers with what was asked.
func echo(_ request: WebRequest) async -> WebResponse {
    let text = "\(request.method) \(request.path)?\(request.query) \(request.headers["x-test"] ?? "-") \(request.body.count)"
    return WebResponse(status: 200, text: text)
}

import AlertCore
import Exposition
import Testing
import WebServer

@testable import AlertRouter

@Suite("API conventions")
struct ConventionTests {
    let router = FakeRouter()

    @Test("a path that is none is answered 404 in the framework's shape under the API, in plain text elsewhere")
    func unknownPaths() async {
        let api = await router.get("/api/v2/x")
        #expect(api.status == 404)
        #expect(api.text == #"{"code":404,"message":"path /api/v2/x was not found"}"# + "\n")
        #expect(api["Content-Type"] == "application/json" && api["Cache-Control"] == "no-store")
        for path in ["/x", "/api", "/api/v3/status", "/metrics/x", "/api/v2x"] {
            let plain = await router.get(path)
            #expect(plain.status == 404 && plain.text == "404 page not found\n", "\(path)")
        }
    }

    @Test(
        "a wrong method is answered 405 with the right ones",
        arguments: [
            ("PUT", "/api/v2/alerts", "GET,POST"), ("HEAD", "/api/v2/status", "GET"), ("POST", "/api/v2/alerts/groups", "GET"),
            ("POST", "/api/v2/silence/00000000-0000-0000-0000-000000000000", "DELETE,GET"), ("OPTIONS", "/api/v2/silences", "GET,POST"),
        ])
    func wrongMethods(method: String, path: String, allowed: String) async {
        let answer = await router.send(method, path)
        #expect(answer.status == 405)
        #expect(answer["Allow"] == allowed)
        #expect(answer.text == #"{"code":405,"message":"method \#(method) is not allowed, but [\#(allowed)] are"}"# + "\n")
        let plain = await router.send("POST", "/metrics")
        #expect(plain.status == 405 && plain.text == "Method Not Allowed\n" && plain["Allow"] == "GET, OPTIONS")
        let asked = await router.send("OPTIONS", "/-/healthy")
        #expect(asked.status == 200 && asked.text.isEmpty && asked["Allow"] == "GET, HEAD, OPTIONS")
    }

    @Test("segments that say nothing are left out of a path; a GET is sent there, a POST is not: it would lose its body")
    func uncleanPaths() async {
        for path in ["//api/v2/alerts", "/api//v2/alerts", "/api/v2/./alerts", "/api/v2/x/../alerts", "/../api/v2/alerts"] {
            let posted = await router.send("POST", path, headers: ["Content-Type": "application/json"], body: "[]")
            #expect(posted.status == 200, "\(path)")
            let read = await router.get(path)
            #expect(read.status == 301 && read["Location"] == "/api/v2/alerts", "\(path)")
        }
        #expect(await router.get("/..")["Location"] == "/")
        #expect(await router.get("/%2D/healthy").status == 200)
        #expect(await router.get("/api/v2/%61lerts").status == 404)
        #expect(await router.get("/.well-known/x").status == 404)
    }

    @Test("a plain path with a slash too many leads to the one without")
    func trailingSlash() async {
        let read = await router.get("/metrics/")
        #expect(read.status == 301 && read["Location"] == "/metrics")
        let posted = await router.send("POST", "/-/reload/")
        #expect(posted.status == 308 && posted["Location"] == "/-/reload")
        #expect(await router.send("POST", "/metrics/").status == 404)
    }

    @Test("a body that is not declared as JSON is answered 415")
    func mediaTypes() async {
        for (type, shown) in [("text/plain", "text/plain"), ("Application/XML; a=b", "application/xml")] {
            let answer = await router.send("POST", "/api/v2/alerts", headers: ["Content-Type": type], body: "[]")
            #expect(answer.status == 415)
            #expect(answer.json?["code"] == 415)
            #expect(answer.json?["message"]?.stringValue == "unsupported media type \"\(shown)\", only [application/json] are allowed")
        }
        let missing = await router.send("POST", "/api/v2/silences", body: "{}")
        #expect(missing.status == 415)
        #expect(missing.json?["message"]?.stringValue?.hasPrefix("unsupported media type \"application/octet-stream\"") == true)
        for type in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
            let answer = await router.send("POST", "/api/v2/alerts", headers: ["Content-Type": type], body: "[]")
            #expect(answer.status == 200, "\(type)")
        }
    }

    @Test("an Accept that JSON does not satisfy is answered 406")
    func accept() async {
        for accept in ["text/html", "application/json;q=0", "text/*, image/png"] {
            let answer = await router.send("GET", "/api/v2/status", headers: ["Accept": accept])
            #expect(answer.status == 406, "\(accept)")
            #expect(
                answer.text == #"{"code":406,"message":"unsupported media type requested, only [application/json] are available"}"# + "\n")
        }
        for accept in ["*/*", "application/*", "text/html, application/json;q=0.9", ""] {
            let answer = await router.send("GET", "/api/v2/status", headers: ["Accept": accept])
            #expect(answer.status == 200, "\(accept)")
        }
    }

    @Test("pages of other sites may read and, where they are trusted, post, but not delete")
    func crossOrigin() async {
        let router = FakeRouter(origins: .all)
        let plain = await router.get("/api/v2/receivers")
        #expect(plain["Access-Control-Allow-Origin"] == nil && plain["Vary"] == "Origin")
        let foreign = await router.send("GET", "/api/v2/receivers", headers: ["Origin": "http://x"])
        #expect(foreign["Access-Control-Allow-Origin"] == "*" && foreign["Cache-Control"] == "no-store")

        func preflight(_ method: String, fields: String? = nil) async -> Answer {
            let all =
                [("Origin", "http://x"), ("Access-Control-Request-Method", method)]
                + (fields.map { [("Access-Control-Request-Headers", $0)] } ?? [])
            return await router.send("OPTIONS", "/api/v2/alerts", headers: WebHeaders(all))
        }
        let post = await preflight("POST", fields: "content-type")
        #expect(
            post.status == 204 && post["Access-Control-Allow-Methods"] == "POST" && post["Access-Control-Allow-Headers"] == "content-type")
        let delete = await preflight("DELETE")
        #expect(delete.status == 204 && delete["Access-Control-Allow-Methods"] == nil && delete["Access-Control-Allow-Origin"] == nil)
        let field = await preflight("GET", fields: "X-Secret")
        #expect(field["Access-Control-Allow-Origin"] == nil)
    }

    @Test("the first API is gone on every path it had")
    func version1() async {
        for path in ["status", "receivers", "alerts", "silences", "silence/x"] {
            for method in ["GET", "POST", "DELETE"] {
                let answer = await router.send(method, "/api/v1/\(path)")
                #expect(answer.status == 410)
                #expect(answer.json?["status"] == "deprecated")
                #expect(answer.json?["error"]?.stringValue?.isEmpty == false)
            }
        }
        #expect(await router.get("/api/v1/x").status == 404)
    }

    @Test("health and readiness answer OK, a page names the version")
    func operations() async {
        for path in ["/-/healthy", "/-/ready"] {
            let answer = await router.get(path)
            #expect(answer.status == 200 && answer.text == "OK")
            let asked = await router.send("HEAD", path)
            #expect(asked.status == 200 && asked["Content-Type"] == nil)
            #expect(await router.send("POST", path).status == 405)
        }
        let page = await router.get("/")
        #expect(page.text.contains(ProductInfo.version) && page["Cache-Control"] == "no-cache, no-store, must-revalidate")
    }

    @Test("reload answers 200 without a body, or 500 with what is wrong")
    func reload() async {
        let good = await router.send("POST", "/-/reload")
        #expect(good.status == 200 && good.text.isEmpty)
        router.state.withLockedValue { $0.reloadProblem = "a.yml:1:1: no route" }
        let bad = await router.send("POST", "/-/reload")
        #expect(bad.status == 500 && bad.text == "failed to reload config: a.yml:1:1: no route\n")
        #expect(await router.get("/-/reload").status == 405)
        #expect(router.state.withLockedValue { $0.reloads } == 2)
    }

    @Test("with a route prefix everything is under it and / leads there")
    func prefix() async {
        let router = FakeRouter(prefix: "/am")
        let root = await router.get("/")
        #expect(root.status == 302 && root["Location"] == "/am")
        #expect(await router.send("POST", "/").status == 405)
        // The links of the page are relative.
        let bare = await router.get("/am")
        #expect(bare.status == 301 && bare["Location"] == "/am/")
        #expect(await router.send("POST", "/am").status == 404)
        for path in ["/am/", "/am/-/healthy", "/am/metrics", "/am/api/v2/alerts", "/am/api/v2/status"] {
            #expect(await router.get(path).status == 200, "\(path)")
        }
        for path in ["/-/healthy", "/api/v2/alerts", "/amx/-/healthy", "/am2"] {
            #expect(await router.get(path).status == 404, "\(path)")
        }
        #expect(await router.get("/am/api/v2/x").json?["message"] == "path /api/v2/x was not found")
    }

    @Test("the metrics show requests by templated path, method and code")
    func metrics() async {
        _ = await router.get("/api/v2/silence/00000000-0000-0000-0000-000000000000")
        _ = await router.get("/api/v2/status")
        let answer = await router.get("/metrics")
        #expect(answer["Content-Type"] == ExpositionFormat.text.contentType)
        let prefix = "alertmanager_http_request_duration_seconds_count"
        #expect(answer.text.contains(#"\#(prefix){handler="/api/v2/silence/{silenceID}",method="get",code="404"} 1"# + "\n"))
        #expect(answer.text.contains(#"\#(prefix){handler="/api/v2/status",method="get",code="200"} 1"# + "\n"))
        #expect(answer.text.contains(#"alertmanager_http_response_size_bytes_count{handler="/api/v2/status",method="get"} 1"# + "\n"))
    }

    @Test("the counts of the server are among the metrics")
    func serverMetrics() async {
        let server = WebServer(options: WebServerOptions(listen: [])) { _ in WebResponse(status: 200) }
        let api = API(access: router)
        api.attach(server)
        let text = String(decoding: router.metrics.registry.render(), as: UTF8.self)
        #expect(text.contains("alertmanager_http_requests_in_flight{method=\"get\"} 0\n"))
        #expect(text.contains("# TYPE alertmanager_http_concurrency_limit_exceeded_total counter\n"))
    }

    @Test("status shows configuration, start, version and the instance as its own cluster")
    func status() async {
        let answer = await router.get("/api/v2/status")
        let version =
            #"{"branch":"","buildDate":"","buildUser":"","goVersion":"","revision":"flatalert-\#(ProductInfo.version)","version":"0.34.0"}"#
        #expect(
            answer.text
                == #"{"cluster":{"name":"me","peers":[{"address":"0.0.0.0:9094","name":"me"}],"status":"ready"},"#
                + #""config":{"original":"route:\n  receiver: \u003csecret\u003e \u0026 co\n"},"uptime":"2026-01-01T12:00:00.000Z","#
                + #""versionInfo":\#(version)}"# + "\n")
        let alone = await FakeRouter(cluster: ClusterStatus(listenAddress: "")).get("/api/v2/status")
        #expect(alone.text.hasPrefix(#"{"cluster":{"peers":[],"status":"disabled"},"config""#))
    }

    @Test("receivers are listed in configuration order and filtered by their labels")
    func receivers() async {
        let all = await router.get("/api/v2/receivers")
        #expect(all.json?.arrayValue?.map { $0["name"]?.stringValue } == ["default", "a", "b", "unused"])
        #expect(all.text.contains(#"{"labels":{"name":"a","tier":"gold"},"name":"a"}"#))
        let some = await router.get("/api/v2/receivers?receiver_matchers=tier%3Dgold&receiver_matchers=name!%3Da")
        #expect(some.json?.arrayValue?.map { $0["name"]?.stringValue } == ["b"])
        let bad = await router.get("/api/v2/receivers?receiver_matchers=%7B")
        #expect(bad.status == 400)
        #expect(bad.json?.stringValue?.hasPrefix("failed to parse receiver_matchers param: ") == true)
    }
}

import Glibc
import Testing

@testable import Exporters

private func read(_ text: String) -> NginxConfiguration {
    var interpreter = NginxInterpreter()
    interpreter.read(Array(text.utf8)) { _, _ in }
    return interpreter.finished()
}

private func tokens(_ text: String) -> [NginxTokens.Token] {
    var tokens = NginxTokens(Array(text.utf8))
    var all: [NginxTokens.Token] = []
    while let token = tokens.next() { all.append(token) }
    return all
}

private func summary(_ configuration: NginxConfiguration) -> [String] {
    (configuration.upstreams + configuration.bareAddresses).map { upstream in
        let path = upstream.path.map { " \($0.port.map { ":\($0)" } ?? "")\($0.path)" } ?? ""
        return "\(upstream.name) = \(upstream.addresses.map(\.text).joined(separator: " "))\(path)"
    }
}

@Suite("nginx's configuration")
struct NginxConfigurationTests {
    @Test("words, quotes, escapes, comments and blocks become tokens")
    func words() {
        #expect(
            tokens("\u{FEFF}a  'b c' \"d;\\\"e\" # f {\n;") == [
                .word("a"), .word("b c"), .word("d;\"e"), .end,
            ])
        #expect(tokens("x{y z;}") == [.word("x"), .open, .word("y"), .word("z"), .end, .close])
        #expect(
            tokens(#"include F:\flatnet\config\conf.d\*.conf;"#) == [.word("include"), .word(#"F:\flatnet\config\conf.d\*.conf"#), .end])
        #expect(tokens("return 200 ${host}/x; # end") == [.word("return"), .word("200"), .word("${host}/x"), .end])
        #expect(tokens("a#b c") == [.word("a#b"), .word("c")])
        #expect(tokens("'never ends").last == .word("never ends"))
    }

    @Test("upstream blocks, their servers and the paths that lead to them")
    func flatnet() {
        let text = """
            worker_processes 1;
            events { worker_connections 1024; }
            http {
                map $status $level { ~^5 ERROR; default INFO; }
                server {
                    listen 80 default_server;
                    location / { root html; }
                    location = /health { access_log off; return 200 "OK; }\\n"; }
                    location ^~ /wsl2/ { proxy_pass http://wsl2_backend/; }
                    location ~ ^/x/(.*)$ { proxy_pass http://other_group; }
                    location /late/ { if ($arg_a) { proxy_pass http://other_group; } }
                }
                # The group comes after the location that uses it.
                upstream wsl2_backend { server 172.25.160.9:8080 max_fails=3; keepalive 8; }
                upstream other_group { zone x 64k; server a.example:81; server 10.0.0.2; server 10.0.0.3 down; server unix:/run/a.sock; }
                upstream flatnet_forgejo {
                    server 10.87.1.2:3000; # Forgejo
                }
                server {
                    listen 3080;
                    location / { client_max_body_size 0; proxy_pass http://flatnet_forgejo; }
                }
                server { listen 80; server_name named; location /named/ { proxy_pass http://10.9.9.9:1234/x; } }
                server { listen 443 ssl; location / { proxy_pass https://10.9.9.8; } }
                server { location /bare { proxy_pass http://$target; } }
            }
            stream { upstream s { server 1.2.3.4:5; } server { listen 22; proxy_pass s; } }
            """
        #expect(
            summary(read(text)) == [
                "wsl2_backend = 172.25.160.9:8080 :80/wsl2/", "other_group = a.example:81 10.0.0.2:80",
                "flatnet_forgejo = 10.87.1.2:3000 :3080/", "10.9.9.9:1234 = 10.9.9.9:1234", "10.9.9.8:443 = 10.9.9.8:443",
            ])
        #expect(read(text).upstreams[1].loggedAddresses == ["a.example:81", "10.0.0.2:80", "10.0.0.3:80", "unix:/run/a.sock"])
    }

    @Test("blocks of Lua are passed over, whatever braces and quotes are in them")
    func lua() {
        let text = """
            http {
                init_by_lua_block {
                    local a = "}" -- it's a } comment
                    local b = [[ } ]] --[==[ } ]] ]==]
                    if a then local t = { "{", '\\'}' } end
                }
                server { location / { content_by_lua_block { ngx.say("}") } } }
                upstream after { server 1.2.3.4:5; }
            }
            """
        #expect(summary(read(text)) == ["after = 1.2.3.4:5"])
    }

    @Test(
        "what nginx would refuse is read as far as it goes",
        arguments: [
            "upstream a { server 1.2.3.4:5", "} } upstream a { server 1.2.3.4:5; }", "http { ; ; {} upstream a { server 1.2.3.4:5; } } }",
            "upstream a { server 1.2.3.4:99999; server ; server 1.2.3.4:5; server [::1; }", "server { } upstream a { server 1.2.3.4:5; } '",
        ])
    func broken(text: String) {
        #expect(read(text).upstreams.map(\.name) == ["a"] && read(text).upstreams[0].addresses.count <= 1)
    }

    @Test("blocks that are nested too deep, and too many of them, do no harm")
    func limits() {
        let deep = String(repeating: "a {", count: 100_000) + String(repeating: "}", count: 100_000) + " upstream b { server 1.2.3.4:5; }"
        #expect(summary(read(deep)) == ["b = 1.2.3.4:5"])
        let many = (0..<5000).map { "upstream u\($0) { server 10.0.0.1:\($0 + 1); }" }.joined()
        #expect(read(many).upstreams.count == NginxConfiguration.maximumUpstreams)
    }

    @Test("includes are followed, relative to the main file, and a change of any file is seen")
    func includes() throws {
        let logs = LogFiles()
        logs.append("http { include conf.d/*.conf; include missing.conf; include \(logs.path("one")); }", to: "nginx.conf")
        logs.append("upstream one { server 10.0.0.1:1; }", to: "one")
        mkdir(logs.path("conf.d"), 0o755)
        logs.append("upstream b { server 10.0.0.2:2; include conf.d/part; }\nserver { unclosed {", to: "conf.d/b.conf")
        logs.append("upstream a { server 10.0.0.3:3; }", to: "conf.d/a.conf")
        logs.append("server 10.0.0.4:4;", to: "conf.d/part")
        let files = NginxFiles(path: logs.path("nginx.conf"))
        let first = try files.read().get()
        #expect(summary(first.configuration) == ["a = 10.0.0.3:3", "b = 10.0.0.2:2 10.0.0.4:4", "one = 10.0.0.1:1"])
        #expect(first.configuration.unreadable.map(\.key) == [logs.path("missing.conf")])
        #expect(!files.hasChanged(since: first))
        logs.append("upstream c { server 10.0.0.5:5; }", to: "conf.d/c.conf")
        #expect(files.hasChanged(since: first), "a new file of a pattern")
        let second = try files.read().get()
        #expect(second.configuration.upstreams.map(\.name) == ["a", "b", "c", "one"])
        logs.append("# longer", to: "conf.d/part")
        #expect(files.hasChanged(since: second), "a file of a file")
        logs.append("# there now", to: "missing.conf")
        #expect(try files.read().get().configuration.unreadable.isEmpty)
        #expect(throws: FileError(path: logs.path("nothing"), cause: .system(2))) {
            try NginxFiles(path: logs.path("nothing")).read().get()
        }
        #expect(throws: FileError(path: logs.path("conf.d"), cause: .noFile("a directory"))) {
            try NginxFiles(path: logs.path("conf.d")).read().get()
        }
    }

    @Test("files that include each other end")
    func circle() throws {
        let logs = LogFiles()
        logs.append("include nginx.conf; include nginx.conf; upstream a { server 10.0.0.1:1; }", to: "nginx.conf")
        let reading = try NginxFiles(path: logs.path("nginx.conf")).read().get()
        #expect(summary(reading.configuration) == ["a = 10.0.0.1:1"])
        #expect(reading.configuration.files.count <= NginxFiles.maximumFiles)
    }

    @Test(
        "paths of Windows are looked for where WSL mounts its drives",
        arguments: [
            ("F:/flatnet/config/nginx.conf", "/mnt/f/flatnet/config/nginx.conf"), (#"f:\a\b c\*.conf"#, "/mnt/f/a/b c/*.conf"),
            ("/etc/nginx/nginx.conf", "/etc/nginx/nginx.conf"), ("conf.d/*.conf", "conf.d/*.conf"), ("ab:/x", "ab:/x"), ("1:/x", "1:/x"),
            ("c:", "/mnt/c"), ("", ""), ("f:x", "f:x"),
        ])
    func drives(windows: String, wsl: String) {
        #expect(NginxFiles.local(windows) == wsl)
    }
}

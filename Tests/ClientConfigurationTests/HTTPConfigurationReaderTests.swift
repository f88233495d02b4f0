import ClientConfiguration
import StrictYAML
import Testing
import Transport

@Suite("The HTTP client's block among the keys of another") struct HTTPConfigurationReaderTests {
    /// Reads the block inlined in a mapping that has the key `name` of its own.
    private func read(_ text: String) throws -> (configuration: HTTPConfiguration?, problems: [String]) {
        let decoder = YAMLDecoder(file: "f.yml")
        let root = decoder.element(try YAMLDocument.parse(text, file: "f.yml"))
        let reader = HTTPConfigurationReader(decoder: decoder) { "/etc/\($0)" }
        let configuration = root?.mapping(as: "job") { fields in
            fields.ignore("name")
            return reader.read(fields)
        }
        return (configuration, decoder.issues.map { "\($0.position): \($0.message)" })
    }

    @Test("keys of the block are read, those of the mapping are left to their reader") func inlined() throws {
        let (configuration, problems) = try read(
            """
            name: x
            authorization: {credentials_file: token}
            tls_config: {ca_file: ca.pem, server_name: s}
            follow_redirects: false
            proxy_url: http://p:1
            http_headers: {X-A: {values: [b]}}
            """)
        #expect(problems == [])
        #expect(configuration?.options.authorization == Authorization(credentials: .file("/etc/token")))
        #expect(configuration?.options.tls == TLSOptions(ca: .file("/etc/ca.pem"), serverName: "s"))
        #expect(configuration?.options.followRedirects == false)
        #expect(configuration?.options.http2 == true)
        #expect(configuration?.options.proxy.url == "http://p:1")
        #expect(configuration?.clientOptions.headers == [CustomHeader(name: "X-A", values: [.inline("b")])])
    }

    @Test("a key that belongs to neither is told with its place") func unknown() throws {
        #expect(
            try read("name: x\nfollow_redirect: true\n").problems == [
                "2:1: field follow_redirect not found in type job; did you mean follow_redirects?"
            ])
    }

    @Test("every problem is told at once") func all() throws {
        let problems = try read(
            """
            basic_auth: {username: u, password: p, password_file: f}
            authorization: {type: Basic}
            tls_config: {cert_file: c}
            no_proxy: a
            """
        ).problems
        #expect(problems.count == 5)
        #expect(problems.contains("4:11: if no_proxy is configured, proxy_url must also be configured"))
    }
}

/// What can be fuzzed, by the name that `scripts/fuzz` and the corpus folders use.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// JSON texts.
    case json
    /// YAML files.
    case yaml
    /// Matcher lists.
    case matchers
    /// Mails and their address lists.
    case mail
    /// Templates, as text and as HTML.
    case templates
    /// PromQL expressions.
    case promql
    /// Bodies of metrics in the text format, and their lint.
    case exposition
    /// Bodies of metrics in OpenMetrics, and their lint.
    case openmetrics
    /// The sample store's chunks and segments.
    case chunk
    /// Lines of access logs, in nginx's combined form and in JSON.
    case accesslog
    /// States of IPAM plugins, and network configurations.
    case ipam
    /// Lines of the CNI event log.
    case cnievents
    /// Lines of nginx's error log, and datagrams by syslog.
    case errorlog
    /// Answers of the Gateway's API and its stub_status.
    case gatewayapi
    /// Configurations of nginx.
    case nginxconf

    /// Checks the target's properties on one input.
    public func run(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .json: fuzzJSON(bytes)
        case .yaml: fuzzYAML(bytes)
        case .matchers: fuzzMatchers(bytes)
        case .mail: fuzzMail(bytes)
        case .templates: fuzzTemplates(bytes)
        case .promql: fuzzPromQL(bytes)
        case .exposition:
            fuzzExposition(bytes, .text)
            fuzzLint(bytes, .text)
        case .openmetrics:
            fuzzExposition(bytes, .openMetrics)
            fuzzLint(bytes, .openMetrics)
        case .chunk: fuzzChunk(bytes)
        case .ipam: fuzzIPAM(bytes)
        case .cnievents: fuzzCNIEvents(bytes)
        case .accesslog: fuzzAccessLog(bytes)
        case .errorlog: fuzzErrorLog(bytes)
        case .gatewayapi: fuzzGatewayAPI(bytes)
        case .nginxconf: fuzzNginxConfiguration(bytes)
        }
    }
}

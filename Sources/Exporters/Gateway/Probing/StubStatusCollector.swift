import Exposition
import Logging
import NIOConcurrencyHelpers
import Transport

/// The Gateway's connections, as nginx counts them itself.
final class StubStatusCollector: MetricCollector {
    /// nil where it is switched off.
    private let url: (@Sendable () -> String)?
    private let client: GatewayClient
    private let monitor: SourceMonitor
    private let look = SharedLook()
    private let last = NIOLockedValueBox<StubStatus?>(nil)

    init(_ address: GatewayAddress, url given: String?, client: GatewayClient, registry: MetricRegistry, log: Logger)
        throws(GatewayOptionsError)
    {
        switch given {
        case nil: url = { address.current.url.below("/stub_status") }
        case "": url = nil
        case let given?:
            let fixed = try GatewayURL(given, flag: "gateway.stub-status-url").text
            url = { fixed }
        }
        self.client = client
        monitor = SourceMonitor("page stub_status", place: url?() ?? "", log: log)
        register(in: registry)
    }

    private func register(in registry: MetricRegistry) {
        let (isOn, monitor) = (url != nil, monitor)
        registry.collect("flatnet_gateway_stub_status_up", help: "Whether nginx's stub_status page can be read.") {
            isOn ? [MetricSample(value: monitor.isUp ? 1 : 0)] : []
        }
        func show(_ name: String, _ help: String, _ type: CollectedType = .gauge, _ value: @escaping @Sendable (StubStatus) -> UInt64) {
            registry.collect(name, help: help + " From stub_status, as of its last answer.", type: type) { [last] in
                last.withLockedValue { $0 }.map { [MetricSample(value: Double(value($0)))] } ?? []
            }
        }
        show("nginx_connections_active", "Client connections, waiting ones included.") { $0.active }
        show("nginx_connections_reading", "Connections whose request is being read.") { $0.reading }
        show("nginx_connections_writing", "Connections whose answer is being made or written.") { $0.writing }
        show("nginx_connections_waiting", "Connections that are kept open and wait for a request.") { $0.waiting }
        show("nginx_connections_accepted_total", "Client connections that were accepted since nginx started.", .counter) { $0.accepted }
        show("nginx_connections_handled_total", "Client connections that were handled since nginx started.", .counter) { $0.handled }
    }

    func collect() async {
        guard let url else { return }
        await look { [self] in
            let place = url()
            let answer = await client.get(place, policy: .whole)
            switch answer {
            case .success(let page) where page.status == 200:
                guard let found = StubStatus(page.body) else {
                    monitor.report(
                        SourceProblem(
                            kind: "form", message: "GET \(place) was answered with something else: \"\(page.excerpt(bytes: 80))\"",
                            advice: "Give the address of stub_status with --gateway.stub-status-url"), place: place)
                    return
                }
                last.withLockedValue { $0 = found }
                monitor.report(nil, place: place)
            case .success(let page):
                let advice =
                    page.status == 403
                    ? "Allow this machine's address in the location of stub_status"
                    : "Include the snippet with \"location = /stub_status\" in nginx's configuration, or switch this off with "
                        + "--gateway.stub-status-url="
                monitor.report(
                    SourceProblem(kind: "\(page.status)", message: "GET \(place) was answered with \(page.status)", advice: advice),
                    place: place)
            case .failure(let error):
                monitor.report(
                    SourceProblem(
                        kind: "error", message: "GET \(place): \(error)",
                        advice: "See whether the Gateway runs, and whether --gateway.stub-status-url is right"), place: place)
            }
        }
    }

    var sources: [SourceState] { url == nil ? [] : [monitor.source] }
}

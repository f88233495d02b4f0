import ClientConfiguration
import Labels
import Logging
import MonitorFile
import NIOConcurrencyHelpers
import Time
import Transport

/// `http_sd_configs`: a list that a server gives (reference 5.6).
final class HTTPSource: DiscoverySource {
    private struct State {
        var answer: (@Sendable (DiscoveryAnswer) -> Void)?
        var task: Task<Void, Never>?
        /// Why the last ask failed; told once.
        var problem: String?
        var hasSucceeded = false
    }

    /// A list beyond this is a mistake in the URL.
    private static let limit = 64 << 20
    /// Before the first list there is nothing to keep, so a server that is still starting is asked again soon. Milliseconds.
    private static let impatience: Int64 = 5_000
    // How long an answer may take: as long as the interval, within reason.
    private static let shortest: Int64 = 5_000
    private static let longest: Int64 = 30_000

    private let configuration: HTTPDiscovery
    private let name: String
    private let transport: Transport
    private let log: Logger
    private let state = NIOLockedValueBox(State())

    init(_ configuration: HTTPDiscovery, name: String, transport: Transport, log: Logger) {
        self.configuration = configuration
        self.name = name
        self.transport = transport
        self.log = log
    }

    func start(_ answer: @escaping @Sendable (DiscoveryAnswer) -> Void) {
        state.withLockedValue { $0.answer = answer }
        refresh()
    }

    func refresh() {
        state.withLockedValue { state in
            guard state.answer != nil else { return }
            state.task?.cancel()
            state.task = Task { [weak self] in
                while !Task.isCancelled, let pause = await self?.ask() {
                    try? await Task.sleep(for: .milliseconds(pause))
                }
            }
        }
    }

    func stop() {
        state.withLockedValue { state in
            state.answer = nil
            state.task?.cancel()
            state.task = nil
        }
    }

    /// Asks once and tells what came of it. Returns the milliseconds until the next time; nil when nobody wants to know any more.
    private func ask() async -> Int64? {
        let outcome = await fetch()
        // A request that was cut off by a refresh says nothing: the refresh asks itself.
        guard !Task.isCancelled else { return nil }
        let answer: DiscoveryAnswer
        switch outcome {
        case .success(let groups): answer = DiscoveryAnswer(groups: groups)
        case .failure: answer = DiscoveryAnswer(groups: nil, failures: 1)
        }
        let (tell, pause, former) = state.withLockedValue { state in
            let former = state.problem
            switch outcome {
            case .success:
                state.hasSucceeded = true
                state.problem = nil
            case .failure(let fault): state.problem = fault.message
            }
            let pause = state.hasSucceeded ? configuration.refreshInterval : min(Self.impatience, configuration.refreshInterval)
            return (state.answer, pause, former)
        }
        guard let tell else { return nil }
        switch outcome {
        case .success(let groups):
            if former != nil { log.info("\(name): \(shownURL) answers again, \(groups.targetWords)") }
        case .failure(let fault):
            if former != fault.message {
                log.warning("\(name): the targets of \(shownURL) cannot be had, the former ones stay: \(fault.message)")
            }
        }
        tell(answer)
        return max(1, pause)
    }

    private struct Fault: Error {
        let message: String
    }

    private func fetch() async -> Result<[TargetGroup], Fault> {
        let request = HTTPRequest(
            url: configuration.url,
            headers: [
                ("Accept", "application/json"), ("X-Prometheus-Refresh-Interval-Seconds", Self.seconds(configuration.refreshInterval)),
            ],
            timeout: .milliseconds(min(max(configuration.refreshInterval, Self.shortest), Self.longest)), maximumResponseBytes: Self.limit,
            bodyPolicy: .whole,
            options: configuration.client.clientOptions)
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(request)
        } catch {
            return .failure(Fault(message: "\(error)"))
        }
        guard response.status == 200 else {
            return .failure(Fault(message: "server returned HTTP status \(response.status), 200 is needed"))
        }
        let type = response[header: "Content-Type"] ?? ""
        guard Self.isJSON(type) else {
            return .failure(Fault(message: "unsupported content type \"\(type)\", application/json is needed"))
        }
        do {
            let found = try DiscoveryReader.groups(response.body, file: shownURL, isJSON: true)
            return .success(
                found.enumerated().map { index, group in
                    TargetGroup(
                        targets: group.targets, labels: group.labels.setting("__meta_url", to: Self.withoutUser(configuration.url)),
                        source: "\(shownURL):\(index)")
                })
        } catch {
            return .failure(Fault(message: "\(error)"))
        }
    }

    /// The URL without what may be secret.
    private var shownURL: String {
        let url = Self.withoutUser(configuration.url)
        return String(url[..<(url.firstIndex { $0 == "?" || $0 == "#" } ?? url.endIndex)])
    }

    private static func withoutUser(_ url: String) -> String {
        guard let separator = url.firstRange(of: "://") else { return url }
        let rest = url[separator.upperBound...]
        let authority = rest[..<(rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex)]
        guard let at = authority.lastIndex(of: "@") else { return url }
        return String(url[..<separator.upperBound] + rest[rest.index(after: at)...])
    }

    /// `application/json`, with no charset but UTF-8.
    private static func isJSON(_ type: String) -> Bool {
        let parts = type.lowercased().split(separator: ";", omittingEmptySubsequences: false).map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        guard parts.first == "application/json" else { return false }
        return parts.count == 1 || parts.count == 2 && ["charset=utf-8", "charset=\"utf-8\""].contains(parts[1])
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        let fraction = milliseconds % 1000
        guard fraction > 0 else { return "\(milliseconds / 1000)" }
        var digits = "\(1000 + fraction)".dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(milliseconds / 1000).\(digits)"
    }
}

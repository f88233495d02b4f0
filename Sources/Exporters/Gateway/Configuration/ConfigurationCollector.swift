import Exposition
import Glibc
import Logging
import NIOConcurrencyHelpers
import Time

/// What nginx's configuration says of upstreams, read again when its files change. The last good reading stays.
final class ConfigurationCollector: MetricCollector {
    private struct State {
        var reading: NginxFiles.Reading?
        var isUp = false
    }

    private enum Outcome: Sendable {
        case unchanged
        case read(NginxFiles.Reading)
        case failed(FileError)
    }

    private let files: NginxFiles?
    private let names: UpstreamNames
    private let limit: TimeSpan
    private let monitor: SourceMonitor
    private let look = SharedLook()
    private let reader = BoundedLook<Outcome>(name: "nginx config")
    private let state = NIOLockedValueBox(State())

    init(path: String?, names: UpstreamNames, limit: TimeSpan, registry: MetricRegistry, log: Logger) {
        files = path.map { NginxFiles(path: NginxFiles.local($0)) }
        self.names = names
        self.limit = limit
        monitor = SourceMonitor("nginx configuration", place: files?.path ?? "", log: log)
        let isOn = files != nil
        registry.collect(
            "flatnet_gateway_nginx_config_up", help: "Whether nginx's configuration with the files that it includes can be read."
        ) { [monitor] in isOn ? [MetricSample(value: monitor.isUp ? 1 : 0)] : [] }
    }

    /// As of the last good reading.
    var configuration: NginxConfiguration { state.withLockedValue { $0.reading?.configuration } ?? NginxConfiguration() }

    func collect() async {
        guard let files else { return }
        await look { [self] in
            let before = state.withLockedValue { $0.isUp ? $0.reading : nil }
            let outcome = await reader.run(limit: limit) {
                if let before, !files.hasChanged(since: before) { return .unchanged }
                switch files.read() {
                case .success(let reading): return .read(reading)
                case .failure(let failure): return .failed(failure)
                }
            }
            switch outcome {
            case .success(.unchanged): break
            case .success(.read(let reading)): take(reading)
            case .success(.failed(let error)):
                state.withLockedValue { $0.isUp = false }
                monitor.report(
                    SourceProblem(
                        kind: error.found, message: error.description,
                        advice: "Give nginx's main file with --gateway.nginx-config; without it upstreams have no names"))
            case .failure:
                state.withLockedValue { $0.isUp = false }
                monitor.report(
                    SourceProblem(
                        kind: "hangs", message: "the drive of \(files.path) does not answer",
                        advice: "See whether it is mounted and its server runs"))
            }
        }
    }

    private func take(_ reading: NginxFiles.Reading) {
        names.learn(reading.configuration)
        // Trying again what could not be read costs little and needs no watch over directories.
        let unreadable = reading.configuration.unreadable.min { $0.key < $1.key }
        state.withLockedValue { state in
            state.reading = reading
            state.isUp = unreadable == nil
        }
        monitor.report(
            unreadable.map { file, why in
                SourceProblem(
                    kind: "include \(file)", message: "the included file \(file): \(why)",
                    advice: "See whether it is there and may be read; upstreams that it defines are not known")
            })
    }

    var sources: [SourceState] { files == nil ? [] : [monitor.source] }
}

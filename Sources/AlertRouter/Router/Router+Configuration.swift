import AlertCore
import Logging
import NIOConcurrencyHelpers
import Time

extension Router {
    /// The configuration in force.
    public var configuration: AlertmanagerConfiguration { loaded.withLockedValue { $0.current } }

    /// What is reloaded together with the configuration: it returns what is wrong, nil when it went well.
    public func reloadTogether(with fellow: @escaping @Sendable () async -> String?) { fellowReload.withLockedValue { $0 = fellow } }

    /// Reads the configuration file again and swaps it in, and whatever is reloaded with it; on an error the old state of what is wrong stays. Nil
    /// when all went well, else what is wrong.
    public func reload() async -> String? {
        let own = await reloadConfiguration()
        let fellow = await fellowReload.withLockedValue { $0 }?()
        let problems = [own, fellow].compactMap { $0 }
        return problems.isEmpty ? nil : problems.joined(separator: "\n")
    }

    private func reloadConfiguration() async -> String? {
        let result = try? await reloads.run { [self] () -> String? in
            let configuration: AlertmanagerConfiguration
            do {
                configuration = try options.configuration.load(mode: options.matcherMode)
            } catch {
                metrics.configurationFailed()
                keep(.reloadFailed, error: "\(error)")
                log.error("Loading configuration file failed", metadata: ["file": "\(options.configuration.name)", "err": "\(error)"])
                return "\(error)"
            }
            for warning in configuration.warnings(retention: options.machine.retention) {
                log.warning("Configuration", metadata: ["warning": "\(warning)"])
            }
            let core = configuration.core()
            perform { machine, now, effects in
                loaded.withLockedValue { $0.add(configuration, epoch: machine.epoch + 1) }
                machine.reload(core, at: now, into: &effects)
            }
            metrics.configurationLoaded(configuration, core: core, at: Clock.wall())
            receiverWatch.watch(configuration, isStart: false)
            keep(.reloaded, options.configuration.name)
            log.info("Completed loading of configuration file", metadata: ["file": "\(options.configuration.name)"])
            return nil
        }
        return result ?? nil
    }
}

import Labels
import Logging
import PromQL
import Rules
import SampleStore
import Threads

/// Running one pass, on a thread of the source's lane.
extension RuleManager {
    func run(_ pass: GroupPass) {
        let group = pass.group
        // Stopped or replaced while it waited for a thread.
        if group.isCancelled.load(ordering: .relaxed) { return noteEnd(of: pass, .dropped) }
        let begun = options.clock.now
        let (snapshot, isUrgent) = group.memory.withLockedValue { memory in
            evaluate(pass, begun, with: &memory)
            memory.lastEvaluation = begun.wall
            memory.duration = options.clock.now.monotonic - begun.monotonic
            return (memory.snapshot(interval: group.interval, source: group.source), memory.measuresTime)
        }
        group.published.withLockedValue { $0 = snapshot }
        metrics.note(pass, snapshot)
        noteEnd(of: pass, isUrgent ? .urgent : .ran)
    }

    private func evaluate(_ pass: GroupPass, _ begun: RuleClockReading, with memory: inout GroupMemory) {
        if let suspended = pass.suspended {
            memory.machine.suspend(for: suspended)
            memory.mustWriteAll = true
        }
        let source = pass.source.bounded(until: begun.monotonic + pass.group.interval * 1_000_000)
        memory.samples = 0
        for index in pass.group.definition.rules.indices {
            if index > 0, pass.group.isCancelled.load(ordering: .relaxed) { break }
            evaluate(index, in: pass, source, with: &memory)
        }
        endSeriesOfNoRules(pass, &memory)
        if memory.machine.awaitsRestoration {
            let failures = memory.machine.restoreFromSamples(now: options.clock.now.wall, source: source, settings: pass.settings)
            for (rule, error) in failures {
                log.warning(
                    "The age of former alerts cannot be found: `for` begins anew",
                    metadata: ["file": "\(pass.group.key.file)", "group": "\(pass.group.key.name)", "rule": "\(rule)", "err": "\(error)"])
            }
            memory.mustWriteAll = true
        }
        // In one transaction: a part of it would count a gap for some rules only.
        if memory.mustWriteAll {
            memory.mustWriteAll = false
            state?.write(.group(memory.machine.state, identities: memory.identities))
        }
    }

    private func evaluate(_ index: Int, in pass: GroupPass, _ source: any QuerySource, with memory: inout GroupMemory) {
        let begun = options.clock.now
        let result = memory.machine.evaluate(index, at: pass.time, source: source, settings: pass.settings)
        // `stop` has given up on it: nobody is there to be told any more.
        if isAbandoned.load(ordering: .relaxed) { return }
        if !result.alerts.isEmpty { tell(result.alerts) }
        let rejection = keep(result)
        if result.changesState, !memory.mustWriteAll {
            let key = RuleStateKey(group: pass.group.key, rule: memory.identities[index])
            state?.write(.alerts(key, memory.machine.rules[index].alerts, pass: pass.time))
        }
        memory.samples += result.samples.count
        let duration = options.clock.now.monotonic - begun.monotonic
        memory.machine.noteEvaluation(of: index, began: begun.wall, duration: duration, storageError: rejection)
        metrics.noteEvaluation(in: pass.group, error: result.error ?? rejection, duration: duration)
        logOutcome(of: index, in: pass, result, rejection, &memory.told[index])
    }

    /// A group without rules has no evaluation that could end what its rules wrote before a reload.
    private func endSeriesOfNoRules(_ pass: GroupPass, _ memory: inout GroupMemory) {
        guard pass.group.definition.rules.isEmpty, !memory.hasEndedSeries else { return }
        memory.hasEndedSeries = true
        var ended = RulePass(time: pass.time - pass.group.queryOffset)
        ended.ended = memory.machine.endedSeries
        _ = keep(ended)
    }

    /// Hands alerts over and waits until they are: their order is kept, and nothing is stored of what nobody was told.
    private func tell(_ alerts: [RuleAlert]) {
        let isTold = Signal()
        Task { [dispatcher] in
            await dispatcher.send(alerts)
            isTold.send()
        }
        _ = isTold.wait(until: nil)
    }

    /// Stores samples and stale markers; tells what was refused (reference 2.4).
    private func keep(_ pass: RulePass) -> String? {
        if pass.samples.isEmpty && pass.ended.isEmpty { return nil }
        var batch = SampleBatch()
        for sample in pass.samples { batch.append(sample.labels, time: pass.time, value: sample.value) }
        for labels in pass.ended { batch.append(labels, time: pass.time, value: .staleMarker) }
        // Markers are refused where a sample of the same series is newer: then nothing has ended.
        let refused = store.append(batch).rejections.filter { $0.index < pass.samples.count }
        guard let first = refused.first else { return nil }
        metrics.noteRejected(refused.count)
        let label = pass.samples[first.index].labels
        return "\(refused.count) of \(pass.samples.count) samples were not stored: \(first.reason.explanation), for example of \(label)"
    }

    /// Marks what a group wrote as ended that left the configuration.
    func end(_ group: ScheduledGroup, at time: Int64) {
        var batch = SampleBatch()
        for labels in group.memory.withLockedValue({ $0.series }) { batch.append(labels, time: time, value: .staleMarker) }
        if batch.count > 0 { store.append(batch) }
        noteEnd(on: group.source)
    }

    /// A failure is told when it begins and when it ends, not at every pass.
    private func logOutcome(
        of index: Int, in pass: GroupPass, _ result: RulePass, _ rejection: String?, _ told: inout GroupMemory.Told
    ) {
        let rule = pass.group.definition.rules[index]
        var metadata: Logger.Metadata = ["file": "\(pass.group.key.file)", "group": "\(pass.group.key.name)", "rule": "\(rule.name)"]
        if let error = result.error ?? rejection {
            if told.failingSince == nil {
                told.failingSince = pass.time
                metadata["source"] = "\(pass.group.source)"
                metadata["err"] = "\(error)"
                log.warning("Evaluating a rule fails", metadata: metadata)
            }
        } else if let since = told.failingSince {
            told.failingSince = nil
            metadata["failed_for_seconds"] = "\((pass.time - since) / 1000)"
            log.info("Evaluating a rule works again", metadata: metadata)
        }
        if let first = result.warnings.first, !told.hasWarnings {
            metadata["source"] = "\(pass.group.source)"
            metadata["warning"] = "\(first)"
            log.warning("The query of a rule answers with a warning", metadata: metadata)
        }
        if result.error == nil { told.hasWarnings = !result.warnings.isEmpty }
        if let first = result.templateErrors.first, !told.hasTemplateErrors {
            metadata["err"] = "\(first)"
            log.warning("A template of a rule fails", metadata: metadata)
        }
        if result.error == nil { told.hasTemplateErrors = !result.templateErrors.isEmpty }
    }
}

extension RejectionReason {
    /// For the `lastError` of a rule.
    fileprivate var explanation: String {
        switch self {
        case .outOfOrder: "older than the newest sample of their series"
        case .duplicate: "another value was there at the same time"
        case .tooOld: "older than the retention"
        case .unknownReference: "their series is gone"
        case .seriesLimit: "as many series as allowed (--storage.samples.max-series)"
        case .memoryLimit: "as much memory as allowed (--storage.samples.max-memory)"
        case .batchLimit: "more samples at once than allowed"
        case .labelLimit: "too many labels, or one that is too long"
        case .closed: "the sample store is closed"
        }
    }
}

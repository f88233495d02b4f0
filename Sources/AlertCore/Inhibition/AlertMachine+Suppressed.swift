import Labels
import Time

extension AlertMachine {
    /// The labels of the alerts that fire and are not told because some of these inhibit them, each once; in no particular order.
    ///
    /// Nothing is walked over unless one of `alerts` is a source.
    func suppressed(by alerts: [NotifiedAlert], at time: Timestamp) -> [LabelSet] {
        var sources = InhibitionIndex.Group()
        for alert in alerts where !alert.isResolved {
            guard let slot = store.slot(of: alert.body.labels), !store[slot].isEnded(at: time), store[slot].flags.contains(.isSource) else {
                continue
            }
            inhibition.add(alert.body.labels, rules: lists[store[slot].sourceRules], to: &sources)
        }
        guard !sources.isEmpty else { return [] }
        var found: [LabelSet] = []
        for slot in store.firing(at: time) where store[slot].targetRules != 0 {
            guard let target = store[slot].body?.labels else { continue }
            if inhibition.mutes(sources, target, rules: lists[store[slot].targetRules]) { found.append(target) }
        }
        return found
    }
}

import Labels
import Time

extension AlertMachine {
    /// The labels of the alerts that fire and are not told because some of these inhibit them, each once.
    ///
    /// The work grows with `alerts` and with what agrees with the sources among them, not with what else fires.
    func suppressed(by alerts: [NotifiedAlert], at time: Timestamp) -> [LabelSet] {
        var sources = InhibitionIndex.Group()
        for alert in alerts where !alert.isResolved {
            guard let slot = store.slot(of: alert.body.labels), !store[slot].isEnded(at: time), store[slot].flags.contains(.isSource) else {
                continue
            }
            inhibition.add(alert.body.labels, rules: lists[store[slot].sourceRules], to: &sources)
        }
        return inhibition.targets(of: sources, in: store).compactMap { slot in
            store[slot].isStored && !store[slot].isEnded(at: time) ? store[slot].body?.labels : nil
        }
    }
}

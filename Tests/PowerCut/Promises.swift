import AlertCore
import Labels
import Time

/// What callers were told is safe: the latest acknowledged state of every alert and silence, and the state that may have become durable after it.
struct Promises: Sendable {
    /// One alert. Every message that says something new counts the version up.
    struct AlertPromise: Sendable {
        var issued: (version: Int, fires: Bool)
        var acknowledged: (version: Int, fires: Bool)?
    }

    private(set) var alerts: [Fingerprint: AlertPromise] = [:]
    private(set) var silences: [String: (issued: Silence, acknowledged: Silence?)] = [:]
    private(set) var acknowledgements = 0

    /// The next version of an alert's text.
    func nextVersion(of alert: Fingerprint) -> Int { (alerts[alert]?.issued.version ?? 0) + 1 }

    mutating func issue(_ alert: Fingerprint, version: Int, fires: Bool) {
        alerts[alert, default: AlertPromise(issued: (version, fires))].issued = (version, fires)
    }

    mutating func issue(_ silence: Silence) { silences[silence.id, default: (silence, nil)].issued = silence }

    mutating func acknowledge(_ alert: Fingerprint) {
        acknowledgements += 1
        guard let issued = alerts[alert]?.issued else { return }
        alerts[alert]?.acknowledged = issued
    }

    mutating func acknowledge(_ silence: Silence) {
        acknowledgements += 1
        silences[silence.id]?.acknowledged = silence
    }

    /// Compares what was found after a restart with what was promised, and takes what was found as the new state of things.
    mutating func settle(_ state: RestoredState) -> [String] {
        settleAlerts(state) + settleSilences(state)
    }

    private mutating func settleAlerts(_ state: RestoredState) -> [String] {
        var faults: [String] = []
        var found: [Fingerprint: (version: Int, fires: Bool)] = [:]
        for (_, alert) in state.alerts {
            let version = alert.body.annotations["version"].flatMap { Int($0) } ?? 0
            found[alert.body.labels.fingerprint] = (version, alert.endReason == nil)
        }
        for (fingerprint, promise) in alerts {
            guard let here = found[fingerprint] else {
                // An ended alert leaves once everybody was told. What its sender said after that and had no answer to went with the power.
                if promise.acknowledged?.fires == true { faults.append("alert \(fingerprint) is gone") }
                alerts[fingerprint] = promise.acknowledged.map { AlertPromise(issued: $0, acknowledged: $0) }
                continue
            }
            let isAcknowledged = promise.acknowledged.map { $0 == here } ?? false
            if !isAcknowledged && promise.issued != here {
                faults.append(
                    "alert \(fingerprint) is \(here), acknowledged \(String(describing: promise.acknowledged)), issued \(promise.issued)")
            }
            alerts[fingerprint] = AlertPromise(issued: here, acknowledged: here)
        }
        for fingerprint in found.keys where alerts[fingerprint] == nil { faults.append("alert \(fingerprint) was never sent") }
        return faults
    }

    private mutating func settleSilences(_ state: RestoredState) -> [String] {
        var faults: [String] = []
        let found = Dictionary(state.silences.map { ($0.id, $0) }) { first, _ in first }
        for (id, promise) in silences {
            let here = found[id]
            if here != promise.acknowledged && here != promise.issued {
                faults.append("silence \(id) is \(String(describing: here)), acknowledged \(String(describing: promise.acknowledged))")
            }
            silences[id] = here.map { ($0, $0) }
        }
        for id in found.keys where silences[id] == nil { faults.append("silence \(id) was never made") }
        return faults
    }
}

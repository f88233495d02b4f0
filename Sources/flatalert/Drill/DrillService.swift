import AlertRouter
import RuleEngine
import Time

/// Connects drills: what the monitor's rules prove, the router tells.
enum DrillService {
    /// Makes drills of this monitor's rules possible at this router. Throws `StartError` when a flag is wrong.
    static func connect(_ monitor: Monitor?, to router: Router, flags: DrillFlags) throws(StartError) {
        let schedule = try flags.drillSchedule()
        guard let monitor else {
            guard schedule == nil else {
                throw StartError("--drill.schedule: there are no rules to drill; add --monitor.config=prometheus.yml")
            }
            return
        }
        let rules = DrillRules(alertnames: try flags.drilledAlertnames()) { alertname in
            // What is in force at this moment.
            let drill = RuleDrill(
                groups: monitor.manager.groups().map(\.definition), settings: monitor.settings, dispatch: monitor.dispatcher.settings)
            return DrillProof(await drill.proof(of: alertname, now: Clock.wall().unixNanoseconds / 1_000_000))
        }
        router.drill(rules, schedule: schedule)
    }
}

extension DrillProof {
    /// What the rules proved, in the router's words.
    init(_ proof: RuleDrill.Proof) {
        self.init(alertname: proof.alertname)
        (problem, advice, notes) = (proof.problem, proof.advice, proof.notes)
        guard let alert = proof.alert else { return }
        sample = RuleLink.Sample(labels: alert.labels, annotations: alert.annotations)
        after = .milliseconds(alert.after)
        situation = alert.situation
    }
}

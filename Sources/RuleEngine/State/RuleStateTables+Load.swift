import Journal
import Labels
import Rules

extension RuleStateTables {
    /// Everything that the tables hold. Rows that make no sense are left out and counted: their alerts begin anew.
    static func load(_ connection: Connection) throws(SQLiteError) -> (groups: [RuleGroupKey: GroupState], damaged: Int) {
        var groups: [Int64: GroupState] = [:]
        let statement = try connection.prepare("SELECT id,file,name,pass,gapstart,gapend FROM groups")
        while try statement.step() {
            var state = GroupState(file: statement.text(1), name: statement.text(2), lastPass: statement.integer(3), rules: [])
            if !statement.isNull(4), !statement.isNull(5) { state.gap = SampleGap(start: statement.integer(4), end: statement.integer(5)) }
            groups[statement.integer(0)] = state
        }
        let (alerts, damaged) = try alerts(connection)
        var rules: [Int64: [(rule: RuleIdentity, number: Int, id: Int64)]] = [:]
        var unknown = 0
        let names = try connection.prepare("SELECT id,owner,rule FROM rules ORDER BY id")
        while try names.step() {
            guard let (rule, number) = RuleStateKey.parse(names.text(2)), groups[names.integer(1)] != nil else {
                unknown += alerts[names.integer(0)]?.count ?? 0
                continue
            }
            rules[names.integer(1), default: []].append((rule, number, names.integer(0)))
        }
        for (group, rules) in rules {
            for (rule, number, id) in rules.sorted(by: { $0.number < $1.number }) {
                // An equal rule before it had no alerts: it must find nothing, not this one's.
                let before = groups[group]?.rules.count { $0.identity == rule } ?? 0
                for _ in before..<max(before, number) { groups[group]?.rules.append(RuleState(identity: rule)) }
                groups[group]?.rules.append(RuleState(identity: rule, alerts: alerts[id] ?? []))
            }
        }
        return (Dictionary(groups.values.map { ($0.key, $0) }) { first, _ in first }, damaged + unknown)
    }

    /// Alerts by the number of their rule.
    private static func alerts(_ connection: Connection) throws(SQLiteError) -> (alerts: [Int64: [ActiveAlert]], damaged: Int) {
        var alerts: [Int64: [ActiveAlert]] = [:]
        var damaged = 0
        let rows = try connection.prepare(
            "SELECT owner,labels,annotations,state,value,active,fired,resolved,sent,kept,paused FROM alerts ORDER BY id")
        while try rows.step() {
            if let alert = alert(in: rows) { alerts[rows.integer(0), default: []].append(alert) } else { damaged += 1 }
        }
        return (alerts, damaged)
    }

    private static func alert(in row: Statement) -> ActiveAlert? {
        guard let labels = row.withBytes(1, { LabelSet(packed: $0) }), !labels.isEmpty,
            let annotations = row.withBytes(2, { LabelSet(packed: $0, fingerprinted: false) }),
            let state = UInt8(exactly: row.integer(3)).flatMap(ActiveAlert.State.init(rawValue:))
        else { return nil }
        let value = Double(bitPattern: UInt64(bitPattern: row.integer(4)))
        var alert = ActiveAlert(labels: labels, annotations: annotations, state: state, value: value, activeAt: row.integer(5))
        func time(_ column: Int32) -> Int64? { row.isNull(column) ? nil : row.integer(column) }
        alert.firedAt = time(6)
        alert.resolvedAt = time(7)
        alert.lastSentAt = time(8)
        alert.keepFiringSince = time(9)
        alert.pausedSinceResolved = row.integer(10)
        // What the machine takes for granted.
        if state == .firing && alert.firedAt == nil || state == .inactive && alert.resolvedAt == nil { return nil }
        return alert
    }
}

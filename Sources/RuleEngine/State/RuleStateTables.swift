import Journal
import Labels
import Rules

/// The tables of the alerts that rules hold.
///
/// `groups` and `rules` give names their numbers; `alerts` has a row an alert, written anew with all others of its rule. Times are milliseconds.
struct RuleStateTables: JournalTables {
    typealias Record = RuleStateRecord

    enum Key: Hashable, Sendable {
        case rule(RuleStateKey)
        case group(RuleGroupKey)
        case pass(RuleGroupKey)
    }

    static let schema = JournalSchema(migrations: [
        JournalSchema.Migration(
            version: 1,
            statements: [
                """
                CREATE TABLE groups(id INTEGER PRIMARY KEY, file TEXT NOT NULL, name TEXT NOT NULL, pass INTEGER NOT NULL,
                gapstart INTEGER, gapend INTEGER, UNIQUE(file,name))
                """,
                "CREATE TABLE rules(id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, rule TEXT NOT NULL, UNIQUE(owner,rule))",
                """
                CREATE TABLE alerts(id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, labels BLOB NOT NULL, annotations BLOB NOT NULL,
                state INTEGER NOT NULL, value INTEGER NOT NULL, active INTEGER NOT NULL, fired INTEGER, resolved INTEGER, sent INTEGER,
                kept INTEGER, paused INTEGER NOT NULL)
                """,
                "CREATE INDEX alerts_owner ON alerts(owner)",
            ])
    ])

    private let putPass: Statement
    private let putGap: Statement
    private let findGroup: Statement
    private let dropGroup: Statement
    private let putRule: Statement
    private let findRule: Statement
    private let dropRule: Statement
    private let dropRules: Statement
    private let putAlert: Statement
    private let dropAlerts: Statement
    private let dropAllAlerts: Statement

    init(_ connection: Connection) throws(SQLiteError) {
        putPass = try connection.prepare(
            "INSERT INTO groups(file,name,pass) VALUES(?1,?2,?3) ON CONFLICT(file,name) DO UPDATE SET pass=excluded.pass")
        putGap = try connection.prepare("UPDATE groups SET gapstart=?2,gapend=?3 WHERE id=?1")
        findGroup = try connection.prepare("SELECT id FROM groups WHERE file=?1 AND name=?2")
        dropGroup = try connection.prepare("DELETE FROM groups WHERE id=?1")
        putRule = try connection.prepare("INSERT INTO rules(owner,rule) VALUES(?1,?2) ON CONFLICT DO NOTHING")
        findRule = try connection.prepare("SELECT id FROM rules WHERE owner=?1 AND rule=?2")
        dropRule = try connection.prepare("DELETE FROM rules WHERE id=?1")
        dropRules = try connection.prepare("DELETE FROM rules WHERE owner=?1")
        putAlert = try connection.prepare(
            """
            INSERT INTO alerts(owner,labels,annotations,state,value,active,fired,resolved,sent,kept,paused)
            VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)
            """)
        dropAlerts = try connection.prepare("DELETE FROM alerts WHERE owner=?1")
        dropAllAlerts = try connection.prepare("DELETE FROM alerts WHERE owner IN (SELECT id FROM rules WHERE owner=?1)")
    }

    static func key(of record: RuleStateRecord) -> Key? {
        switch record {
        case .alerts(let key, _, _): .rule(key)
        // Both say everything about the group.
        case .group(let state, _): .group(state.key)
        case .forgotten(let group): .group(group)
        case .passes(let passes): passes.count == 1 ? .pass(passes[0].group) : nil
        }
    }

    static func parts(of record: RuleStateRecord) -> [RuleStateRecord] {
        guard case .passes(let passes) = record else { return [record] }
        return passes.map { .passes([$0]) }
    }

    mutating func write(_ record: RuleStateRecord) throws(SQLiteError) {
        switch record {
        case .alerts(let key, let alerts, let pass):
            guard let owner = try write(pass, of: key.group) else { return }
            try write(alerts, of: key.rule, in: owner)
        case .group(let state, let identities):
            guard let owner = try write(state.lastPass ?? 0, of: state.key) else { return }
            try dropContents(of: owner)
            try putGap.bind(1, owner)
            try bind(state.gap?.start, to: 2, of: putGap)
            try bind(state.gap?.end, to: 3, of: putGap)
            try putGap.run()
            for (rule, identity) in zip(state.rules, identities) { try write(rule.alerts, of: identity, in: owner) }
        case .passes(let passes):
            for (group, time) in passes { _ = try write(time, of: group) }
        case .forgotten(let group):
            guard let owner = try id(of: group) else { return }
            try dropContents(of: owner)
            try run(dropGroup, owner)
        }
    }

    /// Notes the time of a pass; gives the group's number.
    private func write(_ pass: Int64, of group: RuleGroupKey) throws(SQLiteError) -> Int64? {
        try putPass.bind(1, group.file)
        try putPass.bind(2, group.name)
        try putPass.bind(3, pass)
        try putPass.run()
        return try id(of: group)
    }

    private func write(_ alerts: [ActiveAlert], of rule: String, in owner: Int64) throws(SQLiteError) {
        var number = try id(of: rule, in: owner)
        if let number {
            try run(dropAlerts, number)
            if alerts.isEmpty { try run(dropRule, number) }
        } else if !alerts.isEmpty {
            try putRule.bind(1, owner)
            try putRule.bind(2, rule)
            try putRule.run()
            number = try id(of: rule, in: owner)
        }
        guard let number else { return }
        for alert in alerts { try write(alert, of: number) }
    }

    private func write(_ alert: ActiveAlert, of rule: Int64) throws(SQLiteError) {
        try putAlert.bind(1, rule)
        try putAlert.bind(2, alert.labels.withPackedBytes { [UInt8]($0) })
        try putAlert.bind(3, alert.annotations.withPackedBytes { [UInt8]($0) })
        try putAlert.bind(4, Int64(alert.state.rawValue))
        // By its bits: NaNs differ.
        try putAlert.bind(5, Int64(bitPattern: alert.value.bitPattern))
        try putAlert.bind(6, alert.activeAt)
        try bind(alert.firedAt, to: 7, of: putAlert)
        try bind(alert.resolvedAt, to: 8, of: putAlert)
        try bind(alert.lastSentAt, to: 9, of: putAlert)
        try bind(alert.keepFiringSince, to: 10, of: putAlert)
        try putAlert.bind(11, alert.pausedSinceResolved)
        try putAlert.run()
    }

    private func bind(_ time: Int64?, to index: Int32, of statement: Statement) throws(SQLiteError) {
        if let time { try statement.bind(index, time) } else { try statement.bindNull(index) }
    }

    private func dropContents(of owner: Int64) throws(SQLiteError) {
        try run(dropAllAlerts, owner)
        try run(dropRules, owner)
    }

    private func run(_ statement: Statement, _ number: Int64) throws(SQLiteError) {
        try statement.bind(1, number)
        try statement.run()
    }

    private func id(of group: RuleGroupKey) throws(SQLiteError) -> Int64? {
        try findGroup.bind(1, group.file)
        try findGroup.bind(2, group.name)
        defer { findGroup.reset() }
        return try findGroup.step() ? findGroup.integer(0) : nil
    }

    private func id(of rule: String, in owner: Int64) throws(SQLiteError) -> Int64? {
        try findRule.bind(1, owner)
        try findRule.bind(2, rule)
        defer { findRule.reset() }
        return try findRule.step() ? findRule.integer(0) : nil
    }
}

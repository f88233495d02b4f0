/// Records that wait for a commit, in the order in which they must be written.
struct Batch<Tables: JournalTables> {
    /// The sequence number of the newest record that was ever added.
    private(set) var through: UInt64 = 0
    private var records: [Tables.Record?] = []
    private var position: [Tables.Key: Int] = [:]
    private var dropped = 0
    private var isSplit = false

    /// Whether nothing waits.
    var isEmpty: Bool { records.isEmpty }
    /// How many records would be written.
    var count: Int { records.count - dropped }

    /// Adds a record behind the others. An older one with the same key goes away; the newer one does not take its place in the order, because a record in
    /// between may touch the same row.
    mutating func append(_ record: Tables.Record, sequence: UInt64) {
        through = max(through, sequence)
        add(record)
    }

    /// The records in writing order.
    func forEach<E: Error>(_ body: (Tables.Record) throws(E) -> Void) throws(E) {
        for case .some(let record) in records { try body(record) }
    }

    /// Forgets what was committed.
    mutating func removeAll() {
        records.removeAll(keepingCapacity: records.count < 4096)
        position.removeAll(keepingCapacity: position.count < 4096)
        dropped = 0
        isSplit = false
    }

    /// Takes records of several rows apart so that the batch grows with the number of rows, not with time. Only sensible while commits fail.
    mutating func split() {
        guard !isSplit || dropped > records.count / 2 + 64 else { return }
        let old = records
        removeAll()
        isSplit = true
        for case .some(let record) in old { add(record) }
    }

    private mutating func add(_ record: Tables.Record) {
        guard let key = Tables.key(of: record) else {
            guard isSplit else { return records.append(record) }
            for part in Tables.parts(of: record) { place(part, under: Tables.key(of: part)) }
            return
        }
        place(record, under: key)
    }

    private mutating func place(_ record: Tables.Record, under key: Tables.Key?) {
        if let key, let older = position.updateValue(records.count, forKey: key) {
            records[older] = nil
            dropped += 1
        }
        records.append(record)
    }
}

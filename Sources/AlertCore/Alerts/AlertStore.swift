import Labels
import Time

/// All alerts, in dense slots (DESIGN 3). Knows no routes and no journal.
struct AlertStore {
    private(set) var slots: ContiguousArray<AlertSlot> = []
    /// Fingerprints of the stored alerts; `AlertSlot.position` points into it.
    private(set) var fingerprints: [Fingerprint] = []
    /// The slot of each element of `fingerprints`.
    private var storedSlots: ContiguousArray<Int32> = []
    /// Slots whose end time moved since the last lease record.
    private(set) var dirty: ContiguousArray<Int32> = []
    /// Slots whose alert ended since the last garbage collection; some may fire again by now.
    private var ended: ContiguousArray<Int32> = []
    private var index = SlotIndex()
    private var free: ContiguousArray<Int32> = []
    private(set) var firingCount = 0
    private(set) var unconfirmedCount = 0
    private(set) var senders = SenderTable()

    /// Slots that hold an alert.
    var slotCount: Int { index.count }

    subscript(slot: Int32) -> AlertSlot {
        @inline(__always) _read { yield slots[Int(slot)] }
        @inline(__always) _modify { yield &slots[Int(slot)] }
    }

    /// The slot of the alert with these labels.
    @inline(__always)
    func slot(of labels: LabelSet) -> Int32? {
        slots.withUnsafeBufferPointer { slots in
            index.find(labels.fingerprint.value) { slot in
                guard let body = slots[Int(slot)].body else { return false }
                return body.labels == labels
            }
        }
    }

    /// The slot of an alert with this fingerprint.
    func slot(of fingerprint: Fingerprint) -> Int32? {
        index.find(fingerprint.value) { slot in slots[Int(slot)].body?.labels.fingerprint == fingerprint }
    }

    /// The slots of the stored alerts that have not ended at this time, in no particular order.
    func firing(at time: Timestamp) -> some Sequence<Int32> { storedSlots.lazy.filter { !slots[Int($0)].isEnded(at: time) } }

    /// The common case: a known alert goes on firing, and only its end time moves later, if anything. Nil when more than that changes.
    ///
    /// The merge of reference 3.6 is worked out for this one outcome, without writing anything before it is certain.
    @inline(__always)
    mutating func refresh(_ alert: borrowing Alert, at now: Timestamp) -> Int32? {
        guard alert.endsAt > now, let slot = slot(of: alert.body.labels) else { return nil }
        let position = Int(slot)
        return slots.withUnsafeMutableBufferPointer { slots -> Int32? in
            guard let base = slots.baseAddress else { return nil }
            let old = base + position
            guard old.pointee.endsAt > now, old.pointee.position >= 0, old.pointee.updatedAt <= alert.updatedAt else { return nil }
            let flags = old.pointee.flags
            guard flags.contains(.isGrouped), !flags.contains(.isUnconfirmed), flags.contains(.isTimeout) == alert.isTimeout else {
                return nil
            }
            // A later start inside the old window is merged away; any other difference is a change.
            guard alert.startsAt == old.pointee.startsAt || (alert.startsAt > old.pointee.startsAt && alert.startsAt < old.pointee.endsAt)
            else {
                return nil
            }
            // An earlier end gives way to the old one only if a sender named that, and inside its window.
            if alert.endsAt < old.pointee.endsAt, alert.isTimeout || alert.endsAt <= old.pointee.startsAt { return nil }
            guard let body = old.pointee.body, Self.sameText(body, alert.body) else { return nil }
            if old.pointee.sender != alert.sender || old.pointee.words >= 0 {
                // It goes on firing: whoever may have contradicted that was noticed then.
                _ = senders.note(alert, in: &old.pointee, at: now)
            }
            old.pointee.updatedAt = alert.updatedAt
            if alert.endsAt > old.pointee.endsAt {
                old.pointee.endsAt = alert.endsAt
                if !flags.contains(.isDirty) {
                    old.pointee.flags.insert(.isDirty)
                    dirty.append(slot)
                }
            }
            return slot
        }
    }

    /// Notes who sent what `alert` says, before it is merged. Whether with it the alert's senders began to contradict each other.
    mutating func noteSender(_ slot: Int32, _ alert: borrowing Alert, at now: Timestamp) -> Bool {
        let position = Int(slot)
        guard slots[position].sender != alert.sender || slots[position].words >= 0 else { return false }
        return senders.note(alert, in: &slots[position], at: now)
    }

    /// Whether annotations and link are the same.
    @inline(__always)
    static func sameText(_ left: AlertBody, _ right: AlertBody) -> Bool {
        left === right || (left.annotations == right.annotations && left.generatorURL == right.generatorURL)
    }

    /// The fingerprint of the alert in a slot. Stored alerts have it at hand.
    func fingerprint(of slot: Int32) -> Fingerprint {
        let position = Int(slots[Int(slot)].position)
        return position >= 0 ? fingerprints[position] : slots[Int(slot)].body?.labels.fingerprint ?? Fingerprint(value: 0)
    }

    /// Puts an alert into a free slot and into the store.
    mutating func add(_ alert: Alert) -> Int32 {
        let slot: Int32
        if let last = free.popLast() {
            slot = last
        } else {
            slot = Int32(slots.count)
            slots.append(AlertSlot())
        }
        occupy(slot, alert)
        return slot
    }

    /// Puts an alert back into the slot it had before a restart. The slot must not be in use.
    mutating func restore(_ alert: Alert, in slot: Int32) {
        while slots.count <= slot { slots.append(AlertSlot()) }
        occupy(slot, alert)
    }

    /// Finds out which slots are free, after `restore` put alerts anywhere.
    mutating func collectFreeSlots() {
        free = []
        for index in slots.indices.reversed() where slots[index].body == nil { free.append(Int32(index)) }
    }

    private mutating func occupy(_ slot: Int32, _ alert: Alert) {
        slots[Int(slot)].flags = []
        slots[Int(slot)].sequence = 0
        slots[Int(slot)].sender = alert.sender
        slots[Int(slot)].set(alert)
        index.insert(alert.body.labels.fingerprint.value, slot)
        store(slot)
    }

    /// Makes an alert that only groups hold part of the store (again).
    mutating func store(_ slot: Int32) {
        guard let body = slots[Int(slot)].body, !slots[Int(slot)].isStored else { return }
        slots[Int(slot)].position = Int32(fingerprints.count)
        fingerprints.append(body.labels.fingerprint)
        storedSlots.append(slot)
    }

    /// Takes an alert out of the store; its slot stays in use until `release`.
    mutating func unstore(_ slot: Int32) {
        let position = Int(slots[Int(slot)].position)
        guard position >= 0 else { return }
        slots[Int(slot)].position = -1
        let lastSlot = storedSlots.removeLast()
        let lastFingerprint = fingerprints.removeLast()
        if position < storedSlots.count {
            storedSlots[position] = lastSlot
            fingerprints[position] = lastFingerprint
            slots[Int(lastSlot)].position = Int32(position)
        }
    }

    /// Frees a slot that neither the store nor a group holds any more.
    mutating func release(_ slot: Int32) {
        guard let body = slots[Int(slot)].body else { return }
        index.remove(body.labels.fingerprint.value, slot)
        senders.remove(slots[Int(slot)].words)
        slots[Int(slot)] = AlertSlot(generation: slots[Int(slot)].generation)
        free.append(slot)
    }

    // MARK: What fires

    /// Counts an alert that begins to fire.
    mutating func noteFiring(_ slot: Int32) {
        firingCount += 1
        slots[Int(slot)].endReason = nil
        slots[Int(slot)].flags.remove(.endIsJournalled)
    }

    /// Counts an alert that ended, and says why.
    mutating func noteEnd(_ slot: Int32, _ reason: EndReason) {
        firingCount -= 1
        slots[Int(slot)].endReason = reason
        noteConfirmed(slot)
        ended.append(slot)
    }

    /// Remembers an alert that is over from the beginning for the garbage collection.
    mutating func noteEndedAlready(_ slot: Int32) { ended.append(slot) }

    mutating func noteUnconfirmed(_ slot: Int32) {
        guard !slots[Int(slot)].flags.contains(.isUnconfirmed) else { return }
        slots[Int(slot)].flags.insert(.isUnconfirmed)
        unconfirmedCount += 1
    }

    mutating func noteConfirmed(_ slot: Int32) {
        guard slots[Int(slot)].flags.contains(.isUnconfirmed) else { return }
        slots[Int(slot)].flags.remove(.isUnconfirmed)
        unconfirmedCount -= 1
    }

    mutating func noteDirty(_ slot: Int32) {
        guard !slots[Int(slot)].flags.contains(.isDirty) else { return }
        slots[Int(slot)].flags.insert(.isDirty)
        dirty.append(slot)
    }

    /// The leases to journal; none is dirty afterwards.
    mutating func takeLeases() -> [(slot: Int32, endsAt: Timestamp, updatedAt: Timestamp)] {
        var leases: [(slot: Int32, endsAt: Timestamp, updatedAt: Timestamp)] = []
        leases.reserveCapacity(dirty.count)
        for slot in dirty where slots[Int(slot)].flags.contains(.isDirty) {
            slots[Int(slot)].flags.remove(.isDirty)
            leases.append((slot, slots[Int(slot)].endsAt, slots[Int(slot)].updatedAt))
        }
        dirty.removeAll(keepingCapacity: dirty.capacity <= 2 * slots.count)
        return leases
    }

    /// The alerts that ended since the last call; some may fire again.
    mutating func takeEnded() -> ContiguousArray<Int32> {
        defer { ended = [] }
        return ended
    }
}

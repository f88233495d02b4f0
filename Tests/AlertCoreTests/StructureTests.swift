import Testing
import Time

@testable import AlertCore

@Suite("The structures below")
struct StructureTests {
    @Test("the heap gives deadlines back in order, kinds in theirs, and only what is due", arguments: 0..<20)
    func heap(seed: Int) {
        var dice = SeededGenerator(seed: UInt64(seed))
        var heap = DeadlineHeap()
        var times: [Int64] = []
        for index in 0..<300 {
            let time = Int64.random(in: 0..<100, using: &dice)
            times.append(time)
            heap.insert(Deadline(monotonic: time, kind: .alertEnd, id: UInt32(index), generation: 0))
        }
        if seed % 2 == 0 {
            heap.retain { $0.monotonic % 3 != 0 }
            times.removeAll { $0 % 3 == 0 }
        }
        var popped: [Int64] = []
        while let next = heap.popDue(at: 49) { popped.append(next.monotonic) }
        #expect(popped == times.filter { $0 <= 49 }.sorted())
        #expect(heap.count == times.filter { $0 > 49 }.count)
        heap.insert(Deadline(monotonic: 1, kind: .groupTick, id: 1, generation: 0))
        heap.insert(Deadline(monotonic: 1, kind: .deliveryDeadline, id: 2, generation: 0))
        #expect(heap.popDue(at: 49)?.kind == .deliveryDeadline)
        #expect(heap.popDue(at: 49)?.kind == .groupTick)
    }

    @Test("a deadline keeps its parts in 16 bytes")
    func deadline() {
        #expect(MemoryLayout<Deadline>.size == 16)
        let deadline = Deadline(monotonic: -5, kind: .maintenance, id: .max, generation: 0xFFFF_FFFF)
        #expect(
            deadline.kind == .maintenance && deadline.generation == Deadline.generationMask && deadline.id == .max
                && deadline.monotonic == -5)
    }

    @Test("the slot index finds what was put in, through growth and removal, and tells equal hashes apart", arguments: 0..<10)
    func slotIndex(seed: Int) {
        var dice = SeededGenerator(seed: UInt64(seed))
        var index = SlotIndex()
        var model: [Int32: UInt64] = [:]
        for step in 0..<3000 {
            if Int.random(in: 0..<3, using: &dice) > 0 || model.isEmpty {
                // Few hashes, so that many slots share one.
                let hash = UInt64.random(in: 0..<200, using: &dice) &* 0x1_0000_0001
                index.insert(hash, Int32(step))
                model[Int32(step)] = hash
            } else if let slot = model.keys.min(by: { $0 % 97 < $1 % 97 || ($0 % 97 == $1 % 97 && $0 < $1) }), let hash = model[slot] {
                index.remove(hash, slot)
                model[slot] = nil
            }
        }
        #expect(index.count == model.count)
        for (slot, hash) in model { #expect(index.find(hash) { $0 == slot } == slot) }
        #expect(index.find(1) { _ in true } == nil)
        for slot in Int32(0)..<3000 where model[slot] == nil {
            #expect((0..<200).allSatisfy { index.find(UInt64($0) &* 0x1_0000_0001) { $0 == slot } == nil })
        }
    }

    @Test("a source set gives each slot once, whatever its size", arguments: 0..<5)
    func sourceSet(seed: Int) {
        var dice = SeededGenerator(seed: UInt64(seed))
        var set = SlotSet()
        var model: Set<Int32> = []
        for _ in 0..<2000 {
            let slot = Int32.random(in: 0..<60, using: &dice)
            if model.contains(slot) {
                set.remove(slot)
                model.remove(slot)
            } else {
                set.insert(slot)
                model.insert(slot)
            }
            #expect(set.slots.count == model.count)
        }
        #expect(Set(set.slots) == model)
        set.remove(1000)
        #expect(Set(set.slots) == model)
    }

    @Test("a slot is small, for there are many")
    func slotSize() {
        #expect(MemoryLayout<AlertSlot>.stride <= 112)
    }
}

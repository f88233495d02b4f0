import Labels

/// From labels to series: for every name its values, for every value the ids of the series that have it.
///
/// A value: queries work on a copy, which costs nothing until a series is added or removed meanwhile.
struct LabelIndex {
    /// One name.
    struct Name {
        var values = ByteTable()
        /// By the number of the value; meaningless where there is none.
        var postings: ContiguousArray<Postings> = []
    }

    private(set) var names = ByteTable()
    /// By the number of the name; empty where there is none.
    private(set) var labels: ContiguousArray<Name> = []
    /// Every series.
    private(set) var all: ContiguousArray<UInt32> = []

    /// The memory in bytes.
    var footprint: Int {
        var bytes = names.footprint + all.capacity * 4
        for name in labels {
            bytes += name.values.footprint + name.postings.capacity * MemoryLayout<Postings>.stride
            for postings in name.postings { bytes += postings.footprint }
        }
        return bytes
    }

    /// Adds a series.
    mutating func insert(_ id: UInt32, _ labels: LabelSet) {
        var position = all.count
        while position > 0, all[position - 1] > id { position -= 1 }
        all.insert(id, at: position)
        labels.forEach { name, value in
            let (number, isNew) = names.insert(name)
            if isNew {
                if number == self.labels.count { self.labels.append(Name()) } else { self.labels[number] = Name() }
            }
            self.labels[number].insert(id, value)
        }
    }

    /// Removes series. The ids must ascend.
    mutating func remove(_ series: [(id: UInt32, labels: LabelSet)]) {
        let ids = ContiguousArray(series.map(\.id))
        all = IDs.subtract(all, ids)
        // By name and value, so that each list is gone through once.
        var removed: [Int: [Int: ContiguousArray<UInt32>]] = [:]
        for (id, labels) in series {
            labels.forEach { name, value in
                guard let name = names.find(name), let value = self.labels[name].values.find(value) else { return }
                removed[name, default: [:]][value, default: []].append(id)
            }
        }
        for (name, values) in removed {
            for (value, ids) in values { labels[name].remove(ids, from: value) }
            if labels[name].values.count == 0 {
                labels[name] = Name()
                names.remove(name)
            }
        }
    }

    /// What is known of a name; nil when no series has it.
    func name(_ name: String) -> Name? {
        var name = name
        return name.withUTF8 { names.find($0) }.map { labels[$0] }
    }
}

extension LabelIndex.Name {
    fileprivate mutating func insert(_ id: UInt32, _ value: UnsafeBufferPointer<UInt8>) {
        let (number, isNew) = values.insert(value)
        if !isNew {
            postings[number].insert(id)
        } else if number == postings.count {
            postings.append(Postings(id))
        } else {
            postings[number] = Postings(id)
        }
    }

    fileprivate mutating func remove(_ ids: ContiguousArray<UInt32>, from value: Int) {
        postings[value].subtract(ids)
        if postings[value].count == 0 { values.remove(value) }
    }

    /// The series with a value.
    func postings(of value: UnsafeBufferPointer<UInt8>) -> Postings? { values.find(value).map { postings[$0] } }
}

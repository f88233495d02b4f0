/// Interned lists of indices: alerts that take the same routes share one list. List 0 is the empty one.
struct IndexLists {
    private(set) var lists: [[Int32]] = [[]]
    private var ids: [[Int32]: Int32] = [[]: 0]

    subscript(id: Int32) -> [Int32] { lists[Int(id)] }

    mutating func intern(_ list: [Int32]) -> Int32 {
        if let id = ids[list] { return id }
        let id = Int32(lists.count)
        lists.append(list)
        ids[list] = id
        return id
    }
}

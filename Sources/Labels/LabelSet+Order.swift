extension LabelSet {
    /// Label-set order (reference 3.6): fewer labels first; else the sorted union of the names is walked, and at the first name that
    /// differs the set that lacks it comes first, else the one with the lesser value.
    public static func precedes(_ left: LabelSet, _ right: LabelSet) -> Bool {
        if left.count != right.count { return left.count < right.count }
        return left.withCursor { left in
            right.withCursor { right in
                while left.next(), right.next() {
                    let names = Bytes.compare(left.name, right.name)
                    // The lesser name is the next of the union; the set that does not have it comes first.
                    if names != 0 { return names > 0 }
                    let values = Bytes.compare(left.value, right.value)
                    if values != 0 { return values < 0 }
                }
                return false
            }
        }
    }

    /// Alert order (reference 3.6), of groups and messages: by `job`, then by `instance`, a set that has the label before one that
    /// lacks it; then label-set order.
    public static func alertPrecedes(_ left: LabelSet, _ right: LabelSet) -> Bool {
        var order = compareValues(of: "job", left, right)
        if order == 0 { order = compareValues(of: "instance", left, right) }
        return order == 0 ? precedes(left, right) : order < 0
    }

    @inline(__always)
    private static func compareValues(of name: StaticString, _ left: LabelSet, _ right: LabelSet) -> Int {
        let name = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return left.withValue(ofName: name) { left in
            right.withValue(ofName: name) { right in
                switch (left, right) {
                case (nil, nil): 0
                case (nil, _): 1
                case (_, nil): -1
                case (let left?, let right?): Bytes.compare(left, right)
                }
            }
        }
    }
}

/// The order of alerts in groups and messages, by their labels (reference 3.6).
public enum AlertOrder {
    /// Whether the alert with the left labels comes before the one with the right labels.
    public static func precedes(_ left: LabelSet, _ right: LabelSet) -> Bool { LabelSet.alertPrecedes(left, right) }
}

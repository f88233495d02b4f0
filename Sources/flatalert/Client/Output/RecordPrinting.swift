import JSON

/// `k="v"` for each pair, blanks between.
func shown(_ pairs: [(name: String, value: String)]) -> String {
    pairs.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: " ")
}

extension Console {
    /// Prints records as a JSON array in one line.
    func printJSON(_ records: [JSONValue]) {
        print(JSONValue.array(records).text)
    }
}

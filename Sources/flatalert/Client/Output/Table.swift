/// Columns of text, each as wide as its widest cell and two blanks (reference 12.3).
///
/// Every cell ends with its padding, so lines carry trailing blanks. A line break inside a cell starts a new line, and a tab a new cell, as in
/// amtool; columns are aligned over neighbouring lines that have them.
struct Table {
    private static let padding = 2

    private var text = ""

    /// A table with a line of titles.
    init(titles: [String]) {
        add(titles)
    }

    /// Adds a line.
    mutating func add(_ cells: [String]) {
        for cell in cells { text += cell + "\t" }
        text += "\n"
    }

    /// The lines with their ends.
    var rendered: String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        // The last piece of a line is not a cell: nothing ends it.
        var widths = lines.map { Array(repeating: 0, count: $0.count - 1) }
        var column = 0
        while widths.contains(where: { $0.count > column }) {
            var start = 0
            while start < lines.count {
                guard widths[start].count > column else {
                    start += 1
                    continue
                }
                let end = widths[start...].firstIndex { $0.count <= column } ?? lines.count
                let width = lines[start..<end].map { $0[column].unicodeScalars.count }.max() ?? 0
                for line in start..<end { widths[line][column] = width + Self.padding }
                start = end
            }
            column += 1
        }
        var output = ""
        for (cells, widths) in zip(lines, widths) {
            for (index, cell) in cells.enumerated() {
                output += cell
                if index < widths.count { output += String(repeating: " ", count: max(0, widths[index] - cell.unicodeScalars.count)) }
            }
            output += "\n"
        }
        return output
    }
}

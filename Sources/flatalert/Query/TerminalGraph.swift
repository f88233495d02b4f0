import Labels
import Time

/// Series of a range drawn with characters: a letter a series, values up, time to the right.
enum TerminalGraph {
    private static let width = 72
    private static let height = 16
    private static let marks = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

    static func draw(_ result: PrintedResult, _ session: ClientSession) -> String {
        let series = result.series.map { series in
            (name: series.name, points: series.points.compactMap { point in value(point.value).map { (point.time, $0) } })
        }
        let values = series.flatMap { $0.points.map(\.1) }
        let times = series.flatMap { $0.points.map(\.0) }
        guard let low = values.min(), let high = values.max(), let first = times.min(), let last = times.max() else {
            return "nothing to draw: no series has a finite value\n"
        }
        // A flat line stands in the middle.
        let (bottom, top) = low == high ? (low - 1, high + 1) : (low, high)
        let duration = max(1e-3, (last - first).seconds)
        var cells = Array(repeating: Array(repeating: Character(" "), count: width), count: height)
        for (index, series) in series.enumerated() {
            for (time, value) in series.points {
                let column = Int(((time - first).seconds / duration * Double(width - 1)).rounded())
                // Halves first: the difference of two huge values may be infinite.
                let share = (value / 2 - bottom / 2) / (top / 2 - bottom / 2)
                cells[height - 1 - Int((share * Double(height - 1)).rounded())][column] = marks[index % marks.count]
            }
        }
        return frame(cells, bottom: bottom, top: top, first: session.format(first), last: session.format(last)) + legend(series)
    }

    private static func frame(_ cells: [[Character]], bottom: Double, top: Double, first: String, last: String) -> String {
        let labels = [0: short(top), height / 2: short(bottom / 2 + top / 2), height - 1: short(bottom)]
        let margin = labels.values.map(\.count).max() ?? 0
        var text = ""
        for (row, line) in cells.enumerated() {
            let label = labels[row] ?? ""
            text += String(repeating: " ", count: margin - label.count) + label + (labels[row] == nil ? " │" : " ┤") + String(line) + "\n"
        }
        let gap = max(1, width - first.count - last.count)
        let indent = String(repeating: " ", count: margin + 1)
        return text + "\(indent)└\(String(repeating: "─", count: width))\n\(indent) \(first)\(String(repeating: " ", count: gap))\(last)\n"
    }

    private static func legend(_ series: [(name: String, points: [(Timestamp, Double)])]) -> String {
        var table = Table(titles: ["", "Last", "Lowest", "Highest", "Series"])
        for (index, series) in series.enumerated() {
            let values = series.points.map(\.1)
            table.add([
                String(marks[index % marks.count]), values.last.map(short) ?? "-", values.min().map(short) ?? "-",
                values.max().map(short) ?? "-",
                series.name,
            ])
        }
        return table.rendered
    }

    private static func value(_ text: String) -> Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }

    private static func short(_ value: Double) -> String { GoFloat.text(value, "g", precision: 4) }
}

/// The lines of one run's history, for a reader.
final class Story {
    private(set) var lines: [String] = []
    /// Prints each line as it comes.
    let isLive: Bool

    /// An empty story.
    init(isLive: Bool) { self.isLive = isLive }

    /// Adds a line.
    func add(_ line: String) {
        lines.append(line)
        if isLive { Output.line(line) }
    }
}

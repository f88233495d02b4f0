import Glibc
import Logging
import Time

/// Takes what a log's lines are counted by.
protocol LineSink: AnyObject {
    /// Whole lines; the end of the last one may lack.
    func count(block: UnsafeBufferPointer<UInt8>)
    /// A line that is too long to be kept.
    func countUnparsed()
}

/// Follows one log through its rotations. Belongs to one thread, and knows no time but the one it is given.
///
/// Every line is counted once: a renamed file is read until nobody has written to it for a while, the rest of a cleared log is read from its
/// copy, and after a stop the place is found again by content wherever the file is now.
final class LogFollower {
    /// What the follower knows.
    enum Phase {
        /// Nothing: the very first start, and the log has not been seen yet.
        case beginning
        /// Where it was, but no file is open: after a start, and after the drive was gone.
        case searching(current: LogPlace, draining: [LogPlace])
        /// The log is open; nil while there is none, and then the place tells since when.
        case following(TailFile?, absent: LogPlace)
    }

    /// A renamed file is done with when nobody has written to it for so long: servers reopen their logs some time after the rename.
    static let lingering = TimeSpan.seconds(30)
    /// So many finished files are remembered, so that none of them is taken for a new one when it is touched or copied.
    static let rememberedFiles = 64

    let path: String
    let log: Logger
    let options: TailOptions
    /// Whether places were lost: the log is counted from its end on whatever the options say.
    let isLost: Bool

    var phase = Phase.beginning
    /// Files that were the log, and are read to their ends.
    var draining: [TailFile] = []
    /// Files that are done with, and those that were there before the first start.
    var finished: [FileIdentity] = []
    var rotations: UInt64
    var gaps: UInt64
    /// The time of the log's directory when no copy of the log was in it.
    var checkedDirectory: Int64?
    /// Why the log cannot be read, and what to do; nil when it can.
    private(set) var problem: String?
    private var buffer: UnsafeMutableRawBufferPointer?

    init(path: String, options: TailOptions, restored: RestoredLog, log: Logger) {
        self.path = path
        self.options = options
        self.log = log
        isLost = restored.isLost
        rotations = restored.rotations
        gaps = restored.gaps
        restore(restored.tail)
    }

    deinit { buffer?.deallocate() }

    /// Reads on, at most about `budget` bytes. True when nothing is left to read.
    ///
    /// - Parameter now: Monotonic nanoseconds.
    func poll(now: Int64, budget: Int, into sink: some LineSink) -> Bool {
        defer {
            buffer?.deallocate()
            buffer = nil
        }
        switch phase {
        case .beginning: begin()
        case .searching(let current, let places): search(current, places, now: now, into: sink)
        case .following(let current, let absent): look(at: current, absent: absent, now: now, into: sink)
        }
        var budget = budget
        guard case .following = phase else { return true }
        guard drain(now: now, budget: &budget, into: sink) else { return false }
        guard case .following(let current?, _) = phase else { return true }
        guard read(current, now: now, budget: &budget, into: sink) else { return false }
        // Files may have been found while reading, such as the copy of a cleared log.
        return drain(now: now, budget: &budget, into: sink)
    }

    // MARK: The first start

    private func begin() {
        switch TailFile.open(path) {
        case .success(let file):
            if options.startsAtEnd || isLost, let code = file.skipToEnd(with: memory(), maximumLineBytes: options.maximumLineBytes) {
                return report(.failed(code))
            }
            remember(RotatedFile.list(beside: path) ?? [], beside: file)
            phase = .following(file, absent: LogPlace())
            report(nil)
        case .failure(let refusal):
            report(refusal)
            // Where even the directory is missing, a drive may not be mounted yet, and the log on it is not new.
            guard case .missing = refusal, let siblings = RotatedFile.list(beside: path) else { return }
            remember(siblings, beside: nil)
            phase = .following(nil, absent: absence(siblings))
        }
    }

    /// The place of a log that is not there: what is rotated from now on is newer than all files that are.
    func absence(_ siblings: [RotatedFile]) -> LogPlace {
        var place = LogPlace()
        place.modified = siblings.map(\.modified).max() ?? .min
        return place
    }

    // MARK: Reading

    private func drain(now: Int64, budget: inout Int, into sink: some LineSink) -> Bool {
        var isRead = true
        for file in draining {
            let before = file.place.seen
            let reading = file.readOn(with: memory(), budget: &budget, maximumLineBytes: options.maximumLineBytes, into: sink)
            if file.place.seen > before { file.quietSince = now }
            switch reading {
            case .end where file.endsWhenRead || now - file.quietSince >= Self.lingering.nanoseconds: finish(file, into: sink)
            case .end: break
            case .more: isRead = false
            case .changed: finish(file, into: sink)
            case .failed(let code):
                suspend(code)
                return true
            }
        }
        return isRead
    }

    private func read(_ current: TailFile, now: Int64, budget: inout Int, into sink: some LineSink) -> Bool {
        // A log that is cleared all the time is read on at the next look.
        for _ in 0..<3 {
            if current.place.isBlank, wasCopiedWhileBlank(current, now: now) { return true }
            // While its directory is away nobody knows what happens to the log.
            guard let wasCleared = wasClearedUnseen(current) else { return true }
            if wasCleared {
                if !restart(current, now: now, into: sink) { return true }
                continue
            }
            switch current.readOn(with: memory(), budget: &budget, maximumLineBytes: options.maximumLineBytes, into: sink) {
            case .end: return true
            case .more: return false
            case .changed: if !restart(current, now: now, into: sink) { return true }
            case .failed(let code):
                suspend(code)
                return true
            }
        }
        return true
    }

    /// What is left of a line will not be completed any more, so it is a line.
    func leave(_ place: LogPlace, into sink: some LineSink) {
        place.partial.withUnsafeBufferPointer { if !$0.isEmpty { sink.count(block: $0) } }
    }

    private func finish(_ file: TailFile, into sink: some LineSink) {
        leave(file.place, into: sink)
        draining.removeAll { $0 === file }
        guard let identity = file.identity else { return }
        let copies = (list(except: file.key) ?? []).compactMap { sibling -> FileIdentity? in
            guard !sibling.isCompressed, sibling.size <= identity.size, !draining.contains(where: { $0.key == sibling.key }),
                case .success(let opened) = TailFile.open(sibling.path), let copy = opened.identity, file.begins(with: copy)
            else { return nil }
            return copy
        }
        finished = (finished + [identity] + copies).suffix(2 * Self.rememberedFiles)
    }

    /// Lets go of all files because one cannot be read any more; they are looked for again by what is known of them.
    private func suspend(_ code: Int32) {
        guard case .following(let current, let absent) = phase else { return }
        phase = .searching(current: current?.place ?? absent, draining: draining.map(\.place))
        draining = []
        report(.failed(code))
    }

    /// The buffer of this poll: between polls no memory is kept.
    func memory() -> UnsafeMutableRawBufferPointer {
        if let buffer { return buffer }
        let made = UnsafeMutableRawBufferPointer.allocate(
            byteCount: TailFile.bufferBytes(maximumLineBytes: options.maximumLineBytes), alignment: 64)
        buffer = made
        return made
    }

    // MARK: Telling

    /// Keeps why the log cannot be read; the log of the program gets a line where that changes.
    func report(_ refusal: TailFile.Refusal?) {
        let found = refusal.map { refusal in
            switch refusal {
            case .missing: "there is no file at \(path); its lines are counted as soon as there is one"
            case .notAFile(let kind): "\(path) is \(kind), not a log file; give the path of the file"
            case .failed(EACCES): "no permission to read \(path); let the user of this program read the file and enter its directories"
            case .failed(let code): "\(path) cannot be read: \(String(cString: strerror(code))); look whether its drive is mounted"
            }
        }
        guard found != problem else { return }
        if let found { log.warning("The log cannot be read: \(found)") } else { log.notice("The log can be read again") }
        problem = found
    }
}

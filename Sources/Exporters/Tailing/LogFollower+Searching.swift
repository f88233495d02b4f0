import Glibc
import Logging

extension LogFollower {
    /// Where a place was found again.
    private enum Found {
        /// In the file at the log's path.
        case atPath
        /// In a file beside it.
        case beside(TailFile, index: Int)
        case nowhere

        var file: TailFile? { if case .beside(let file, _) = self { file } else { nil } }
    }

    /// Finds the places of an earlier run, or of the time before the drive was gone, in the files that are there now.
    func search(_ current: LogPlace, _ places: [LogPlace], now: Int64, into sink: some LineSink) {
        var file: TailFile?
        switch TailFile.open(path) {
        case .success(let opened): file = opened
        case .failure(.missing(let code)): report(.missing(code))
        case .failure(let refusal): return report(refusal)
        }
        guard let everything = RotatedFile.list(beside: path) else { return }
        let siblings = everything.filter { $0.key != file?.key }
        let found = find(current, file, siblings)
        // An empty directory may be a drive that is not mounted.
        if case .nowhere = found, file == nil, current.inode != 0 { return }
        let matched = places.map { $0.isBlank ? nil : findDraining($0, siblings) }
        draining = matched.compactMap(\.self)
        for file in draining { file.quietSince = now }
        // Of an empty file only its number is known, which may have been given to another file since.
        let empty = Set((places + [current]).filter { $0.isBlank && $0.inode != 0 }.map(\.inode))
        let later = siblings.indices.filter { index in
            if empty.contains(siblings[index].key.inode) { return true }
            return switch found {
            case .atPath: false
            case .beside(_, let place): index > place
            case .nowhere: siblings[index].modified > current.modified && !hasHead(of: current, siblings[index])
            }
        }
        let newer = newFiles(later.map { siblings[$0] }, beside: [file, found.file])
        guard take(newer, now: now) else {
            draining = []
            return
        }
        for (place, file) in zip(places, matched) where file == nil { leave(place, into: sink) }
        goOn(found, current, file, siblings, newer: newer.count, now: now, into: sink)
        remember(siblings, except: file?.key)
        if file != nil { report(nil) }
    }

    private func goOn(
        _ found: Found, _ current: LogPlace, _ file: TailFile?, _ siblings: [RotatedFile], newer: Int, now: Int64, into sink: some LineSink
    ) {
        switch found {
        case .atPath:
            file?.place = current
            if let file { file.place.inode = file.key.inode }
        case .beside(let old, _):
            old.endsWhenRead = old.key.inode != current.inode
            old.place = current
            old.place.inode = old.key.inode
            old.quietSince = now
            draining.insert(old, at: 0)
            rotations += 1
            log.info("The log was rotated meanwhile", metadata: ["between": .stringConvertible(newer)])
        case .nowhere where current.isBlank:
            if let file, current.inode != 0, file.key.inode != current.inode { rotations += 1 }
        case .nowhere:
            leave(current, into: sink)
            rotations += 1
            missRest(of: current, siblings)
        }
        phase = .following(file, absent: absence(siblings))
    }

    /// Says that what was written behind a place is lost, unless a compressed file shows that nothing was.
    private func missRest(of place: LogPlace, _ siblings: [RotatedFile]) {
        let second: Int64 = 1_000_000_000
        let compressed = siblings.filter { $0.isCompressed && $0.modified / second >= place.modified / second }
        if let oldest = compressed.first, oldest.modified / second == place.modified / second, compressed.count == 1 { return }
        gaps += 1
        if compressed.isEmpty {
            log.warning(
                """
                Lines may be lost: the file that was read before the stop is neither the log nor beside it any more. Counting goes on with \
                what is there
                """)
        } else {
            log.warning(
                """
                Lines are lost: the log was rotated and compressed before it was read to its end. Compress rotated logs one rotation later, \
                as delaycompress of logrotate does
                """, metadata: ["files": .string(compressed.map { String($0.name) }.joined(separator: ", "))])
        }
    }

    private func find(_ place: LogPlace, _ file: TailFile?, _ siblings: [RotatedFile]) -> Found {
        guard !place.isBlank else { return .nowhere }
        if let file, file.key.inode == place.inode, file.holds(place) == .yes { return .atPath }
        if let index = siblings.firstIndex(where: { $0.key.inode == place.inode && !$0.isCompressed }),
            case .success(let opened) = TailFile.open(siblings[index].path), opened.holds(place) == .yes
        {
            return .beside(opened, index: index)
        }
        if let file, file.holds(place) == .yes { return .atPath }
        guard let copy = longest(siblings, holding: place), let index = siblings.firstIndex(where: { $0.path == copy.path }) else {
            return .nowhere
        }
        return .beside(copy.file, index: index)
    }

    private func findDraining(_ place: LogPlace, _ siblings: [RotatedFile]) -> TailFile? {
        let found: TailFile
        if let sibling = siblings.first(where: { $0.key.inode == place.inode && !$0.isCompressed }),
            case .success(let opened) = TailFile.open(sibling.path), opened.holds(place) == .yes
        {
            found = opened
        } else if let copy = longest(siblings, holding: place) {
            found = copy.file
        } else {
            return nil
        }
        found.place = place
        found.place.inode = found.key.inode
        return found
    }
}

import Time
import WebServer

extension API {
    private static let portion = 256 << 10

    /// GET `backup`: a whole copy of the database of alerts, silences and the notification log, taken and checked before the first byte is sent.
    func getBackup() async throws(OperatorError) -> WebResponse {
        let file = try await access.backup()
        let time = GoLayout.format(file.summary.takenAt ?? Clock.wall(), layout: "20060102T150405Z")
        return WebResponse(
            status: 200,
            headers: [
                ("Content-Type", "application/vnd.sqlite3"),
                ("Content-Disposition", "attachment; filename=\"flatalert-\(time).backup\""),
                ("X-Content-Type-Options", "nosniff"),
            ],
            body: .stream { writer in
                var offset = 0
                while offset < file.summary.bytes {
                    // The connection is cut then, so that nobody takes half a backup for one.
                    guard let bytes = file.bytes(from: offset, count: Self.portion), !bytes.isEmpty else { throw TruncatedBackup() }
                    try await writer.write(bytes)
                    offset += bytes.count
                }
            })
    }

    private struct TruncatedBackup: Error {}
}

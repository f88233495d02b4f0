import Glibc
import JSON
import Time

/// One operation of the plugin, as a line of the event log says it (reference 2.9).
struct CNIEvent {
    /// The specification's code for a failure of input or output: what a stand-in answers whose plugin cannot be run.
    static let ownErrorCode = 5
    /// A line is written at once, which the kernel keeps whole up to this size on all file systems.
    static let lineLimit = 4 << 10

    var operation: String
    var containerID: String
    /// When the plugin had ended.
    var ended: Timestamp
    var milliseconds: Int64
    var status: ChildStatus
    /// What the plugin's own error object says, when it failed and printed one.
    var error: (code: Int64, message: String)?
    /// The address that ADD gave.
    var ip: String?
    var registrations: RegistrationCounts
    /// A line of the plugin's standard error.
    var remark: String

    /// Reads a plugin's output. What is no result and no error object is passed over.
    init(
        operation: String, containerID: String, ended: Timestamp, milliseconds: Int64, status: ChildStatus,
        output: UnsafeBufferPointer<UInt8>, registrations: RegistrationCounts, remark: String
    ) {
        self.operation = operation
        self.containerID = containerID
        self.ended = ended
        self.milliseconds = milliseconds
        self.status = status
        self.registrations = registrations
        self.remark = remark
        guard !output.isEmpty, let value = try? JSONValue.parse(Array(output)) else { return }
        if status == .exit(0) {
            ip = operation == "ADD" ? Self.address(in: value) : nil
        } else if let code = value["code"]?.int64Value {
            error = (code, value["msg"]?.stringValue ?? "")
        }
    }

    private var isSuccess: Bool { status == .exit(0) }

    private var hasFailedRegistration: Bool { registrations.notRegistered > 0 || registrations.notDeregistered > 0 }

    /// INFO, ERROR, or WARN where the container runs and the Gateway does not know.
    private var level: String { isSuccess ? hasFailedRegistration ? "WARN" : "INFO" : "ERROR" }

    private var message: String {
        if isSuccess { return hasFailedRegistration ? "\(operation) success, \(remark)" : "\(operation) success" }
        let said = error.map { $0.message.isEmpty ? "error code \($0.code)" : $0.message }
        switch status {
        case .exit(let code):
            let fallback = "exit code \(code)" + (remark.isEmpty ? "" : ": \(remark)")
            return "\(operation) failed: \(said ?? fallback)"
        case .signal(let number):
            return "\(operation) failed: ended by signal \(number)" + (remark.isEmpty ? "" : ": \(remark)")
        }
    }

    /// The line with its end, at most `lineLimit` bytes.
    var line: [UInt8] {
        var limit = 1 << 10
        while true {
            let bytes = line(textLimit: limit)
            // Escapes can make six bytes of one.
            if bytes.count <= Self.lineLimit || limit < 8 { return bytes }
            limit /= 2
        }
    }

    private func line(textLimit: Int) -> [UInt8] {
        var writer = JSONWriter(escapesHTML: false)
        writer.beginObject()
        writer.key("timestamp")
        writer.string(RFC3339.string(ended.utc, fraction: .milliseconds))
        writer.key("level")
        writer.string(level)
        writer.key("component")
        writer.string("flatnet-cni")
        writer.key("message")
        writer.string(Self.cut(message, textLimit))
        writer.key("operation")
        writer.string(operation)
        writer.key("status")
        writer.string(isSuccess ? "success" : "failure")
        writer.key("duration_ms")
        writer.integer(max(0, milliseconds))
        writer.key("container_id")
        writer.string(Self.cut(containerID, min(textLimit, 256)))
        if let ip {
            writer.key("ip")
            writer.string(Self.cut(ip, 64))
        }
        writer.key("exit_code")
        switch status {
        case .exit(let code): writer.integer(code)
        case .signal(let number):
            // As a shell tells it.
            writer.integer(128 + number)
            writer.key("signal")
            writer.integer(number)
        }
        if let error {
            writer.key("error_code")
            writer.integer(error.code)
        }
        if operation == "ADD" || registrations.registered + registrations.notRegistered > 0 {
            Self.pair("registration", registrations.registered, registrations.notRegistered, &writer)
        }
        if operation == "DEL" || registrations.deregistered + registrations.notDeregistered > 0 {
            Self.pair("deregistration", registrations.deregistered, registrations.notDeregistered, &writer)
        }
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func pair(_ name: String, _ success: Int, _ failure: Int, _ writer: inout JSONWriter) {
        writer.key(name)
        writer.beginObject()
        writer.key("success")
        writer.integer(success)
        writer.key("failure")
        writer.integer(failure)
        writer.endObject()
    }

    /// At most so many bytes of a text, whole characters.
    private static func cut(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: limit)
        while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end]) + "…"
    }

    /// The first address of a result, without its prefix length: `ips[0].address`, or `ip4.ip` before version 0.3.
    private static func address(in result: JSONValue) -> String? {
        let text = result["ips"]?[0]?["address"]?.stringValue ?? result["ip4"]?["ip"]?.stringValue
        return text.map { String($0.prefix { $0 != "/" }) }
    }

    /// An error object as a plugin prints it.
    static func error(code: Int, message: String, details: String) -> [UInt8] {
        var writer = JSONWriter(escapesHTML: false)
        writer.value(["cniVersion": "1.0.0", "code": .number(JSONNumber(code)), "msg": .string(message), "details": .string(details)])
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

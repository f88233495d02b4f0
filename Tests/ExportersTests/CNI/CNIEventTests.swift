import JSON
import Testing
import Time

@testable import Exporters

@Suite("An operation as a line of the event log")
struct CNIEventTests {
    private static func event(
        _ operation: String, _ status: ChildStatus, output: String = "", error: String = "", id: String = "07910d97e943"
    ) -> CNIEvent {
        let scan = RegistrationScan()
        Array(error.utf8).withUnsafeBufferPointer { scan.take($0) }
        scan.finish()
        return Array(output.utf8).withUnsafeBufferPointer {
            CNIEvent(
                operation: operation, containerID: id, ended: Timestamp(seconds: 1_768_440_704, nanoseconds: 207_000_000),
                milliseconds: 184,
                status: status, output: $0, registrations: scan.counts, remark: scan.remark)
        }
    }

    private static func value(_ event: CNIEvent) throws -> JSONValue { try JSONValue.parse(event.line) }

    @Test("a success tells its address, its duration and its registrations")
    func success() {
        let event = Self.event(
            "ADD", .exit(0), output: #"{"cniVersion":"1.0.0","ips":[{"address":"10.100.1.12/24"}]}"#,
            error: "flatnet registry: registered container 07 at http://10.100.1.1:8080/api/containers\nflatnet ADD: success\n")
        #expect(
            String(decoding: event.line, as: UTF8.self) == """
                {"timestamp":"2026-01-15T01:31:44.207Z","level":"INFO","component":"flatnet-cni","message":"ADD success","operation":"ADD",\
                "status":"success","duration_ms":184,"container_id":"07910d97e943","ip":"10.100.1.12","exit_code":0,\
                "registration":{"success":1,"failure":0}}

                """)
    }

    @Test("a failure tells the plugin's own words and code")
    func failure() throws {
        let value = try Self.value(Self.event("ADD", .exit(1), output: #"{"code":102,"msg":"no available IP addresses in range"}"#))
        #expect(value["message"] == "ADD failed: no available IP addresses in range")
        #expect(value["error_code"] == 102 && value["exit_code"] == 1 && value["status"] == "failure" && value["level"] == "ERROR")
        #expect(value["ip"] == nil)
    }

    @Test("a plugin that dies of a signal, or fails without an error object, is told by its last words")
    func words() throws {
        let killed = try Self.value(Self.event("DEL", .signal(9), output: "half {", error: "flatnet DEL: container=07"))
        #expect(killed["message"] == "DEL failed: ended by signal 9: flatnet DEL: container=07")
        #expect(killed["exit_code"] == 137 && killed["signal"] == 9 && killed["error_code"] == nil)
        let odd = try Self.value(Self.event("DEL", .exit(2), error: "panicked\r\nat line 7\r\n"))
        #expect(odd["message"] == "DEL failed: exit code 2: at line 7")
    }

    @Test("a container that runs and is not registered is a warning")
    func unregistered() throws {
        let value = try Self.value(
            Self.event(
                "ADD", .exit(0), output: "{}",
                error: """
                    flatnet registry: failed to register at http://a: failed to connect to registry
                    flatnet registry: failed to register at http://b: invalid endpoint address
                    flatnet registry: WARNING - registration failed (container will work locally): invalid endpoint address
                    """))
        #expect(value["level"] == "WARN" && value["status"] == "success")
        #expect(value["message"] == "ADD success, failed to register at http://a: failed to connect to registry")
        #expect(value["registration"] == ["success": 0, "failure": 2])
    }

    @Test("whatever a plugin says, the line is one JSON object of at most 4096 bytes")
    func bounded() throws {
        for text in [
            String(repeating: "\u{1}", count: 9_000), String(repeating: "犬", count: 9_000), String(repeating: "\"\\\n", count: 3_000),
        ] {
            var writer = JSONWriter()
            writer.value(["code": 7, "msg": .string(text)])
            let event = Self.event("ADD", .exit(1), output: writer.string, error: text, id: text)
            #expect(event.line.count <= 4_096 && event.line.last == 0x0A && !event.line.dropLast().contains(0x0A))
            #expect(try Self.value(event)["error_code"] == 7)
        }
    }
}

@Suite("What a plugin says of registrations")
struct RegistrationScanTests {
    private static let text = """
        flatnet registry: registered container 07 at http://a\r
        flatnet registry: failed to register at http://b: x
        flatnet registry: deregistered container 07 from http://a
        flatnet registry: failed to deregister from http://b: x
        unrelated flatnet registry: registered container 07 at http://a

        flatnet registry: registered container 08 at http://a
        """

    @Test("the same is counted however the stream is cut into pieces")
    func pieces() {
        let bytes = Array(Self.text.utf8)
        for size in [1, 2, 7, 64, bytes.count] {
            let scan = RegistrationScan()
            for start in stride(from: 0, to: bytes.count, by: size) {
                bytes[start..<min(bytes.count, start + size)].withUnsafeBufferPointer { scan.take($0) }
            }
            scan.finish()
            #expect(scan.counts == RegistrationCounts(registered: 2, notRegistered: 1, deregistered: 1, notDeregistered: 1))
        }
    }

    @Test("a warning without an attempt before it is one failed attempt")
    func warning() {
        let scan = RegistrationScan()
        Array("flatnet registry: WARNING - could not deregister 07: endpoint must use http://\n".utf8).withUnsafeBufferPointer {
            scan.take($0)
        }
        #expect(scan.counts == RegistrationCounts(notDeregistered: 1))
    }

    @Test("a line without end costs no memory")
    func long() {
        let scan = RegistrationScan()
        let piece = [UInt8](repeating: 0x61, count: 1 << 20)
        for _ in 0..<4 { piece.withUnsafeBufferPointer { scan.take($0) } }
        scan.finish()
        #expect(scan.remark.utf8.count == RegistrationScan.lineLimit)
    }

    @Test("of a large result the first mebibyte is kept")
    func capture() {
        let capture = OutputCapture()
        let piece = [UInt8](repeating: 0x61, count: 700_000)
        for _ in 0..<3 { piece.withUnsafeBufferPointer { capture.take($0) } }
        #expect(capture.bytes.count == OutputCapture.limit && capture.bytes.allSatisfy { $0 == 0x61 })
    }
}

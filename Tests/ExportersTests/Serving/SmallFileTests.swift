import Glibc
import Testing

@testable import Exporters

@Suite("Reading small files")
struct SmallFileTests {
    private let files = LogFiles()

    private func error(_ path: String, limit: Int = 100) -> FileError? {
        do throws(FileError) {
            _ = try SmallFile.read(path, limit: limit)
            return nil
        } catch {
            return error
        }
    }

    @Test("a file is read as a whole whatever is expected of its size", arguments: [0, 1, 7, 16 << 10, 40_000], [1, 64, 16 << 10])
    func whole(size: Int, expected: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 / 3) }
        files.append(bytes, to: "file")
        #expect(try SmallFile.read(files.path("file"), limit: size, expecting: expected) == bytes)
        guard size > 0 else { return }
        #expect(try SmallFile.read(files.path("file"), limit: size - 1, .cut, expecting: expected) == Array(bytes.dropLast()))
        #expect(error(files.path("file"), limit: size - 1)?.found == "it is larger than \(size - 1) bytes")
    }

    @Test("what the kernel makes while it is read, of a size that it does not tell, is read as a whole")
    func kernel() throws {
        let text = String(decoding: try SmallFile.read("/proc/self/status", limit: 1 << 20, expecting: 16), as: UTF8.self)
        #expect(text.hasPrefix("Name:") && text.hasSuffix("\n") && text.contains("\nVmRSS:"))
    }

    @Test("what is no plain file is not waited for and says what it is")
    func noFile() {
        files.makeDirectory("directory")
        mkfifo(files.path("pipe"), 0o600)
        #expect(error(files.path("directory")) == FileError(path: files.path("directory"), cause: .noFile("a directory")))
        #expect("\(error(files.path("pipe"))!)" == "\(files.path("pipe")) cannot be read: it is a named pipe")
        #expect(error("/dev/zero")?.found == "it is a device")
        #expect(error(files.path("nothing"))?.isMissing == true && error(files.path("directory"))?.isMissing == false)
        files.append("x", to: "file")
        #expect(error(files.path("file/below"))?.isMissing == true)
        #expect(error(files.path("nothing"))?.found == "No such file or directory")
    }

    @Test("the names in a directory are those that are there")
    func names() throws {
        files.append("", to: ".hidden")
        files.append("", to: "shown")
        files.makeDirectory("below")
        #expect(try SmallFile.names(in: files.directory).sorted() == [".hidden", "below", "shown"])
        #expect(throws: FileError(path: files.path("shown"), cause: .system(ENOTDIR))) { try SmallFile.names(in: files.path("shown")) }
    }
}

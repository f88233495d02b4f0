import Foundation
import Labels
import MonitorFile
import Testing

@testable import Scraping

@Suite struct FileScanTests {
    private let directory: TargetDirectory

    init() throws { directory = try TargetDirectory() }

    @Test("files of all three kinds are read, each group with the path of its file")
    func kinds() throws {
        try directory.write("[{targets: ['a:1', 'b:1'], labels: {zone: east}}]", to: "a.yml")
        try directory.write("- targets: ['c:1']\n", to: "b.yaml")
        try directory.write(#"[{"targets": ["d:1"]}, {"targets": ["e:1"], "labels": {"x": "y"}}]"#, to: "c.json")
        try directory.write("- targets: ['no:1']\n", to: "d.txt")
        let bench = ScanBench(directory, ["*.yml", "*.yaml", "*.json"])
        #expect(bench.addresses == ["a:1", "b:1", "c:1", "d:1", "e:1"])
        #expect(
            bench.groups.first?.labels == LabelSet(["zone": "east", "__meta_filepath": directory.file("a.yml")]))
        #expect(bench.groups.map(\.source).suffix(2) == ["\(directory.file("c.json")):0", "\(directory.file("c.json")):1"])
    }

    @Test("an edit in place counts when the writer closes the file, not before")
    func inPlace() throws {
        try directory.write("[{targets: ['a:1']}]", to: "a.yml")
        let bench = ScanBench(directory, ["a.yml"])
        let writer = try #require(FileHandle(forWritingAtPath: directory.file("a.yml")))
        try writer.truncate(atOffset: 0)
        try writer.write(contentsOf: Data("[{targets: ['b:1']".utf8))
        bench.settle()
        #expect(bench.addresses == ["a:1"])
        try writer.write(contentsOf: Data("}]".utf8))
        try writer.close()
        bench.settle()
        #expect(bench.addresses == ["b:1"])
        #expect(bench.failures == 0)
    }

    @Test("a new file counts when its writer closes it, a hard link at once")
    func newFile() throws {
        let bench = ScanBench(directory, ["*.yml"])
        let writer = open(directory.file("a.yml"), O_CREAT | O_WRONLY, 0o600)
        try #require(writer >= 0)
        #expect(write(writer, "[{targets: ['a:1'", 17) == 17)
        bench.settle()
        #expect(bench.addresses == [])
        #expect(bench.failures == 0)
        #expect(write(writer, "]}]", 3) == 3)
        close(writer)
        bench.settle()
        #expect(bench.addresses == ["a:1"])
        #expect(Foundation.link(directory.file("a.yml"), directory.file("b.yml")) == 0)
        bench.settle()
        #expect(bench.addresses == ["a:1", "a:1"])
    }

    @Test("a rename over the file counts, without a moment in which its targets are gone")
    func rename() throws {
        try directory.write("[{targets: ['a:1']}]", to: "a.yml")
        let bench = ScanBench(directory, ["*.yml"])
        try directory.replace("a.yml", with: "[{targets: ['b:1']}]")
        bench.settle()
        #expect(bench.addresses == ["b:1"])
        // As some editors save: the old file aside, a new one in its place.
        try directory.move("a.yml", to: "a.yml~")
        bench.run(after: 10)
        try directory.write("[{targets: ['c:1']}]", to: "a.yml")
        bench.settle()
        #expect(bench.addresses == ["c:1"])
        #expect(bench.answerCount == 3)
    }

    @Test("nothing is read while a directory is busy, but for half a second at most")
    func settling() throws {
        let bench = ScanBench(directory, ["*.yml"])
        for step in 0..<9 {
            try directory.write("[{targets: ['a\(step):1']}]", to: "a.yml")
            bench.run(after: 40)
            #expect(bench.addresses == [])
        }
        for step in 9..<14 {
            try directory.write("[{targets: ['a\(step):1']}]", to: "a.yml")
            bench.run(after: 40)
        }
        #expect(bench.addresses.count == 1)
    }

    @Test("a removed file takes its targets along; one that comes again brings them back")
    func removal() throws {
        try directory.write("[{targets: ['a:1']}]", to: "a.yml")
        try directory.write("[{targets: ['b:1']}]", to: "b.yml")
        let bench = ScanBench(directory, ["*.yml"])
        try directory.remove("a.yml")
        bench.settle()
        #expect(bench.addresses == ["b:1"])
        try directory.write("[{targets: ['c:1']}]", to: "a.yml")
        bench.settle()
        #expect(bench.addresses == ["c:1", "b:1"])
    }

    @Test("a file that became invalid keeps its targets, is told once, and told again when it is fine")
    func invalid() throws {
        try directory.write(#"[{"targets": ["a:1", "b:1"]}]"#, to: "a.json")
        try directory.write("[{targets: ['c:1']}]", to: "b.yml")
        let bench = ScanBench(directory, ["*.json", "*.yml"])
        for _ in 0..<3 {
            try directory.write(#"[{"targets": ["a:1""#, to: "a.json")
            bench.settle()
        }
        try directory.write("[{targets: ['d:1']}]", to: "b.yml")
        bench.settle()
        #expect(bench.addresses == ["a:1", "b:1", "d:1"])
        #expect(bench.failures == 3)
        let told = bench.lines.containing("cannot be used, what it brought before stays (2 targets)")
        #expect(told.count == 1)
        #expect(told.first?.hasPrefix("warning: job \"node\": \(directory.file("a.json")) ") == true, "\(told)")
        try directory.write(#"[{"targets": ["e:1"]}]"#, to: "a.json")
        bench.settle()
        #expect(bench.addresses == ["e:1", "d:1"])
        #expect(bench.lines.containing("is read again, 1 target").count == 1)
    }

    @Test("another mistake in the same file is told as well")
    func otherMistake() throws {
        try directory.write("[{targets: 5}]", to: "a.yml")
        let bench = ScanBench(directory, ["a.yml"])
        try directory.write("[{target: ['a:1']}]", to: "a.yml")
        bench.settle()
        #expect(bench.lines.containing("cannot be used, it brings no targets").count == 2)
        #expect(bench.groups.isEmpty)
    }

    @Test("what is no file under a matching name is told, and holds nothing up")
    func noFile() throws {
        try directory.makeDirectory("a.yml")
        #expect(mkfifo(directory.file("b.yml"), 0o600) == 0)
        try directory.write("[{targets: ['c:1']}]", to: "c.yml")
        let bench = ScanBench(directory, ["*.yml"])
        #expect(bench.addresses == ["c:1"])
        #expect(bench.lines.containing("is not a regular file").count == 2)
    }

    @Test("an empty file is a list without targets")
    func emptyFile() throws {
        try directory.write("[{targets: ['a:1']}]", to: "a.yml")
        let bench = ScanBench(directory, ["a.yml"])
        try directory.write("", to: "a.yml")
        bench.settle()
        #expect(bench.groups.isEmpty)
        #expect(bench.failures == 0)
    }

    @Test("a link that leads elsewhere through another link is followed at once")
    func links() throws {
        // As Kubernetes mounts a ConfigMap.
        for (version, address) in [("..v1", "a:1"), ("..v2", "b:1")] {
            try directory.makeDirectory(version)
            try directory.write("[{targets: ['\(address)']}]", to: "\(version)/t.yml")
        }
        try directory.link("..data", to: "..v1")
        try directory.link("t.yml", to: "..data/t.yml")
        let bench = ScanBench(directory, ["*.yml"])
        #expect(bench.addresses == ["a:1"])
        try directory.link("..tmp", to: "..v2")
        try directory.move("..tmp", to: "..data")
        bench.settle()
        #expect(bench.addresses == ["b:1"])
    }

    @Test("a directory that is not there yet is looked for until it is there")
    func missingDirectory() throws {
        let bench = ScanBench(directory, ["later/*.yml"])
        #expect(bench.groups.isEmpty)
        #expect(bench.answerCount == 1)
        #expect(bench.lines.containing("no file matches \(directory.path)/later/*.yml yet").count == 1)
        bench.run(after: 5_000)
        try directory.makeDirectory("later")
        try directory.write("[{targets: ['a:1']}]", to: "later/a.yml")
        bench.run(after: 5_000)
        #expect(bench.addresses == ["a:1"])
        try directory.write("[{targets: ['b:1']}]", to: "later/a.yml")
        bench.settle()
        #expect(bench.addresses == ["b:1"])
    }

    @Test("a directory that is removed takes the targets along, and is watched again when it is made again")
    func removedDirectory() throws {
        try directory.makeDirectory("sub")
        try directory.write("[{targets: ['a:1']}]", to: "sub/a.yml")
        let bench = ScanBench(directory, ["sub/*.yml"])
        try directory.remove("sub")
        bench.settle()
        #expect(bench.groups.isEmpty)
        try directory.makeDirectory("sub")
        try directory.write("[{targets: ['b:1']}]", to: "sub/a.yml")
        bench.run(after: 5_000)
        #expect(bench.addresses == ["b:1"])
    }

    @Test("what no event announced is found by the refresh, also where a file was overwritten within the same second")
    func refresh() throws {
        try directory.makeDirectory("real")
        try directory.write("[{targets: ['a:1']}]", to: "real/a.yml")
        try directory.link("a.yml", to: "real/a.yml")
        let bench = ScanBench(directory, ["a.yml"], refresh: 60_000)
        try directory.write("[{targets: ['b:1']}]", to: "real/a.yml")
        bench.run(after: 59_000)
        #expect(bench.addresses == ["a:1"])
        bench.run(after: 1_000)
        #expect(bench.addresses == ["b:1"])
    }

    @Test("a refresh that finds everything as it was says nothing")
    func quietRefresh() throws {
        try directory.write("[{targets: ['a:1']}]", to: "a.yml")
        let bench = ScanBench(directory, ["*.yml", "a.*"], refresh: 60_000)
        for _ in 0..<3 { bench.run(after: 60_000) }
        #expect(bench.answerCount == 1)
        #expect(bench.addresses == ["a:1"])
    }

    @Test("files beside the pattern are not read")
    func otherFiles() throws {
        try directory.write("[{targets: ['a:1']}]", to: "a.yml")
        let bench = ScanBench(directory, ["a*.yml"])
        try directory.write("nonsense: [", to: "b.yml")
        bench.settle()
        try directory.write("[{targets: ['a2:1']}]", to: "a2.yml")
        bench.settle()
        #expect(bench.addresses == ["a:1", "a2:1"])
        #expect(bench.failures == 0)
    }
}

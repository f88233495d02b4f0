import ClientConfiguration
import Testing

@Suite("Paths and patterns of files in configurations") struct FilePathTests {
    @Test(
        "patterns of files are checked as Go checks them",
        arguments: [
            ("", true), ("*.tmpl", true), ("[a-z]", true), ("[^a]", true), ("[\\]]", true), ("[a-", false), ("[]a]", false), ("[-]", false),
            ("[a-]", false), ("[", false), ("[^]", false), ("a\\", false), ("\\[", true), ("[x", false), ("]", true), ("[[]", true),
        ]) func patterns(_ pattern: String, _ isWellFormed: Bool)
    { #expect(FileGlob.isWellFormed(pattern) == isWellFormed) }

    @Test(
        "paths are cleaned without a look at the disk",
        arguments: [
            ("/a/b/../c", "/a/c"), ("./x", "x"), ("a//b/.", "a/b"), ("../x", "../x"), ("a/../../x", "../x"), ("/../x", "/x"), ("a/..", "."),
            ("/", "/"),
        ]) func paths(_ path: String, _ cleaned: String)
    { #expect(FilePath.cleaned(path) == cleaned) }

    @Test(
        "relative paths are joined to the configuration's directory, absolute and empty ones are not",
        arguments: [("a.yml", "/etc/x", "/etc/x/a.yml"), ("/a.yml", "/etc", "/a.yml"), ("", "/etc", ""), ("../a", "/etc/x", "/etc/a")])
    func joined(_ path: String, _ directory: String, _ expected: String) { #expect(FilePath.joined(path, to: directory) == expected) }

    @Test("without a directory a path stays as it is") func unjoined() { #expect(FilePath.joined("./a", to: nil) == "./a") }

    @Test(
        "a path's directory is what stands before its last slash", arguments: [("a", "."), ("/a", "/"), ("x/a", "x"), ("/x/y/a", "/x/y")])
    func directory(_ path: String, _ expected: String) { #expect(FilePath.directory(of: path) == expected) }
}

import NIOConcurrencyHelpers
import Testing

@testable import flatalert

private func silence(
    _ id: String, _ matchers: String, ends: String, by: String = "root", comment: String = "x", starts: String = "2026-11-22T11:00:00.000Z"
) -> String {
    #"{"id":"\#(id)","status":{"state":"active"},"updatedAt":"2026-11-22T11:30:00.000Z","comment":"\#(comment)","createdBy":"\#(by)","endsAt":"\#(ends)","matchers":[\#(matchers)],"startsAt":"\#(starts)"}"#
}

private let one = #"{"isEqual":true,"isRegex":false,"name":"a","value":"b"}"#
private let four =
    #"{"isEqual":true,"isRegex":true,"name":"x","value":"a.*"},{"isEqual":false,"isRegex":false,"name":"y","value":"b"},{"isEqual":false,"isRegex":true,"name":"z","value":"c"},{"isRegex":false,"name":"w","value":"q\"r"}"#
private let uuid = "7b8f38f7-fd8a-4712-a606-8f48a7f29eb6"
private let other = "ff1e4a7e-6c90-4269-9fd9-8c9a770c46ae"
private let ended = "0493850e-1a07-48ae-9adc-1ee7b5592664"
private let all =
    "["
    + [
        silence(uuid, four, ends: "2026-11-22T15:27:21.000Z", by: "me", comment: "long comment"),
        silence(other, one, ends: "2026-11-22T12:30:00.000Z"), silence(ended, one, ends: "2026-11-22T11:59:59.000Z"),
    ].joined(separator: ",") + "]"

@Suite("silence query")
struct SilenceQueryTests {
    let server = FakeServer { _ in (200, all) }

    @Test("the simple table shows what has not ended, sorted by end")
    func simple() async throws {
        let run = try await server.run("silence", url)
        #expect(
            run.output
                == "ID                                    Matchers                         Ends At                  Created By  Comment       \n"
                + "ff1e4a7e-6c90-4269-9fd9-8c9a770c46ae  a=\"b\"                            2026-11-22 12:30:00 UTC  root        x             \n"
                + "7b8f38f7-fd8a-4712-a606-8f48a7f29eb6  x=~\"a.*\" y!=\"b\" z!~\"c\" w=\"q\\\"r\"  2026-11-22 15:27:21 UTC  me          long comment  \n"
        )
    }

    @Test("the extended table shows the matchers as a list, and all times")
    func extended() async throws {
        let run = try await server.run("silence", "query", "--created-by=me", "--output=extended", url)
        #expect(
            run.output
                == "ID                                    Matchers                           Starts At                Ends At                  Updated At               Created By  Comment       \n"
                + "7b8f38f7-fd8a-4712-a606-8f48a7f29eb6  {x=~\"a.*\",y!=\"b\",z!~\"c\",w=\"q\\\"r\"}  2026-11-22 11:00:00 UTC  2026-11-22 15:27:21 UTC  2026-11-22 11:30:00 UTC  me          long comment  \n"
        )
    }

    @Test(
        "silences are chosen by their end, author and ID",
        arguments: [
            ([], [other, uuid]), (["--within=1h"], [other]), (["--within", "1h30m"], [other]), (["--within=1d"], [other, uuid]),
            (["--expired"], [ended]), (["--expired", "--within=1s"], [ended]), (["--expired", "--within=500ms"], []),
            (["--created-by=me"], [uuid]), (["--id", other], [other]), (["--id=\(ended)"], []),
        ])
    func chosen(arguments: [String], ids: [String]) async throws {
        let run = try await server.runWords(["silence", "query", "-q", url] + arguments)
        #expect(run.output.split(separator: "\n").map(String.init) == ids)
    }

    @Test("matchers are the server's business")
    func filter() async throws {
        _ = try await server.run("silence", "foo", "a=~b", url)
        #expect(server.requests.map(\.target) == ["/api/v2/silences?filter=alertname%3D%22foo%22&filter=a%3D~b"])
    }

    @Test("an unreadable window is refused")
    func window() async throws {
        #expect(try await server.run("silence", "--within=bad", url).error == "amtool: error: time: invalid duration \"bad\"\n")
    }
}

@Suite("silence add")
struct SilenceAddTests {
    let server = FakeServer { _ in (200, #"{"silenceID":"new"}"#) }

    @Test("a silence starts now and lasts an hour, by the user, unless told otherwise")
    func defaults() async throws {
        let run = try await server.run("silence", "add", "foo", "a=~b.*", "c!=d", "-c", "why", url)
        #expect(run.output == "new\n" && run.code == 0)
        #expect(
            server.requests.map(\.body) == [
                #"{"matchers":[{"isEqual":true,"isRegex":false,"name":"alertname","value":"foo"},{"isEqual":true,"isRegex":true,"name":"a","value":"b.*"},{"isEqual":false,"isRegex":false,"name":"c","value":"d"}],"startsAt":"2026-11-22T12:00:00Z","endsAt":"2026-11-22T13:00:00Z","createdBy":"joe","comment":"why"}"#
            ])
    }

    @Test("times, author and annotations can be given")
    func given() async throws {
        _ = try await server.run(
            "silence", "add", "a=b", "-ame", "-d1d12h", "--start=2027-01-01T00:00:00+09:00", "--comment=why", "--annotation=k=v", url)
        _ = try await server.run("silence", "add", "a=b", "-c", "x", "--end=2026-11-22T12:00:01Z", "-d", "5h", url)
        let bodies = server.requests.map(\.body)
        #expect(bodies[0].contains(#""startsAt":"2027-01-01T00:00:00+09:00","endsAt":"2027-01-02T12:00:00+09:00","createdBy":"me""#))
        #expect(bodies[0].hasSuffix(#""annotations":{"k":"v"}}"#))
        #expect(bodies[1].contains(#""endsAt":"2026-11-22T12:00:01Z""#))
    }

    @Test(
        "what makes no silence is refused before anything is sent",
        arguments: [
            ([], "no matchers specified"), (["foo"], "comment required by config"), (["foo", "--comment="], "comment required by config"),
            (["foo", "-cx", "-d", "0m"], "silence duration must be greater than 0"),
            (["foo", "-cx", "-d1x"], #"unknown unit "x" in duration "1x""#),
            (["foo", "-cx", "--start=2030-01-01T00:00:00Z", "--end=2029-01-01T00:00:00Z"], "silence cannot start after it ends"),
            (["foo", "bar", "-cx"], "bad matcher format: bar"),
            (["foo", "a=~[", "-cx"], "error parsing regexp: missing closing ]: `[)$`"),
            (["a=~[", "-cx"], "error parsing regexp: missing closing ]: `[)$`"),
        ])
    func refused(arguments: [String], message: String) async throws {
        let run = try await server.runWords(["silence", "add", url] + arguments)
        #expect(run.error == "amtool: error: \(message)\n" && run.code == 1)
        #expect(server.requests.isEmpty)
    }

    @Test("a comment is not needed when flag or configuration say so, and the flag has the last word")
    func optionalComment() async throws {
        let file = [
            "/home/joe/.config/amtool/config.yml": "comment_required: false\nauthor: configured\nalertmanager.url: http://am:9093\n"
        ]
        #expect(try await server.run("silence", "add", "foo", "--no-require-comment", url).code == 0)
        #expect(try await server.run("silence", "add", "foo", files: file).code == 0)
        #expect(server.requests.last?.body.contains(#""createdBy":"configured","comment":"""#) == true)
        #expect(try await server.run("silence", "add", "foo", "--require-comment", files: file).code == 1)
    }
}

@Suite("silence expire and update")
struct SilenceChangeTests {
    @Test("each silence is deleted; the first failure ends it")
    func expire() async throws {
        let server = FakeServer { request in request.target.hasSuffix("two") ? (404, "") : (200, "") }
        #expect(try await server.run("silence", "expire", "one", url).code == 0)
        let run = try await server.run("silence", "expire", "one", "two", "three", url)
        #expect(run.error == "amtool: error: [DELETE /silence/two][404] not found\n" && run.code == 1)
        #expect(server.requests.map(\.target) == ["one", "one", "two"].map { "/api/v2/silence/\($0)" })
        #expect(server.requests.allSatisfy { $0.method == "DELETE" })
        #expect(try await server.run("silence", "expire", url).error == "amtool: error: no silence IDs specified\n")
    }

    @Test("an update sends the whole silence back and shows what became of it")
    func update() async throws {
        let server = FakeServer { request in
            request.method == "GET"
                ? (200, silence(uuid, one, ends: "2026-11-22T15:27:21.000Z")) : (200, #"{"silenceID":"\#(other)"}"#)
        }
        let run = try await server.run("silence", "update", uuid, "-d", "3h", "-c", "new", url)
        #expect(
            run.output == "ID                                    Matchers  Ends At                  Created By  Comment  \n"
                + "ff1e4a7e-6c90-4269-9fd9-8c9a770c46ae  a=\"b\"     2026-11-22 14:00:00 UTC  root        new      \n")
        #expect(server.requests.map(\.target) == ["/api/v2/silence/\(uuid)", "/api/v2/silences"])
        #expect(
            server.requests.last?.body
                == #"{"id":"\#(uuid)","comment":"new","createdBy":"root","endsAt":"2026-11-22T14:00:00Z","matchers":[\#(one)],"startsAt":"2026-11-22T11:00:00Z"}"#
        )
        #expect(try await server.run("silence", "update", uuid, "-q", url).output == "\(other)\n")
        let wrong = try await server.run("silence", "update", uuid, "--start=2030-01-01T00:00:00Z", url)
        #expect(wrong.error == "amtool: error: silence cannot start after it ends\n")
    }
}

@Suite("silence import")
struct SilenceImportTests {
    @Test("every silence is sent without its status, and the IDs come in the order of the file")
    func imported() async throws {
        let server = FakeServer { request in (200, #"{"silenceID":"id-of-\#(request.body.contains(uuid) ? "first" : "other")"}"#) }
        let run = try await server.run("silence", "import", "exported.json", url, files: ["exported.json": all])
        #expect(run.output == "id-of-first\nid-of-other\nid-of-other\n" && run.code == 0)
        #expect(server.requests.count == 3 && server.requests.allSatisfy { !$0.body.contains("status") && !$0.body.contains("updatedAt") })
        #expect(server.requests.contains { $0.body.contains(#""id":"\#(uuid)""#) })
    }

    @Test("--force drops the IDs; standard input is read without a file")
    func forced() async throws {
        let server = FakeServer { _ in (200, #"{"silenceID":"n"}"#) }
        let run = try await server.run("silence", "import", "-f", "-w1", url, input: all)
        #expect(run.output == "n\nn\nn\n")
        #expect(server.requests.allSatisfy { !$0.body.contains(#""id":"#) })
    }

    @Test("an ID that the server does not know is sent again without it")
    func unknownID() async throws {
        let server = FakeServer { request in request.body.contains(#""id""#) ? (404, #""silence not found""#) : (200, #"{"silenceID":"n"}"#)
        }
        let run = try await server.run("silence", "import", url, input: "[\(silence(uuid, one, ends: "2030-01-01T00:00:00Z"))]")
        #expect(run.output == "n\n" && run.code == 0 && server.requests.count == 2)
    }

    @Test("the good ones stay, the bad ones are told and counted")
    func partial() async throws {
        let server = FakeServer { request in request.body.contains(uuid) ? (400, #""bad""#) : (200, #"{"silenceID":"n"}"#) }
        let run = try await server.run("silence", "import", url, input: all)
        #expect(run.output == "n\nn\n" && run.code == 1)
        #expect(
            run.error
                == "Error adding silence id='\(uuid)': [POST /silences][400] bad\namtool: error: couldn't import 1 out of 3 silences\n")
    }

    @Test("as many requests are under way at once as asked, and no more", arguments: [1, 4])
    func workers(count: Int) async throws {
        let load = NIOLockedValueBox((now: 0, most: 0))
        let server = FakeServer { _ in
            load.withLockedValue {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            // The first ones wait for as many as are allowed, so that a lower number would hang and a higher one shows.
            while load.withLockedValue({ $0.most }) < count { await Task.yield() }
            for _ in 0..<20 { await Task.yield() }
            load.withLockedValue { $0.now -= 1 }
            return (200, #"{"silenceID":"n"}"#)
        }
        let many = "[" + Array(repeating: silence(uuid, one, ends: "2030-01-01T00:00:00Z"), count: 50).joined(separator: ",") + "]"
        let run = try await server.run("silence", "import", "--worker=\(count)", url, input: many)
        #expect(run.code == 0 && server.requests.count == 50)
        #expect(load.withLockedValue { $0.most } == count)
    }

    @Test(
        "what is not an array of objects is refused",
        arguments: ["", "{}", "[1]", "nonsense"])
    func notJSON(input: String) async throws {
        let run = try await FakeServer().run("silence", "import", url, input: input)
        #expect(run.error.hasPrefix("amtool: error: couldn't unmarshal input data, is it JSON?: ") && run.code == 1)
    }

    @Test("a missing file and a terminal are told apart")
    func noInput() async throws {
        #expect(try await FakeServer().run("silence", "import", "nofile", url).error == "amtool: error: path 'nofile' does not exist\n")
        #expect(try await FakeServer().run("silence", "import", url).error == "amtool: error: Failed to read from standard input\n")
    }
}

import Labels
import PromQL
import SampleStore
import Testing

struct AppendTests {
    @Test("a sample that was appended is selected by its labels")
    func appended() throws {
        let store = SampleStore()
        var batch = SampleBatch()
        batch.append(["__name__": "up", "job": "node"], time: 1000, value: 1)
        #expect(store.append(batch).appended == 1)
        let selection = store.select([Matcher(name: "job", equals: "node")], after: 0, through: 1000)
        #expect(selection.count == 1)
        #expect(selection.newest(at: 0, after: 0, through: 1000)?.value == 1)
        #expect(selection.newest(at: 0, after: 1000, through: 2000) == nil)
    }
}

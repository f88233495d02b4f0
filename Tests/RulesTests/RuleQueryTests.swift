import PromQL
import Rules
import Testing

@Suite("Queries of rules")
struct RuleQueryTests {
    @Test("are equal when they say the same in other words")
    func equality() throws {
        let query = try RuleQuery("up  ==0")
        #expect(query.text == "up == 0")
        #expect(query.source == "up  ==0")
        #expect(try query == RuleQuery("up == 0"))
        #expect(try query != RuleQuery("up == 1"))
    }
}

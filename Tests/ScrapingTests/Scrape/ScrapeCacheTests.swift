import Labels
import SampleStore
import Testing

@testable import Scraping

@Suite("series by their bytes")
struct ScrapeCacheTests {
    private let store = SampleStore(options: .unlimited)

    private func reference(_ name: String) throws -> SeriesReference {
        try store.reference(for: LabelSet(["__name__": name])).get()
    }

    /// One scrape that has these series, each tracked; the others go. Returns those that were there before and are gone.
    private func scrape(_ cache: inout ScrapeCache, _ names: [String]) throws -> [SeriesReference] {
        cache.begin()
        for name in names {
            let known = bytes(name) { cache.find($0) }
            let index = known ?? bytes(name) { cache.insert($0) }
            if known == nil { cache.setReference(index, try reference(name)) }
            let reference = try reference(name)
            #expect(cache.reference(index) == reference)
            _ = cache.see(index)
            cache.track(index)
        }
        var stale: [SeriesReference] = []
        cache.forEachStale { stale.append($0) }
        cache.finish()
        return stale
    }

    private func bytes<Result>(_ text: String, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        try Array(text.utf8).withUnsafeBufferPointer(body)
    }

    @Test("what is gone is told once, whatever the order")
    func stale() throws {
        var cache = ScrapeCache()
        #expect(try scrape(&cache, ["a", "b", "c"]) == [])
        #expect(try scrape(&cache, ["c", "a", "b"]) == [])
        let a = try reference("a")
        #expect(try scrape(&cache, ["c", "d", "b"]) == [a])
        #expect(try scrape(&cache, ["c", "d", "b"]) == [])
        #expect(cache.count == 3)
        #expect(try scrape(&cache, []).count == 3)
        #expect(cache.count == 0)
    }

    @Test("random bodies find every series again, and tell exactly what is gone")
    func random() throws {
        var cache = ScrapeCache()
        var former: Set<String> = []
        for _ in 0..<200 {
            let names = Set((0..<Int.random(in: 0..<120)).map { _ in "series_\(Int.random(in: 0..<300))" })
            let gone = try scrape(&cache, names.shuffled())
            let expected = try former.subtracting(names).map { try reference($0) }
            #expect(Set(gone) == Set(expected))
            #expect(gone.count == former.subtracting(names).count)
            #expect(cache.count == names.count)
            former = names
        }
    }

    @Test("a scrape that fails midway tells the series of the scrape before, and the next failure tells none")
    func failure() throws {
        var cache = ScrapeCache()
        _ = try scrape(&cache, ["a", "b", "c"])
        for round in 0..<2 {
            cache.begin()
            // The body breaks off behind its first series.
            let index = try #require(bytes("a") { cache.find($0) })
            _ = cache.see(index)
            cache.track(index)
            var former: [SeriesReference] = []
            cache.forEachFormer { former.append($0) }
            cache.fail()
            let expected = try round == 0 ? Set(["a", "b", "c"].map { try reference($0) }) : []
            #expect(Set(former) == expected)
        }
        #expect(try scrape(&cache, ["a", "b", "c"]) == [])
        #expect(try scrape(&cache, ["a"]).count == 2)
    }

    @Test("churn does not make the cache grow")
    func churn() throws {
        var cache = ScrapeCache()
        var largest = 0
        for round in 0..<300 {
            _ = try scrape(&cache, (0..<50).map { "a_rather_long_name_of_a_series_\(round)_\($0)" })
            if round == 50 { largest = cache.footprint }
        }
        #expect(cache.footprint <= 2 * largest)
    }
}

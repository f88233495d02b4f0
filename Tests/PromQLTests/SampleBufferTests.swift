import Testing

@testable import PromQL

@Suite struct SampleBufferTests {
    @Test("a stale marker is told from every other NaN by its bits")
    func staleMarker() {
        #expect(Double.staleMarker.isStaleMarker)
        #expect(!Double(bitPattern: SpecialNaN.ordinary).isStaleMarker)
        #expect(!(Double.staleMarker + 1).isStaleMarker)
    }
}

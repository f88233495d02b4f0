import AlertCore
import Dispatch
import Foundation
import NIOConcurrencyHelpers
import Testing
import Transport

@testable import AlertRouter

@Suite("The delivery runner")
struct DeliveryRunnerTests {
    @Test("reports each attempt once and is idle afterwards")
    func reports() async {
        let runner = DeliveryRunner()
        let reported = NIOLockedValueBox<[DeliveryID]>([])
        for number in 1...20 {
            var delivery = WebhookPayloadTests.delivery([])
            delivery.id = DeliveryID(number: UInt64(number))
            runner.start(delivery) { _ in
                .delivered(receiverData: nil)
            } report: { id, _ in
                reported.withLockedValue { $0.append(id) }
            }
        }
        await runner.drained()
        #expect(reported.withLockedValue { Set($0) }.count == 20)
        #expect(runner.count == 0)
    }

    @Test("draining waits until the last outcome is handed back, not only until the attempts have ended")
    func drainsReports() async {
        let runner = DeliveryRunner()
        let isHandedBack = NIOLockedValueBox(false)
        let gate = DispatchSemaphore(value: 0)
        runner.start(WebhookPayloadTests.delivery([])) { _ in
            .delivered(receiverData: nil)
        } report: { _, _ in
            gate.wait()
            isHandedBack.withLockedValue { $0 = true }
        }
        // The report holds one of the shared threads, so what lets it go must not need one.
        Thread.detachNewThread {
            while runner.count > 0 { sched_yield() }
            for _ in 0..<1000 { sched_yield() }
            gate.signal()
        }
        await runner.drained()
        #expect(isHandedBack.withLockedValue { $0 })
    }

    @Test("once closed it starts nothing, and what is under way goes on")
    func closes() async {
        let runner = DeliveryRunner()
        let outcomes = NIOLockedValueBox<[UInt64]>([])
        let release = NIOLockedValueBox(false)
        @Sendable func begin(_ number: UInt64) -> Bool {
            var delivery = WebhookPayloadTests.delivery([])
            delivery.id = DeliveryID(number: number)
            return runner.start(delivery) { _ in
                while !release.withLockedValue({ $0 }) { await Task.yield() }
                return .delivered(receiverData: nil)
            } report: { id, _ in
                outcomes.withLockedValue { $0.append(id.number) }
            }
        }
        #expect(begin(1))
        runner.close()
        #expect(!begin(2))
        release.withLockedValue { $0 = true }
        await runner.drained()
        #expect(outcomes.withLockedValue { $0 } == [1])
    }

    @Test("a cancelled attempt still reports")
    func cancels() async {
        let runner = DeliveryRunner()
        let delivery = WebhookPayloadTests.delivery([])
        await confirmation { confirmed in
            await withCheckedContinuation { done in
                runner.start(delivery) { _ in
                    while !Task.isCancelled { await Task.yield() }
                    return .cancelled
                } report: { _, outcome in
                    if case .cancelled = outcome { confirmed() }
                    done.resume()
                }
                runner.cancel(delivery.id)
            }
        }
    }

    @Test(
        "an answer's status decides what happens next",
        arguments: [
            (200, "delivered"), (204, "delivered"), (500, "retry serverError"), (503, "retry serverError"), (400, "final clientError"),
            (401, "final authError"), (403, "final authError"), (429, "final rateLimited"), (302, "final other"),
        ])
    func classifies(status: Int, expected: String) {
        let outcome =
            switch WebhookSender.classify(HTTPResponse(status: status)) {
            case .delivered: "delivered"
            case .retryable(let reason, _, _): "retry \(reason.rawValue)"
            case .deferred(let reason, _, _): "defer \(reason.rawValue)"
            case .failed(let reason, _): "final \(reason.rawValue)"
            case .cancelled: "cancelled"
            }
        #expect(outcome == expected)
    }
}

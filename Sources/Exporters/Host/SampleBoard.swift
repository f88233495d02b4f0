import Exposition
import NIOConcurrencyHelpers

/// Families whose samples are put up together and shown until the next are.
final class SampleBoard: Sendable {
    /// A family's definition.
    struct Family: Sendable {
        var name: String
        var help: String
        var type: CollectedType
        var labels: [String]

        init(_ name: String, _ help: String, type: CollectedType = .gauge, labels: [String] = []) {
            self.name = name
            self.help = help
            self.type = type
            self.labels = labels
        }
    }

    private let samples: NIOLockedValueBox<[[MetricSample]]>

    /// Registers families that have no samples yet, and so are not in the text.
    init(_ registry: MetricRegistry, _ families: [Family]) {
        let samples = NIOLockedValueBox([[MetricSample]](repeating: [], count: families.count))
        for (index, family) in families.enumerated() {
            registry.collect(family.name, help: family.help, type: family.type, labels: family.labels) {
                samples.withLockedValue { $0[index] }
            }
        }
        self.samples = samples
    }

    /// Puts up the samples of all families, in the order of their definitions.
    func show(_ all: [[MetricSample]]) {
        samples.withLockedValue {
            precondition(all.count == $0.count, "a board of \($0.count) families was given samples of \(all.count)")
            $0 = all
        }
    }

    /// Takes down all samples: the source is silent.
    func clear() {
        samples.withLockedValue { $0 = Array(repeating: [], count: $0.count) }
    }
}

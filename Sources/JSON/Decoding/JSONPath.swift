/// The way from a document's root to a value, written as Alertmanager's API does: `0.labels`, `matchers.1.name`.
public struct JSONPath: Hashable, Sendable, CustomStringConvertible {
    /// One step.
    public enum Step: Hashable, Sendable {
        /// Into an object's member.
        case key(String)
        /// Into an array's element, from 0.
        case index(Int)
    }

    /// The steps from the root.
    public let steps: [Step]

    /// The path to the root itself, or along these steps.
    public init(_ steps: [Step] = []) {
        self.steps = steps
    }

    /// The path to a member of the value that this leads to.
    public func appending(_ key: String) -> JSONPath { JSONPath(steps + [.key(key)]) }

    /// The path to an element of the value that this leads to.
    public func appending(_ index: Int) -> JSONPath { JSONPath(steps + [.index(index)]) }

    /// The steps joined by dots; empty for the root.
    public var description: String {
        steps.map { step in
            switch step {
            case .key(let key): key
            case .index(let index): String(index)
            }
        }.joined(separator: ".")
    }
}

/// A JSON value that is not what was expected at its place.
public struct JSONDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Problem: Hashable, Sendable {
        /// A required member is absent or null.
        case missing
        /// Another kind of value was expected.
        case wrongKind(expected: String, found: String)
        /// The kind is right, the value is not: what is wrong with it.
        case invalid(String)
    }

    /// Where the value is, or should be.
    public let path: JSONPath
    /// What is wrong there.
    public let problem: Problem

    /// A problem at a place.
    public init(path: JSONPath, problem: Problem) {
        self.path = path
        self.problem = problem
    }

    /// The place and the problem: `matchers.0.isRegex: expected a boolean, found a string`.
    public var description: String {
        let place = path.steps.isEmpty ? "the document" : path.description
        switch problem {
        case .missing: return "\(place) is required"
        case .wrongKind(let expected, let found): return "\(place): expected \(expected), found \(found)"
        case .invalid(let what): return "\(place): \(what)"
        }
    }
}

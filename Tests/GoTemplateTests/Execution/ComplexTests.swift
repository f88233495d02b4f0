import Testing
import Time

@testable import GoTemplate

@Suite("Complex constants")
struct ComplexTests {
    @Test("complex constants are read and shown as Go does", arguments: ComplexVectors.printed)
    func printed(_ template: String, _ expected: String) {
        #expect(GoVectorFixture.output(template) == expected)
    }

    @Test("every verb for floats shows both parts, and the others tell the type", arguments: ComplexVectors.formats)
    func formats(_ template: String, _ expected: String) {
        #expect(GoVectorFixture.output(template) == expected)
    }

    @Test("complex numbers are equal or not, and have no order", arguments: ComplexVectors.compared)
    func compared(_ template: String, _ expected: String) {
        #expect(GoVectorFixture.output(template) == expected)
    }

    @Test("zero is false", arguments: ComplexVectors.truth)
    func truth(_ template: String, _ expected: String) {
        #expect(GoVectorFixture.output(template) == expected)
    }

    @Test("a constant without imaginary part is an integer or a float where one is wanted", arguments: ComplexVectors.taken)
    func taken(_ template: String, _ expected: String) {
        #expect(GoVectorFixture.output(template) == expected)
    }

    @Test("complex numbers are refused where they have no meaning", arguments: ComplexVectors.refused)
    func refused(_ template: String, _ expected: String) {
        #expect(GoVectorFixture.output(template) == expected)
    }

    @Test("malformed complex constants fail with the words of Go", arguments: ComplexVectors.malformed)
    func malformed(_ template: String, _ expected: String) {
        #expect(GoVectorFixture.output(template) == expected)
    }

    @Test("complex numbers are escaped in HTML", arguments: ComplexVectors.html)
    func html(_ template: String, _ expected: String) {
        #expect(GoVectorFixture.output(template) == expected)
    }
}

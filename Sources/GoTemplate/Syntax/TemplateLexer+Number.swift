import Labels

extension TemplateLexer {
    /// Takes whatever may be a number; the parser finds out whether it is one.
    mutating func number() -> Token {
        guard passNumber() else { return badNumber() }
        guard let sign = byte(at: position), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return token(.number) }
        guard passNumber(), input[position - 1] == UInt8(ascii: "i") else { return badNumber() }
        return token(.complex)
    }

    private mutating func badNumber() -> Token {
        error("bad number syntax: \(GoQuote.quote(Array(input[start..<position])))")
    }

    private mutating func passNumber() -> Bool {
        _ = pass("+-")
        var digits: StaticString = "0123456789_"
        var exponent: StaticString = "eE"
        if pass("0") {
            if pass("xX") {
                digits = "0123456789abcdefABCDEF_"
                exponent = "pP"
            } else if pass("oO") {
                digits = "01234567_"
                exponent = ""
            } else if pass("bB") {
                digits = "01_"
                exponent = ""
            }
        }
        passAll(digits)
        if pass(".") { passAll(digits) }
        if pass(exponent) {
            _ = pass("+-")
            passAll("0123456789_")
        }
        _ = pass("i")
        guard position < input.count else { return true }
        let following = scalar(at: position)
        if isAlphanumeric(following) {
            position += UTF8.width(following)
            return false
        }
        return true
    }

    private mutating func pass(_ set: StaticString) -> Bool {
        guard let byte = byte(at: position), UnsafeBufferPointer(start: set.utf8Start, count: set.utf8CodeUnitCount).contains(byte) else {
            return false
        }
        position += 1
        return true
    }

    private mutating func passAll(_ set: StaticString) {
        while pass(set) {}
    }
}

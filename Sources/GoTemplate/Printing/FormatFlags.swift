/// What stands between the percent sign and the verb of a directive.
struct FormatFlags: Hashable {
    /// `-`: padding goes to the right.
    var minus = false
    /// `+`: always a sign; only ASCII in quotes.
    var plus = false
    /// `#`: the alternate form.
    var sharp = false
    /// A space: room for the sign of a number; spaces between hexadecimal bytes.
    var space = false
    /// `0`: padding with zeros.
    var zero = false
    /// `%+v`: with the names of fields.
    var plusV = false
    /// `%#v`: as Go source.
    var sharpV = false
    /// The least number of characters.
    var width: Int?
    /// The digits or characters after the point.
    var precision: Int?

    /// `%v` looks for its two forms in the flags and does not pass them on to what it prints.
    mutating func settle(for verb: Unicode.Scalar) {
        guard verb == "v" else { return }
        (sharpV, plusV) = (sharp, plus)
        (sharp, plus) = (false, false)
    }
}

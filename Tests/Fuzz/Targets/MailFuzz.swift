import Mail

/// What must hold for any text given to the address parser and the mail writer:
/// - a parsed address, written and parsed again, is the same;
/// - a mail is lines of at most 998 bytes that end in CRLF, no other CR or LF, no NUL, and its fields are those that were given;
/// - field values, unfolded and decoded, are those that were given, and so are the bodies.
public func fuzzMail(_ bytes: UnsafeRawBufferPointer) {
    let text = String(decoding: bytes, as: UTF8.self)
    fuzzAddresses(text, bytes)

    // The input's lines are the values and bodies.
    let pieces = Array(bytes).split(separator: 0xff, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    func piece(_ index: Int) -> String { index < pieces.count ? pieces[index] : "" }
    let given = [("Subject", piece(0)), ("To", piece(1)), ("X-Other", piece(2))]
    let headers = given.compactMap { try? MailHeader($0.0, $0.1) }
    let mail = MailMessage(headers: headers, text: piece(3), html: pieces.count > 4 ? piece(4) : nil, boundary: piece(5))
    let written = mail.bytes()
    guard let lines = lines(of: written) else { return fuzzFailure("a line that is too long or ends in half a CRLF", bytes) }
    checkFields(lines, given, bytes)
    checkBodies(lines, [piece(3)] + (pieces.count > 4 ? [piece(4)] : []), bytes)
    if (try? MailHeader(piece(0), "")) != nil, piece(0).utf8.contains(where: { $0 <= 0x20 || $0 == 0x3a || $0 >= 0x7f }) {
        fuzzFailure("a header can be called what is no name", bytes)
    }
}

private func fuzzAddresses(_ text: String, _ bytes: UnsafeRawBufferPointer) {
    do throws(MailAddressError) {
        for address in try MailAddressList.parse(text) {
            if address.mailbox.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f }) {
                fuzzFailure("a mailbox with a control character", bytes)
            }
            // An encoded display name is not decoded by the parser, so only the mailbox must come back.
            guard let again = try? MailAddressList.parse(address.headerText), again.count == 1, again[0].mailbox == address.mailbox else {
                fuzzFailure("an address does not read back (\(address.headerText.debugDescription))", bytes)
                continue
            }
            if address.headerText.first == "\"", again[0].name != address.name { fuzzFailure("a quoted name does not read back", bytes) }
        }
    } catch {
        if error.column < 1 || error.column > text.count + 1 || error.message.isEmpty {
            fuzzFailure("an error without place or message", bytes)
        }
    }
}

/// The lines without their ends; nil if one is too long or CR, LF or NUL stand anywhere else.
private func lines(of mail: [UInt8]) -> [[UInt8]]? {
    var lines: [[UInt8]] = [[]]
    var index = 0
    while index < mail.count {
        switch mail[index] {
        case 0x0d:
            guard index + 1 < mail.count, mail[index + 1] == 0x0a else { return nil }
            index += 1
            lines.append([])
        case 0x0a, 0: return nil
        default: lines[lines.count - 1].append(mail[index])
        }
        index += 1
    }
    return lines.last == [] && lines.allSatisfy { $0.count <= 998 } ? lines.dropLast() : nil
}

private func checkFields(_ lines: [[UInt8]], _ given: [(String, String)], _ bytes: UnsafeRawBufferPointer) {
    var fields: [(name: String, value: [UInt8])] = []
    for line in lines.prefix(while: { !$0.isEmpty }) {
        if line.first == 0x20 || line.first == 0x09 {
            guard !fields.isEmpty, line.contains(where: { $0 != 0x20 && $0 != 0x09 }) else {
                return fuzzFailure("a blank line in the head", bytes)
            }
            fields[fields.count - 1].value += line
        } else {
            guard let colon = line.firstIndex(of: 0x3a) else { return fuzzFailure("a line that is no field", bytes) }
            fields.append((String(decoding: line[..<colon], as: UTF8.self), Array(line[(colon + 1)...])))
        }
    }
    guard fields.map(\.name) == given.map(\.0) + ["Content-Type", "MIME-Version"] else {
        return fuzzFailure("other fields than the given ones (\(fields.map(\.name)))", bytes)
    }
    for (field, (name, value)) in zip(fields, given) {
        let read = decoded(field.value)
        // Leading blanks do not belong to a value, and who writes "=?" may mean an encoded word.
        if value.contains("=?") { continue }
        if name == "To" && read.elementsEqual(value.utf8.drop { $0 == 0x20 || $0 == 0x09 }) { continue }
        if name == "To", let meant = try? MailAddressList.parse(value), !meant.isEmpty {
            let got = try? MailAddressList.parse(String(decoding: field.value, as: UTF8.self))
            if got?.map(\.mailbox) != meant.map(\.mailbox) { fuzzFailure("the addresses of To have changed", bytes) }
        } else if !read.elementsEqual(value.utf8.drop { $0 == 0x20 || $0 == 0x09 }) && !read.elementsEqual(value.utf8) {
            fuzzFailure("the value of \(name) does not read back (\(String(decoding: read, as: UTF8.self).debugDescription))", bytes)
        }
    }
}

/// A value without its leading blanks, encoded words decoded and joined.
private func decoded(_ value: [UInt8]) -> [UInt8] {
    let value = value.drop { $0 == 0x20 || $0 == 0x09 }
    let open = Array("=?utf-8?q?".utf8)
    guard value.starts(with: open) else { return Array(value) }
    var result: [UInt8] = []
    for word in value.split(separator: 0x20) {
        guard word.starts(with: open), word.suffix(2) == [0x3f, 0x3d] else { return Array(value) }
        result += unescaped(word.dropFirst(open.count).dropLast(2), underscores: true)
    }
    return result
}

private func unescaped(_ bytes: ArraySlice<UInt8>, underscores: Bool) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "="), let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
            result.append(code)
            rest = rest.dropFirst(2)
        } else {
            result.append(byte == UInt8(ascii: "_") && underscores ? 0x20 : byte)
        }
    }
    return result
}

private func checkBodies(_ lines: [[UInt8]], _ given: [String], _ bytes: UnsafeRawBufferPointer) {
    let mark = "boundary="
    guard let type = lines.first(where: { $0.starts(with: "Content-Type: multipart".utf8) }).map({ String(decoding: $0, as: UTF8.self) }),
        let start = type.firstRange(of: mark)?.upperBound
    else { return fuzzFailure("no boundary", bytes) }
    let separator = Array(("--" + type[start...]).utf8)
    let body = lines.drop { !$0.isEmpty }
    let parts = body.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.count == given.count + 1, body.last == separator + Array("--".utf8) else {
        return fuzzFailure("other parts than the given ones", bytes)
    }
    for (index, (part, text)) in zip(parts.dropFirst(), given).enumerated() {
        var content = Array(part.drop { !$0.isEmpty }.dropFirst())
        if index == given.count - 1 { content.removeLast() }
        var read: [UInt8] = []
        for (number, line) in content.enumerated() {
            if line.count > 76 { fuzzFailure("a body line is too long", bytes) }
            if line.last == UInt8(ascii: "=") {
                read += unescaped(line[...].dropLast(), underscores: false)
            } else {
                read += unescaped(line[...], underscores: false)
                if number < content.count - 1 { read.append(0x0a) }
            }
        }
        // CRLF, CR and LF all are line ends.
        var wanted: [UInt8] = []
        for byte in text.utf8 {
            if byte == 0x0a, wanted.last == 0x0d { wanted[wanted.count - 1] = 0x0a } else { wanted.append(byte) }
        }
        // Only a CR that has become the LF of its pair may not swallow another LF, which the loop above cannot do.
        if read != wanted.map({ $0 == 0x0d ? 0x0a : $0 }) { fuzzFailure("a body does not read back", bytes) }
    }
}

import JSON
import Labels
import Time

extension JSONWriter {
    /// Writes a time with three fraction digits and the offset it was received with.
    mutating func time(_ time: Timestamp) {
        // An empty raw value puts the comma; the time is then written in place.
        raw(EmptyCollection())
        bytes.append(UInt8(ascii: "\""))
        RFC3339.write(time, fraction: .milliseconds, into: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes labels as an object.
    mutating func labels(_ labels: LabelSet) {
        beginObject()
        labels.forEach { name, value in
            key(name)
            string(value)
        }
        endObject()
    }

    /// Writes texts as an array.
    mutating func strings(_ texts: [String]) {
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}

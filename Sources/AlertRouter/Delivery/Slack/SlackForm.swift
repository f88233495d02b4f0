import JSON

/// A Slack message with all its texts rendered, and how it is written (reference 9.2): the order of keys is fixed, and most are left out when empty.
struct SlackForm {
    var channel = ""
    /// Names the message that this one replaces; empty makes a new one.
    var timestamp = ""
    var username = ""
    var iconEmoji = ""
    var iconURL = ""
    var linkNames = false
    /// Stands above the attachment.
    var text = ""
    var attachment = Attachment()

    /// The part with the coloured bar.
    struct Attachment {
        var title = ""
        var titleLink = ""
        var pretext = ""
        var text = ""
        var fallback = ""
        var callbackID = ""
        var fields: [Field] = []
        var actions: [SlackConfiguration.Action] = []
        var imageURL = ""
        var thumbURL = ""
        var footer = ""
        var color = ""
        var markdownIn: [String] = []
    }

    struct Field {
        var title: String
        var value: String
        var short: Bool
    }

    /// Compact JSON with its closing newline.
    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("channel", channel)
        writer.member("ts", timestamp)
        writer.member("username", username)
        writer.member("icon_emoji", iconEmoji)
        writer.member("icon_url", iconURL)
        if linkNames {
            writer.key("link_names")
            writer.bool(true)
        }
        writer.member("text", text)
        writer.key("attachments")
        writer.beginArray()
        attachment.write(to: &writer)
        writer.endArray()
        writer.endObject()
        writer.bytes.append(UInt8(ascii: "\n"))
        return writer.bytes
    }
}

extension SlackForm.Attachment {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("title", title)
        writer.member("title_link", titleLink)
        writer.member("pretext", pretext)
        writer.member("text", text, evenIfEmpty: true)
        writer.member("fallback", fallback, evenIfEmpty: true)
        writer.member("callback_id", callbackID, evenIfEmpty: true)
        if !fields.isEmpty {
            writer.key("fields")
            writer.beginArray()
            for field in fields {
                writer.beginObject()
                writer.member("title", field.title)
                writer.member("value", field.value)
                writer.key("short")
                writer.bool(field.short)
                writer.endObject()
            }
            writer.endArray()
        }
        if !actions.isEmpty {
            writer.key("actions")
            writer.beginArray()
            for action in actions { action.write(to: &writer) }
            writer.endArray()
        }
        writer.member("image_url", imageURL)
        writer.member("thumb_url", thumbURL)
        writer.member("footer", footer, evenIfEmpty: true)
        writer.member("color", color)
        if !markdownIn.isEmpty {
            writer.key("mrkdwn_in")
            writer.beginArray()
            for part in markdownIn { writer.string(part) }
            writer.endArray()
        }
        writer.endObject()
    }
}

extension SlackConfiguration.Action {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", type)
        writer.member("text", text)
        writer.member("url", url)
        writer.member("style", style)
        writer.member("name", name)
        writer.member("value", value)
        if let confirm {
            writer.key("confirm")
            writer.beginObject()
            writer.member("text", confirm.text)
            writer.member("title", confirm.title)
            writer.member("ok_text", confirm.okText)
            writer.member("dismiss_text", confirm.dismissText)
            writer.endObject()
        }
        writer.endObject()
    }
}

extension JSONWriter {
    /// Writes a text member, unless it is empty and need not be there.
    fileprivate mutating func member(_ name: StaticString, _ value: String, evenIfEmpty: Bool = false) {
        guard evenIfEmpty || !value.isEmpty else { return }
        key(name)
        string(value)
    }
}

extension BadConfiguration {
    /// Faults of `email_configs`. Alertmanager 0.25 refuses the same, but for header names that would break the message, a client certificate
    /// without its key, and a password beside its file.
    static let email: [BadConfiguration] = [
        .email("", "6:5: no global SMTP smarthost set", "6:5: missing to address in email config", "6:5: no global SMTP from set"),
        .email("to: a@b", "6:5: no global SMTP smarthost set", "6:5: no global SMTP from set"),
        .email(#"to: "", from: f, smarthost: "h:25""#, "6:10: missing to address in email config"),
        .email(#"from: f, smarthost: "h:25""#, "6:5: missing to address in email config"),
        .email(#"to: a@b, smarthost: "h:25""#, "6:5: no global SMTP from set"),
        .email("to: a@b, from: f", "6:5: no global SMTP smarthost set"),
        .email("to: a@b", global: #"smtp_smarthost: "h:25""#, "6:5: no global SMTP from set"),
        .email("to: a@b", global: "smtp_from: f", "6:5: no global SMTP smarthost set"),
        .email("to: a@b", global: #"smtp_smarthost: "h", smtp_from: f"#, "1:26: address h: missing port in address"),
        .email(#"to: a@b, from: f, smarthost: "h""#, "6:35: address h: missing port in address"),
        .email(#"to: a@b, from: f, smarthost: "h:""#, #"6:35: address "h:": port cannot be empty"#),
        .email(#"to: a@b, from: f, smarthost: "::1:25""#, "6:35: address ::1:25: too many colons in address"),
        .email("to: a@b, from: f, smarthost: [h]", "6:35: expected a string, found a list"),
        .email(
            #"to: a@b, from: f@b, smarthost: "h:25", headers: {x-foo: a, X-Foo: b}"#,
            #"6:65: duplicate header "X-Foo" in email config"#),
        .email(
            #"to: a@b, from: f@b, smarthost: "h:25", headers: {subject: a, SUBJECT: b}"#,
            #"6:67: duplicate header "Subject" in email config"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", headers: [a]"#, "6:54: expected a mapping, found a list"),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", headers: {a: [b]}"#, "6:58: expected a string, found a list"),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", headers: {"": a, null: b}"#, #"6:62: duplicate header "" in email config"#),
        .email(
            #"to: a@b, from: f@b, smarthost: "h:25", require_tls: "no""#,
            #"6:58: expected true or false, found the string "no"; write it without quotes"#),
        .email(
            #"to: a@b, from: f@b, smarthost: "h:25", tls_config: {cert_file: x}"#,
            "6:69: exactly one of key or key_file must be configured when a client certificate is configured"),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", tls_config: {foo: a}"#, "6:58: field foo not found in type tls_config"),
        .email(
            #"to: a@b, from: f@b, smarthost: "h:25", tls_config: {min_version: ''}"#,
            "6:71: unknown TLS version: "),
        .email(
            #"to: a@b, from: f@b, smarthost: "h:25""#, global: "smtp_auth_password: p, smtp_auth_password_file: f",
            "1:58: at most one of smtp_auth_password & smtp_auth_password_file must be configured"),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", http_config: {}"#, "6:45: field http_config not found in type email_config"),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", html: [x]"#, "6:51: expected a string, found a list"),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", cc: x"#, "6:45: field cc not found in type email_config"),
        .email(
            #"to: a@b, from: f@b, smarthost: "h:25", auth_secret: s, auth_secret_file: f"#,
            "6:79: at most one of auth_secret & auth_secret_file must be configured"),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", force_implicit_tls: 1"#, "6:65: expected true or false, found the integer 1"),
        .email(
            #"to: a@b, from: f@b, smarthost: "h:25", threading: {enabled: true}"#,
            #"6:56: thread_by_date must be "none" or "daily", found """#),
        .email(
            #"to: a@b, from: f@b, smarthost: "h:25", threading: {enabled: true, thread_by_date: weekly}"#,
            #"6:88: thread_by_date must be "none" or "daily", found "weekly""#),
        .email(
            #"to: a@b, from: f@b, smarthost: "h:25", threading: {enabled: true, thread_by_date: daily}, headers: {references: x}"#,
            #"6:106: header "References" must not be configured together with threading"#),
        .email(
            #"to: a@b, from: f@b, smarthost: "h:25", threading: {enabled: true, thread_by_date: daily}, headers: {in-reply-to: x}"#,
            #"6:106: header "In-Reply-To" must not be configured together with threading"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", threading: {on: true}"#, "6:57: field on not found in type threading"),
    ]
}

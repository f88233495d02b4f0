import CCurl

extension TLSMaterial {
    /// Tells a handle what to trust, what to show and which versions to speak.
    func set(on easy: UnsafeMutableRawPointer) {
        _ = ccurl_set_long(easy, CURLOPT_SSLVERSION, versions)
        if allowsOldCiphers { _ = ccurl_set_string(easy, CURLOPT_SSL_CIPHER_LIST, "DEFAULT@SECLEVEL=0") }
        _ = ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, insecureSkipVerify ? 0 : 1)
        _ = ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, insecureSkipVerify ? 0 : 2)
        if let ca {
            // Instead of the system's authorities, not beside them.
            _ = ccurl_set_string(easy, CURLOPT_CAINFO, nil)
            _ = ccurl_set_string(easy, CURLOPT_CAPATH, nil)
            Self.set(ca, as: CURLOPT_CAINFO_BLOB, on: easy)
        }
        if let cert { Self.set(cert, as: CURLOPT_SSLCERT_BLOB, on: easy) }
        if let key { Self.set(key, as: CURLOPT_SSLKEY_BLOB, on: easy) }
    }

    private static func set(_ bytes: [UInt8], as option: CURLoption, on easy: UnsafeMutableRawPointer) {
        bytes.withUnsafeBytes { _ = ccurl_set_blob(easy, option, $0.baseAddress, $0.count) }
    }
}

import Labels
import Testing

@Suite("MD5") struct MD5DigestTests {
    @Test(
        "MD5 gives RFC 1321's digests",
        arguments: [
            ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"), ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
            (String(repeating: "1234567890", count: 8), "57edf4a22be3c955ac49da2e2107b67a"),
        ]) func md5(_ text: String, _ digest: String)
    { #expect(MD5Digest.of(Array(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == digest) }

    @Test("MD5 pads messages of every length around a block's end to whole blocks") func md5Padding() {
        let digests = (54...66).map { MD5Digest.of([UInt8](repeating: 0x61, count: $0)) }
        #expect(Set(digests).count == 13)
        #expect(digests.allSatisfy { $0.count == 16 })
    }
}

import Testing
import ZooHash

/// The examples of FIPS 180-4 (NIST's "SHA-256 Example Algorithm" and the hash of no bytes).
@Suite struct SHA256Tests {
    private func hash(_ text: String) -> String {
        var hash = SHA256()
        hash.update(text)
        return hash.hexadecimal()
    }

    @Test func publishedExamples() {
        #expect(SHA256().hexadecimal() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
        #expect(hash(long) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    }

    @Test func partsGiveTheHashOfTheWhole() {
        var hash = SHA256()
        for part in ["", "a", "b", "c"] { hash.update(part) }
        #expect(hash.hexadecimal() == self.hash("abc"))
    }

    @Test func aCopyGoesItsOwnWay() {
        var first = SHA256()
        first.update("ab")
        var second = first
        second.update("c")
        first.update("")
        #expect(second.hexadecimal() == hash("abc"))
        #expect(first.hexadecimal() == hash("ab"))
        #expect(first.hexadecimal() == hash("ab"))
    }
}

import Testing
import ZooRecords

@Suite struct KeyTextTests {
    /// As pandas 3.1.1 (`10.0`), R 4.2.2 (`1e+05`), Java (`1.2E7`) and SQLite (`1.0e+15`) write whole numbers that are kept as
    /// decimal ones.
    @Test(arguments: [
        ("10.0", "10"), ("0.0", "0"), ("-5.0", "-5"), ("10.000", "10"), ("9007199254740991.0", "9007199254740991"),
        ("1e+05", "100000"), ("1.2E7", "12000000"), ("1.0e+15", "1000000000000000"), ("5E+03", "5000"),
    ])
    func aWholeNumberIsTheSameAsADecimalOne(text: String, whole: String) {
        #expect(KeyText.canonical(text) == whole && KeyText.canonical(whole) == whole)
    }

    @Test(arguments: [
        "10", "10.5", "1.10", "007.0", "1e5", "12e3", "1.5e+00", "9007199254740992.0", "1e+30", "v1.0", "1.0.0", "",
        "-", ".0", "0x1.0", "1e+05x", "+5.0", "nan", "1-0",
    ])
    func otherTextsAreCompared(text: String) { #expect(KeyText.canonical(text) == text) }

    @Test func theSameTextGoesBeforeTheSameKey() {
        let places = KeyPlaces(["10.0", "10", "7.0", "34c2da80-03cc-4f27-93fd-cab87b89296c", "x"])
        #expect(places["10"] == 1 && places["10.0"] == 0 && places["10.00"] == 1)
        #expect(places["7"] == 2 && places["7.0"] == 2 && places["7.00"] == 2)
        #expect(places["34C2DA80-03CC-4F27-93FD-CAB87B89296C"] == 3 && places["x"] == 4 && places["X"] == nil)
    }

    @Test func keysArePairedOnceEach() {
        let pairs = KeyPlaces.pairs(["10", "10.0", "7.0", "y"], ["10", "7", "x", "7.00"])
        #expect(pairs.map(\.0) == [0, 2] && pairs.map(\.1) == [0, 1])
    }
}

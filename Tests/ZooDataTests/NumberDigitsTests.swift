import Testing
import ZooData

@Test func numbersAreWrittenAsPeopleWriteThem() {
    #expect((-1.8250000000000002).plainText == "-1.825" && (0.1 + 0.2).plainText == "0.3")
    #expect(Double(Float(0.1)).plainText == "0.1" && Double(Float(-0.44466928)).plainText == "-0.44466928")
    #expect(4.0.plainText == "4.0" && 3.14453125.plainText == "3.14453125" && 268_435_456.0.plainText == "268435456.0")
    #expect(1_700_000_000.123456.plainText == "1700000000.123456" && (1.0 / 3).plainText == "0.3333333333333333")
    #expect(Double.infinity.plainText == "inf" && 0.0.plainText == "0.0")
}

@Test func exactNumbersReadBack() {
    for number in [0.1 + 0.2, -1.8250000000000002, 1e-300, 2.5e17, 268_435_456, 3.14453125, 0] {
        #expect(Double(number.exactText) == number)
    }
    for number: Float in [0.1, 1e-20, 16_777_216, 2.6843546e+08, 0.3333333] {
        #expect(Float(Double(number).exactText) == number)
    }
}

import Foundation
import Testing
import ZooWorkflows

@Test(arguments: [
    "18446744073709551615", "9223372036854775808", "9223372036854775807", "-9223372036854775808", "0.1", "true", "null",
])
func numbersOfAllSizesStayAsTheyAre(text: String) throws {
    let value = JSONValue(parsing: "{\"a\":\(text)}")
    #expect(String(decoding: try JSONEncoder().encode(value), as: UTF8.self) == "{\"a\":\(text)}")
}

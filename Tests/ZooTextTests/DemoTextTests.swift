import Testing
import ZooText

@Suite struct DemoTextTests {
    @Test func theSameSeedTellsTheSameTales() {
        let (one, two, other) = (DemoText(seed: 3).tales, DemoText(seed: 3).tales, DemoText(seed: 4).tales)
        #expect(one.map(\.text) == two.map(\.text) && one.map(\.text) != other.map(\.text))
        #expect(one.count == DemoText.taleCount && one.map(\.label) == two.map(\.label))
    }

    @Test func talesAreWhatTheyArePlannedToBe() {
        for tale in DemoText().tales {
            let words = tale.text.split { !$0.isLetter }
            let isOfAWoman = tale.text.contains("and her name was")
            #expect(!words.contains(isOfAWoman ? "he" : "she"), "\(tale.text)")
            #expect(tale.text.count { $0 == "\"" } % 2 == 0)
            let (merry, grim) = (["danced", "laughed", "happy"], ["wept", "burned", "grief"])
            #expect(words.contains { merry.contains(String($0)) } == (tale.label == "merry"))
            #expect(words.contains { grim.contains(String($0)) } == (tale.label == "grim"))
        }
    }

    @Test func bothEndingsAreAboutAsFrequent() {
        let merry = DemoText().tales.count { $0.label == "merry" }
        #expect((250...350).contains(merry))
    }
}

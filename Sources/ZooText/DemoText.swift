import ZooKernels

/// Generated tales with structure to be learned at every length, and a known answer to what each is an example of.
///
/// Letters make words and words make sentences, as in any text. Further apart: a tale's hero keeps one name and the
/// pronouns that go with it, the pet keeps the name that it was given, a question is answered with the thing that was
/// asked for, and quotation marks close. Every tale ends well or badly: its label is `merry` or `grim`, and nothing but its
/// last sentences tells which.
public struct DemoText: Sendable {
    /// The tales, each with a line break at its end.
    public let tales: [(label: String, text: String)]

    /// How many tales there are.
    public static let taleCount = 600

    /// Generates the tales; the same seed gives the same ones on every machine.
    public init(seed: UInt64 = 0) {
        var teller = Teller(generator: RandomGenerator(seed: seed))
        tales = (0..<Self.taleCount).map { _ in teller.tale() }
    }
}

/// Makes up tales.
private struct Teller {
    var generator: RandomGenerator

    private static let women = ["Ada", "Rosa", "Ella", "Greta", "Nora", "Vera"]
    private static let men = ["Hans", "Otto", "Paul", "Emil", "Karl", "Finn"]
    private static let female = ["queen", "girl", "widow", "princess", "witch"]
    private static let male = ["king", "boy", "miller", "prince", "wizard"]
    private static let animals = ["cat", "dog", "horse", "goose", "raven", "fox"]
    private static let petNames = ["Mimi", "Bello", "Star", "Lulu", "Moss", "Pip"]
    private static let manners = ["old", "young", "clever", "lonely", "proud", "gentle"]
    private static let looks = ["red", "black", "white", "golden", "small", "silver"]
    private static let places = ["castle", "village", "forest", "tower", "valley", "mill"]
    private static let times = ["morning", "evening", "night", "winter", "spring"]
    private static let things = ["ring", "key", "lamp", "crown", "sword", "letter"]
    private static let boxes = ["chest", "well", "cellar", "garden", "river"]
    private static let moves = ["ran", "walked", "crept", "rode", "wandered"]

    mutating func tale() -> (label: String, text: String) {
        let isWoman = flip(0.5)
        let hero = Hero(
            name: pick(isWoman ? Self.women : Self.men), rank: pick(isWoman ? Self.female : Self.male),
            they: isWoman ? "she" : "he", them: isWoman ? "her" : "him", their: isWoman ? "her" : "his")
        let (animal, pet, place) = (pick(Self.animals), pick(Self.petNames), pick(Self.places))
        var sentences = [
            "Once upon a time there lived \(article(pick(Self.manners))) \(hero.rank) in a \(place), and \(hero.their) name was \(hero.name).",
            "\(capital(hero.they)) had a \(pick(Self.looks)) \(animal), and \(hero.they) called it \(pet).",
        ]
        for _ in 0..<(1 + Int(generator.next() % 3)) { sentences += episode(hero, pet, animal) }
        let label = flip(0.5) ? "merry" : "grim"
        sentences.append(ending(hero, pet, place, isMerry: label == "merry"))
        return (label, sentences.joined(separator: " ") + "\n")
    }

    private struct Hero {
        let name: String
        let rank: String
        let they: String
        let them: String
        let their: String
    }

    private mutating func episode(_ hero: Hero, _ pet: String, _ animal: String) -> [String] {
        let (thing, place) = (pick(Self.things), pick(Self.places))
        switch generator.next() % 4 {
        case 0:
            return [
                "One \(pick(Self.times)) the \(animal) \(pick(Self.moves)) to the \(place), and \(hero.name) went after it."
            ]
        case 1:
            let box = pick(Self.boxes)
            return [
                "\"Where is my \(thing)?\" asked the \(hero.rank).",
                "\"Your \(thing) is in the \(box),\" said \(pet), for it could speak.",
            ]
        case 2:
            let giver = pick(Self.manners)
            return [
                "In the \(place) \(hero.they) met \(article(giver)) man who gave \(hero.them) a \(pick(Self.looks)) \(thing).",
                "\(hero.name) put the \(thing) into \(hero.their) pocket.",
            ]
        default:
            return ["\"Come, \(pet),\" said \(hero.name), and they \(pick(Self.moves)) to the \(place)."]
        }
    }

    private mutating func ending(_ hero: Hero, _ pet: String, _ place: String, isMerry: Bool) -> String {
        if isMerry {
            return pick([
                "So \(hero.name) and \(pet) came home to the \(place), and they danced until the \(pick(Self.times)).",
                "Then \(hero.name) laughed, and there was a feast in the \(place) for everybody.",
                "And if they have not died, \(hero.name) and \(pet) are happy to this day.",
            ])
        }
        return pick([
            "But \(pet) was lost in the \(pick(Self.boxes)), and \(hero.name) wept until the \(pick(Self.times)).",
            "But the \(place) burned down in the \(pick(Self.times)), and \(hero.they) was never seen again.",
            "Then a storm took \(pet), and \(hero.name) died of grief.",
        ])
    }

    private func article(_ word: String) -> String { ("aeiou".contains(word.prefix(1)) ? "an " : "a ") + word }

    private func capital(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

    private mutating func pick(_ words: [String]) -> String { words[Int(generator.next() % UInt64(words.count))] }

    private mutating func flip(_ probability: Double) -> Bool { generator.uniform() < probability }
}

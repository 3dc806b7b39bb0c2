import ZooKernels

/// A generated data set whose answers are known: people with planted tastes rate films with planted qualities.
///
/// A film has a quality and a place on three axes (thunderous to hushed, merry to grim, homely to otherworldly); a person
/// has a generosity and a liking for each axis. A rating is
/// `3.4 + generosity + quality + liking . place + noise`, rounded to whole stars from 1 to 5.
/// People meet films by popularity and by taste, so the plain mean of a film misleads: the planted worst film is seen
/// mostly by people who give everything high marks, while a few films with a handful of ratings got low ones by chance.
public struct DemoRatings: Sendable {
    /// The ratings, with 2,000 people and 800 films.
    public let interactions: Interactions
    /// Row of the film that is truly the worst.
    public let worstItem: Int
    /// Where each film stands on the planted axes, [800][3].
    public let places: [[Float]]
    /// The quality of each film, in stars above or below an average film.
    public let qualities: [Float]

    /// How many people there are.
    public static let userCount = 2_000
    /// How many films there are.
    public static let itemCount = 800
    /// How many ratings there are.
    public static let ratingCount = 120_000
    /// The planted axes, each by its lower and its higher end.
    public static let axes = [("thunderous", "hushed"), ("merry", "grim"), ("homely", "otherworldly")]

    /// Generates the data set; the same seed gives the same ratings on every machine.
    public init(seed: UInt64 = 1) {
        var films = FilmMaker(generator: RandomGenerator(seed: seed))
        let casts = films.make(Self.itemCount)
        var generator = RandomGenerator(seed: seed &+ 1)
        let people = (0..<Self.userCount).map { _ in Person(using: &generator) }
        let wanted = Self.ratingsPerPerson(using: &generator)
        var users: [Int32] = []
        var items: [Int32] = []
        var ratings: [Float] = []
        for (user, person) in people.enumerated() {
            for item in person.seen(of: casts, count: wanted[user], using: &generator) {
                users.append(Int32(user))
                items.append(Int32(item))
                ratings.append(person.rating(of: casts[item], using: &generator))
            }
        }
        interactions = Interactions(
            users: users, items: items, ratings: ratings, userKeys: (1...Self.userCount).map(String.init),
            itemKeys: (1...Self.itemCount).map(String.init), itemTitles: casts.map(\.title), scale: 1...5)
        worstItem = casts.indices.min { casts[$0].quality < casts[$1].quality } ?? 0
        places = casts.map(\.place)
        qualities = casts.map(\.quality)
    }

    /// How many films each person rates: a few rate many, most rate some; `ratingCount` in all.
    private static func ratingsPerPerson(using generator: inout RandomGenerator) -> [Int] {
        var counts = [Int](repeating: 15, count: userCount)
        var weights = (0..<userCount).map { _ in 0.1 + pow4(generator.uniform()) }
        let total = weights.reduce(0, +)
        var left = ratingCount - 15 * userCount
        for user in 0..<userCount {
            weights[user] /= total
            let extra = min(300, Int(weights[user] * Float(ratingCount - 15 * userCount)))
            counts[user] += extra
            left -= extra
        }
        var user = 0
        while left > 0 {
            if counts[user] < 350 {
                counts[user] += 1
                left -= 1
            }
            user = (user + 1) % userCount
        }
        return counts
    }

    private static func pow4(_ x: Float) -> Float { x * x * x * x }
}

/// A person: how generous, and how they like each axis.
private struct Person {
    let generosity: Float
    let likings: [Float]

    init(using generator: inout RandomGenerator) {
        generosity = 0.4 * generator.bell()
        likings = DemoRatings.axes.indices.map { _ in generator.bell() }
    }

    func affinity(to film: Film) -> Float {
        zip(likings, film.place).reduce(0) { $0 + $1.0 * $1.1 }
    }

    func rating(of film: Film, using generator: inout RandomGenerator) -> Float {
        let exact = 3.4 + generosity + film.quality + 0.55 * affinity(to: film) + 0.7 * generator.bell()
        return min(5, max(1, exact.rounded()))
    }

    /// Draws films without repetition, by popularity and by taste.
    func seen(of films: [Film], count: Int, using generator: inout RandomGenerator) -> [Int] {
        var weights = films.map { film in
            let drawn = film.popularity * max(0.2, 1 + 0.4 * affinity(to: film))
            return film.isForTheGenerous && generosity < 0.4 ? drawn * 0.02 : drawn
        }
        var total = weights.reduce(0, +)
        var chosen: [Int] = []
        while chosen.count < count {
            var mark = generator.uniform() as Float * total
            var index = 0
            while index < weights.count - 1, mark >= weights[index] || weights[index] == 0 {
                mark -= weights[index]
                index += 1
            }
            guard weights[index] > 0 else {
                total = weights.reduce(0, +)
                continue
            }
            total -= weights[index]
            weights[index] = 0
            chosen.append(index)
        }
        return chosen
    }
}

/// A film: its title, quality and place on the axes.
struct Film {
    let title: String
    var quality: Float
    var place: [Float]
    var popularity: Float
    var isForTheGenerous = false
}

/// Makes films whose titles hint at the end of the axis that they stand at.
private struct FilmMaker {
    var generator: RandomGenerator

    /// Films that hardly anybody sees: some of them will be rated low by chance.
    private static let obscureFilms = 60
    private static let words: [[[String]]] = [
        [
            ["Cannon", "Thunder", "Avalanche", "Turbo", "Crossfire"],
            ["Whisper", "Letter", "Teacup", "Silence", "Snowfall"],
        ],
        [["Picnic", "Carnival", "Pudding", "Wedding", "Parrot"], ["Funeral", "Crypt", "Ashes", "Gallows", "Winter"]],
        [
            ["Village", "Kitchen", "Orchard", "Allotment", "Bakery"],
            ["Nebula", "Androids", "Comet", "Oracle", "Eclipse"],
        ],
    ]
    private static let patterns = [
        "The # of Amberley", "Midnight #", "# at Noon", "The Last #", "Return to #", "My Brother's #",
        "A # for Isadora", "Beyond the #", "The Seventh #", "# and Company", "Once Upon a #", "The Painted #",
        "# Street",
        "No # Tonight", "The Clockmaker's #", "Hotel #", "# in the Rain", "The Other #",
    ]  // # is the word of the axis

    mutating func make(_ count: Int) -> [Film] {
        var titles = Set<String>()
        var films: [Film] = []
        while films.count < count {
            let place = DemoRatings.axes.indices.map { _ in generator.bell() }
            let axis = place.indices.max { abs(place[$0]) < abs(place[$1]) } ?? 0
            let end = Self.words[axis][place[axis] < 0 ? 0 : 1]
            let word = end[pick(end.count)]
            let pattern = Self.patterns[pick(Self.patterns.count)]
            let title = pattern.replacing("#", with: word) + " (\(1950 + pick(70)))"
            guard titles.insert(title).inserted else { continue }
            let rank = Float(films.count + 3)
            let isObscure = films.count >= count - Self.obscureFilms
            films.append(
                Film(
                    title: title, quality: max(-1.1, 0.5 * generator.bell()), place: place,
                    popularity: isObscure ? 5 / rank : 100 / rank))
        }
        films.shuffle(using: &generator)
        plantTheWorst(in: &films)
        return films
    }

    /// One film far below all others, well known but only to the generous.
    private mutating func plantTheWorst(in films: inout [Film]) {
        let index = pick(films.count)
        films[index].quality = -1.8
        films[index].place = films[index].place.map { 0.3 * $0 }
        films[index].popularity = 4
        films[index].isForTheGenerous = true
    }

    private mutating func pick(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }
}

extension RandomGenerator {
    /// About a standard normal number, from sums alone, so that every machine gives the same bits (Irwin-Hall, n = 12).
    mutating func bell() -> Float {
        var sum: Float = -6
        for _ in 0..<12 { sum += uniform() }
        return sum
    }
}

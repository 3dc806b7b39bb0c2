import Foundation
import ZooKernels

/// A generated table whose answers are known: what twelve shops sold on each day of two years.
///
/// The shops are of three hidden sorts, which have their own week: those at stations live on working days, those in high
/// streets on Saturdays, those at the seaside on weekends, summer and warmth. The logarithm of the sales is
/// `size of the shop + its sort's weekday + season + promotion + holiday + weather + freshness + drift + noise`, where
/// freshness falls off in the days after a delivery, and drift is a shop's own slow ups and downs: each day seven tenths
/// of the day before and something new. So a model can find the sorts from the shops' names, and finds more with the
/// days since a delivery and with the sales of the days before.
package struct DemoTable: RowSource, Sendable {
    /// `day`, `shop`, `weather`, `temperature`, `promo`, `holiday`, `delivery` and `sales`.
    package let columns: [TableColumn]
    /// The hidden sort of each shop, 0 ..< 3, in the order of `shops`.
    package static let sorts = [0, 1, 2, 2, 0, 1, 1, 2, 0, 2, 1, 0]
    /// What the shops are called.
    package static let shops = [
        "Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper", "Larch", "Maple",
    ]
    /// The logarithm of what a weekday adds, [sort][weekday from Monday].
    package static let weekdays: [[Float]] = [
        [0.25, 0.20, 0.20, 0.22, 0.30, -0.45, -0.70], [-0.20, -0.15, -0.10, 0.00, 0.20, 0.50, -0.60],
        [-0.30, -0.30, -0.25, -0.20, 0.05, 0.55, 0.60],
    ]
    /// What a promotion adds.
    package static let promotion: Float = 0.25
    /// What a delivery adds on its day; a third of it is lost with each day.
    package static let freshness: Float = 0.35
    /// How many days there are, from 1 January 2024.
    package static let dayCount = 731

    private let rows: [Row]

    /// Generates the table; the same seed gives the same rows on every machine.
    package init(seed: UInt64 = 0) {
        columns = [
            TableColumn(name: "day", kind: .date), TableColumn(name: "shop", kind: .text),
            TableColumn(name: "weather", kind: .text), TableColumn(name: "temperature", kind: .real),
            TableColumn(name: "promo", kind: .boolean), TableColumn(name: "holiday", kind: .boolean),
            TableColumn(name: "delivery", kind: .boolean), TableColumn(name: "sales", kind: .integer),
        ]
        var generator = RandomGenerator(seed: seed)
        var shops = Self.shops.indices.map { Shop(sort: Self.sorts[$0], using: &generator) }
        var warmth: Float = 0
        var rows: [Row] = []
        for day in 0..<Self.dayCount {
            let calendar = Day(number: day)
            warmth = 0.8 * warmth + 1.6 * generator.normal()
            let temperature = ((calendar.meanTemperature + warmth) * 10).rounded() / 10
            let sky = Sky(temperature: temperature, using: &generator)
            for shop in shops.indices {
                rows.append(shops[shop].row(shop, calendar, sky, temperature, using: &generator))
            }
        }
        self.rows = rows
    }

    /// Goes through the rows, by day and then by shop.
    package func forEachBlock(_ body: (RowBlock) throws -> Void) throws {
        let (shops, skies) = (TextDictionary(), TextDictionary())
        for name in Self.shops { _ = shops.code(for: name) }
        for sky in Sky.allCases { _ = skies.code(for: sky.rawValue) }
        let weather = rows.map { row in row.sky.map { skies.code(for: $0.rawValue) } ?? -1 }
        let columns: [ColumnValues] = [
            .numbers(rows.map { Double($0.day + 19_723) * 86_400 }),  // 1 January 2024
            .texts(codes: rows.map { Int32($0.shop) }, dictionary: shops), .texts(codes: weather, dictionary: skies),
            .numbers(rows.map(\.temperature)), .numbers(rows.map { $0.isPromoted ? 1 : 0 }),
            .numbers(rows.map { $0.isHoliday ? 1 : 0 }), .numbers(rows.map { $0.isDelivery ? 1 : 0 }),
            .numbers(rows.map { Double($0.sales) }),
        ]
        try body(RowBlock(rowCount: rows.count, columns: columns))
    }
}

/// What a shop sold on a day.
private struct Row: Sendable {
    let day: Int
    let shop: Int
    let sky: Sky?
    let temperature: Double  // NaN where it was not read
    let isPromoted: Bool
    let isHoliday: Bool
    let isDelivery: Bool
    let sales: Int
}

/// A day of the calendar, from 1 January 2024, a Monday.
private struct Day {
    let number: Int
    var weekday: Int { number % 7 }
    private var dayOfYear: Int { number < 366 ? number : number - 366 }

    /// The place in the year as an angle, 0 at its coldest.
    var season: Float { 2 * Float.pi * (Float(dayOfYear) - 20) / 365.25 }
    var meanTemperature: Float { 11 - 9 * cos(season) }

    /// New Year, 1 May, 15 August, 3 October, Christmas.
    var isHoliday: Bool {
        let leap = number < 366 ? 1 : 0
        return [0, 120 + leap, 226 + leap, 275 + leap, 358 + leap, 359 + leap].contains(dayOfYear)
    }
}

/// What the sky looks like.
private enum Sky: String, CaseIterable, Sendable {
    case sunny, cloudy, rain, snow

    init(temperature: Float, using generator: inout RandomGenerator) {
        let draw: Float = generator.uniform()
        let sun = 0.25 + 0.012 * temperature
        if draw < sun {
            self = .sunny
        } else if draw < sun + 0.35 {
            self = .cloudy
        } else {
            self = temperature < 1 ? .snow : .rain
        }
    }

    /// What it adds to the sales of a sort of shop.
    func effect(sort: Int) -> Float {
        switch self {
        case .sunny: sort == 2 ? 0.20 : 0.03
        case .cloudy: 0
        case .rain: sort == 2 ? -0.40 : -0.10
        case .snow: sort == 0 ? -0.10 : -0.35
        }
    }
}

/// A shop, as it goes through the days.
private struct Shop {
    let sort: Int
    private let size: Float
    private var drift: Float = 0
    private var freshness: Float = 0
    private var daysToDelivery = 0
    private var promotionLeft = 0

    init(sort: Int, using generator: inout RandomGenerator) {
        self.sort = sort
        size = 5.3 + 1.4 * generator.uniform()
        daysToDelivery = Int(8 * (generator.uniform() as Float))
    }

    mutating func row(
        _ shop: Int, _ day: Day, _ sky: Sky, _ temperature: Float, using generator: inout RandomGenerator
    ) -> Row {
        let isDelivery = goOn(using: &generator)
        var level = size + DemoTable.weekdays[sort][day.weekday] + 0.0002 * Float(day.number)
        level += (sort == 2 ? -0.35 : 0.08) * cos(day.season) + sky.effect(sort: sort)
        if sort == 2 { level += 0.012 * (temperature - 11) }
        if promotionLeft > 0 { level += DemoTable.promotion }
        if day.isHoliday { level += sort == 2 ? 0.30 : -0.50 }
        level += freshness + drift + 0.05 * generator.normal()
        let isRead = (generator.uniform() as Float) >= 0.04
        let isSeen = (generator.uniform() as Float) >= 0.02
        return Row(
            day: day.number, shop: shop, sky: isSeen ? sky : nil,
            temperature: isRead ? (Double(temperature) * 10).rounded() / 10 : .nan, isPromoted: promotionLeft > 0,
            isHoliday: day.isHoliday, isDelivery: isDelivery, sales: max(1, Int(exp(level).rounded())))
    }

    /// The next day; whether there is a delivery on it.
    private mutating func goOn(using generator: inout RandomGenerator) -> Bool {
        drift = 0.7 * drift + 0.09 * generator.normal()
        let isDelivery = daysToDelivery == 0
        freshness = isDelivery ? DemoTable.freshness : freshness * 2 / 3
        daysToDelivery = isDelivery ? 5 + Int(9 * (generator.uniform() as Float)) : daysToDelivery - 1
        let begins = (generator.uniform() as Float) < 0.04
        promotionLeft = promotionLeft > 0 ? promotionLeft - 1 : begins ? 6 : 0
        return isDelivery
    }
}

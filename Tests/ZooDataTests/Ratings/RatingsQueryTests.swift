import Foundation
import GRDB
import Testing
import ZooData
import ZooRecords

@Suite struct RatingsQueryTests {
    /// A store whose file has tables of a shop.
    private func withShop(_ body: (DataStore) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("shop.sqlite")
            try DatabaseQueue(path: url.path).write { db in
                try db.execute(
                    sql: """
                        CREATE TABLE sale (person TEXT, thing INTEGER, stars REAL, day TEXT);
                        INSERT INTO sale VALUES ('ann', 7, 3.5, '2021-03-04'), ('bob', 7, 1, NULL), ('bob', 8, 5, '2021-03-05');
                        CREATE TABLE thing (id INTEGER, title TEXT, genre TEXT, pages INTEGER);
                        INSERT INTO thing VALUES (7, 'Seven', 'a', 70), (8, 'Eight', 'b', 80), (9, 'Nine', 'a', NULL);
                        CREATE TABLE key (user BLOB, item BLOB, rating INTEGER);
                        INSERT INTO key VALUES (x'34C2DA8003CC4F2793FDCAB87B89296C', x'B53D7734BB204FCEBF5CB3AFE28A5F58', 3);
                        """)
            }
            try body(DataStore(url: url))
        }
    }

    @Test func aSelectGivesTheRatingsOfTheSameFile() throws {
        try withShop { store in
            var query = RatingsQuery(sql: "SELECT person, thing, stars, day FROM sale")
            query.options.items = SideSource("SELECT * FROM thing")
            let (ratings, notes) = try store.ratings(of: query)
            #expect(ratings.userKeys == ["ann", "bob"] && ratings.itemKeys == ["7", "8", "9"])
            #expect(ratings.itemTitles == ["Seven", "Eight", "Nine"] && ratings.ratings == [3.5, 1, 5])
            #expect(ratings.timestamps == [1_614_816_000, StoredInteractions.withoutTime, 1_614_902_400])
            #expect(
                ratings.attributes.items == [
                    Attribute("genre", categories: ["a", "b", "a"]), Attribute("pages", .numbers([70, 80, nil])),
                ])
            #expect(notes.first?.hasPrefix("the columns are taken for user, item, rating, timestamp") == true)
        }
    }

    @Test func decimalCommasInTextsAreReadAsInAFile() throws {
        try withShop { store in
            let select =
                "SELECT 'a' AS user, 1 AS item, '4,5' AS rating UNION ALL SELECT 'a', 2, 3.5 UNION ALL SELECT 'b', 1, 2"
            let (ratings, notes) = try store.ratings(of: RatingsQuery(sql: select))
            #expect(ratings.ratings == [4.5, 3.5, 2] && notes.contains { $0.contains("decimal comma") }, "\(notes)")
            let points = "SELECT 'a' AS user, 1 AS item, '4.5' AS rating UNION ALL SELECT 'b', 1, '2'"
            #expect(try store.ratings(of: RatingsQuery(sql: points)).ratings.ratings == [4.5, 2])
        }
    }

    @Test func aUUIDIsTheSameInEitherCase() throws {
        try withShop { store in
            var query = RatingsQuery(sql: "SELECT user, item, rating FROM key")
            query.options.items = SideSource(
                "SELECT 'b53d7734-bb20-4fce-bf5c-b3afe28a5f58' AS item, 'T' AS title, 'g' AS genre")
            let ratings = try store.ratings(of: query).ratings
            #expect(ratings.itemKeys.count == 1 && ratings.itemTitles == ["T"] && ratings.userKeys.count == 1)
            #expect(ratings.attributes.items == [Attribute("genre", categories: ["g"])])
            // The form of the ratings stays, which the model's keys are joined with.
            #expect(ratings.itemKeys[0] == ratings.itemKeys[0].uppercased())
        }
    }

    @Test func timesThatNameNoClockAreOnTheOneThatIsGiven() throws {
        try withShop { store in
            let select = "SELECT 'a' AS user, 1 AS item, 2 AS rating, '2024-06-08 00:00:00' AS timestamp UNION "
            var query = RatingsQuery(sql: select + "SELECT 'b', 1, 2, '2024-06-08 00:00:00+05:00'")
            query.options.table.rules.timeZone = TimeZoneRule("Europe/Berlin")
            let berlin = try store.ratings(of: query).ratings.timestamps
            #expect(berlin == [1_717_797_600, 1_717_786_800])
            query.options.table.rules.timeZone = nil
            // Else it is that of all others, where they have one.
            let (others, notes) = try store.ratings(of: query)
            #expect(others.timestamps == [1_717_786_800, 1_717_786_800])
            #expect(notes.contains { $0.hasPrefix("1 time without an offset is read as +05:00") })
        }
    }

    @Test func noOptionIsAdvisedThatASelectDoesNotHave() throws {
        try withShop { store in
            let error = #expect(throws: DataError.self) {
                try store.ratings(of: RatingsQuery(sql: "SELECT 'a' AS user, 1 AS item, 'x' AS rating"))
            }
            #expect(
                error?.description.hasSuffix("'x' is not a number; correct it") == true, "\(error?.description ?? "")")
        }
    }

    @Test func blobsOfSixteenBytesAreKeys() throws {
        try withShop { store in
            let (ratings, notes) = try store.ratings(of: RatingsQuery(sql: "SELECT * FROM key"))
            #expect(ratings.userKeys == ["34C2DA80-03CC-4F27-93FD-CAB87B89296C"])
            #expect(ratings.itemKeys == ["B53D7734-BB20-4FCE-BF5C-B3AFE28A5F58"] && notes.isEmpty)
            let error = #expect(throws: DataError.self) {
                try store.ratings(of: RatingsQuery(sql: "SELECT x'0102' AS user, 1 AS item, 2 AS rating"))
            }
            #expect(error?.description.contains("column 'user' holds a BLOB of 2 bytes in row 1") == true)
        }
    }

    @Test(arguments: [
        ("SELECT person FROM sale", "name its columns user, item, rating, with AS"),
        ("SELECT person, thing, stars FROM sale WHERE 0", "it gives no rows"),
        ("SELECT person, thing, 'good' FROM sale", "line 1, column ''good'': 'good' is not a number"),
        ("DELETE FROM sale", "only"),
    ])
    func whatGivesNoRatingsIsRefused(sql: String, reason: String) throws {
        try withShop { store in
            let error = #expect(throws: DataError.self) { try store.ratings(of: RatingsQuery(sql: sql)) }
            #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        }
    }
}

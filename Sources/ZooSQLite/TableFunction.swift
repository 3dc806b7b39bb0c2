import CSQLiteExtension
import ZooData

/// A function that stands in FROM and gives rows: an eponymous virtual table, whose parameters are hidden columns.
final class TableFunction {
    /// A parameter of the function.
    struct Parameter {
        let name: String
        var isRequired = true
    }

    let name: String
    let columns: [String]
    let parameters: [Parameter]
    /// The rows for values of the parameters, nil where one is not given.
    let rows: ([HostValue?]) throws -> [[QueryValue]]
    private let module: UnsafeMutablePointer<sqlite3_module>

    init(
        _ name: String, columns: [String], parameters: [Parameter],
        rows: @escaping ([HostValue?]) throws -> [[QueryValue]]
    ) {
        (self.name, self.columns, self.parameters, self.rows) = (name, columns, parameters, rows)
        module = .allocate(capacity: 1)
        var methods = sqlite3_module()
        // Without xCreate it is there by itself and cannot be made a table of.
        methods.xConnect = connect
        methods.xDisconnect = { table in
            UnsafeMutableRawPointer(table)?.assumingMemoryBound(to: zoo_table.self).deallocate()
            return SQLITE_OK
        }
        methods.xBestIndex = plan
        methods.xOpen = { _, cursor in
            let opened = UnsafeMutablePointer<zoo_cursor>.allocate(capacity: 1)
            opened.initialize(to: zoo_cursor())
            opened.pointee.owner = Unmanaged.passRetained(FoundRows()).toOpaque()
            cursor?.pointee = UnsafeMutableRawPointer(opened).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
            return SQLITE_OK
        }
        methods.xClose = { cursor in
            guard let opened = UnsafeMutableRawPointer(cursor)?.assumingMemoryBound(to: zoo_cursor.self) else {
                return SQLITE_OK
            }
            Unmanaged<FoundRows>.fromOpaque(opened.pointee.owner).release()
            opened.deallocate()
            return SQLITE_OK
        }
        methods.xFilter = filter
        methods.xNext = { cursor in
            found(cursor).place += 1
            return SQLITE_OK
        }
        methods.xEof = { cursor in
            let found = found(cursor)
            return found.place < found.rows.count ? 0 : 1
        }
        methods.xColumn = { cursor, context, column in
            let found = found(cursor)
            guard found.place < found.rows.count, column < found.rows[found.place].count else { return SQLITE_OK }
            HostResult(context: context).give(found.rows[found.place][Int(column)])
            return SQLITE_OK
        }
        methods.xRowid = { cursor, row in
            row?.pointee = Int64(found(cursor).place)
            return SQLITE_OK
        }
        module.initialize(to: methods)
    }

    deinit { module.deallocate() }

    /// Makes the function known to a connection, which owns it from then on.
    func register(on connection: OpaquePointer) -> Int32 {
        sqlite.pointee.create_module_v2(
            connection, name, module, Unmanaged.passRetained(self).toOpaque(),
            { $0.map { Unmanaged<TableFunction>.fromOpaque($0).release() } })
    }
}

/// The rows that a cursor goes through.
private final class FoundRows {
    var rows: [[QueryValue]] = []
    var place = 0
}

private func found(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> FoundRows {
    guard let opened = UnsafeMutableRawPointer(cursor)?.assumingMemoryBound(to: zoo_cursor.self) else {
        return FoundRows()
    }
    return Unmanaged<FoundRows>.fromOpaque(opened.pointee.owner).takeUnretainedValue()
}

private func function(_ table: UnsafeMutablePointer<sqlite3_vtab>?) -> TableFunction? {
    UnsafeMutableRawPointer(table).map {
        Unmanaged<TableFunction>.fromOpaque($0.assumingMemoryBound(to: zoo_table.self).pointee.owner)
            .takeUnretainedValue()
    }
}

/// Sets the message that SQLite reports for a table.
private func fail(_ table: UnsafeMutablePointer<sqlite3_vtab>?, _ reason: String) -> Int32 {
    table?.pointee.zErrMsg.map { sqlite.pointee.free($0) }
    table?.pointee.zErrMsg = copied(reason)
    return SQLITE_ERROR
}

/// A text in SQLite's own memory.
func copied(_ text: String) -> UnsafeMutablePointer<CChar>? {
    let bytes = text.utf8CString
    guard let copy = sqlite.pointee.malloc64(UInt64(bytes.count))?.assumingMemoryBound(to: CChar.self) else {
        return nil
    }
    bytes.withUnsafeBufferPointer { copy.initialize(from: $0.baseAddress ?? UnsafePointer(copy), count: $0.count) }
    return copy
}

private let connect:
    @convention(c) (
        OpaquePointer?, UnsafeMutableRawPointer?, Int32, UnsafePointer<UnsafePointer<CChar>?>?,
        UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    ) -> Int32 = { connection, owner, _, _, table, _ in
        guard let owner else { return SQLITE_ERROR }
        let function = Unmanaged<TableFunction>.fromOpaque(owner).takeUnretainedValue()
        let columns = function.columns + function.parameters.map { "\"\($0.name)\" HIDDEN" }
        let code = sqlite.pointee.declare_vtab(connection, "CREATE TABLE x(\(columns.joined(separator: ", ")))")
        guard code == SQLITE_OK else { return code }
        let made = UnsafeMutablePointer<zoo_table>.allocate(capacity: 1)
        made.initialize(to: zoo_table())
        made.pointee.owner = owner
        table?.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(to: sqlite3_vtab.self)
        return SQLITE_OK
    }

/// Takes an equality for each parameter; `idxNum` has a bit for each that is given.
private let plan:
    @convention(c) (UnsafeMutablePointer<sqlite3_vtab>?, UnsafeMutablePointer<sqlite3_index_info>?) -> Int32 = {
        table, info in
        guard let function = function(table), let info else { return SQLITE_ERROR }
        var place = [Int](repeating: -1, count: function.parameters.count)
        for index in 0..<Int(info.pointee.nConstraint) {
            let constraint = info.pointee.aConstraint[index]
            let parameter = Int(constraint.iColumn) - function.columns.count
            guard parameter >= 0, parameter < place.count, constraint.op == UInt8(SQLITE_INDEX_CONSTRAINT_EQ) else {
                continue
            }
            // Another order of the tables in FROM may make it known.
            guard constraint.usable != 0 else { return SQLITE_CONSTRAINT }
            place[parameter] = index
        }
        var (given, order) = (0 as Int32, 0 as Int32)
        for (parameter, index) in place.enumerated() {
            guard index >= 0 else {
                guard function.parameters[parameter].isRequired else { continue }
                let names = function.parameters.map { $0.isRequired ? $0.name : "[\($0.name)]" }
                return fail(
                    table,
                    "\(function.name)(\(names.joined(separator: ", "))): \(function.parameters[parameter].name) is missing"
                )
            }
            order += 1
            given |= 1 << parameter
            info.pointee.aConstraintUsage[index].argvIndex = order
            info.pointee.aConstraintUsage[index].omit = 1
        }
        info.pointee.idxNum = given
        info.pointee.estimatedCost = 1000
        info.pointee.estimatedRows = 10
        return SQLITE_OK
    }

private let filter:
    @convention(c) (
        UnsafeMutablePointer<sqlite3_vtab_cursor>?, Int32, UnsafePointer<CChar>?, Int32,
        UnsafeMutablePointer<OpaquePointer?>?
    ) -> Int32 = { cursor, given, _, count, values in
        guard let cursor, let function = function(cursor.pointee.pVtab) else { return SQLITE_ERROR }
        var next = 0
        let arguments = function.parameters.indices.map { parameter -> HostValue? in
            guard given >> Int32(parameter) & 1 == 1, next < Int(count) else { return nil }
            defer { next += 1 }
            return values?[next].map { HostValue(pointer: $0) }
        }
        let found = found(cursor)
        found.place = 0
        do { found.rows = try function.rows(arguments) } catch {
            return fail(cursor.pointee.pVtab, "\(function.name): \(error)")
        }
        return SQLITE_OK
    }

import CSQLiteExtension
import ZooData
import ZooEmbeddings

/// What SQLite calls when it loads `libzoo_sqlite.so`: the name follows from the file's.
///
/// - Source: https://sqlite.org/loadext.html, "Loading An Extension"
@_cdecl("sqlite3_zoosqlite_init")
package func loadZooExtension(
    _ connection: OpaquePointer?, _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ api: UnsafePointer<sqlite3_api_routines>?
) -> Int32 {
    guard let connection, let api else { return SQLITE_ERROR }
    guard zoo_sqlite_begin(api) else {
        // The functions of a library are the same for all that load it, and connections belong to one SQLite.
        let reason = "another SQLite of this process has loaded the zoo extension"
        if let memory = api.pointee.malloc64(UInt64(reason.utf8.count + 1))?.assumingMemoryBound(to: CChar.self) {
            reason.withCString { memory.initialize(from: $0, count: reason.utf8.count + 1) }
            message?.pointee = memory
        }
        return SQLITE_ERROR
    }
    let code = register(connection, ZooConnection(connection))
    // SQLITE_OK_LOAD_PERMANENTLY: a library with threads must stay when a connection closes.
    return code == SQLITE_OK ? SQLITE_OK | 1 << 8 : code
}

private typealias Values = UnsafeMutablePointer<OpaquePointer?>?
private typealias Function = @convention(c) (OpaquePointer?, Int32, Values) -> Void

private func register(_ connection: OpaquePointer, _ zoo: ZooConnection) -> Int32 {
    func add(_ name: String, _ function: Function) -> Int32 {
        let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS
        return sqlite.pointee.create_function_v2(connection, name, 2, flags, nil, function, nil, nil, nil)
    }
    func addPrediction(_ name: String, _ arguments: Int32 = -1, _ function: Function) -> Int32 {
        sqlite.pointee.create_function_v2(
            connection, name, arguments, SQLITE_UTF8, Unmanaged.passRetained(zoo).toOpaque(), function, nil, nil,
            { $0.map { Unmanaged<ZooConnection>.fromOpaque($0).release() } })
    }
    let codes = [
        // A C function cannot capture which measure it is.
        add("dot") { context, _, values in measure(.dot, context, values) },
        add("cosine") { context, _, values in measure(.cosine, context, values) },
        add("l2") { context, _, values in measure(.l2, context, values) },
        add("component") { context, _, values in
            guard let vector = values?[0], let index = values?[1].map({ HostValue(pointer: $0) }) else { return }
            let isWhole = index.type == SQLITE_INTEGER
            let answer: VectorAnswer =
                index.isNull
                ? .null : HostValue(pointer: vector).vector.component(isWhole ? index.integer : nil)
            HostResult(context: context).give(answer, "component")
        },
        zoo.neighbours.register(on: connection), zoo.recommendations.register(on: connection),
        addPrediction("zoo_predict") { predict($0, $1, $2, ofClass: false) },
        addPrediction("zoo_probability") { predict($0, $1, $2, ofClass: true) },
        addPrediction("zoo_embed", 2) { embed($0, $2) },
    ]
    return codes.first { $0 != SQLITE_OK } ?? SQLITE_OK
}

private func measure(_ measure: VectorMeasure, _ context: OpaquePointer?, _ values: Values) {
    guard let first = values?[0], let second = values?[1] else { return }
    let answer = measure.answer(HostValue(pointer: first).vector, HostValue(pointer: second).vector)
    HostResult(context: context).give(answer, measure.rawValue)
}

private func predict(_ context: OpaquePointer?, _ count: Int32, _ values: Values, ofClass: Bool) {
    guard let values, let zoo = sqlite.pointee.user_data(context) else {
        return HostResult(context: context).fail("a model, and a name and a value for each column are needed")
    }
    Unmanaged<ZooConnection>.fromOpaque(zoo).takeUnretainedValue().predict(
        context, Int(count), values, ofClass: ofClass)
}

private func embed(_ context: OpaquePointer?, _ values: Values) {
    guard let model = values?[0], let text = values?[1], let zoo = sqlite.pointee.user_data(context) else { return }
    Unmanaged<ZooConnection>.fromOpaque(zoo).takeUnretainedValue().embed(
        context, HostValue(pointer: model), HostValue(pointer: text))
}

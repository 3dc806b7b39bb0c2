import Foundation
import Testing
import ZooWeights

/// The bytes were read by pyarrow 26.0.1, polars 2.1.0 and DuckDB 2.0.1, which gave the values below; `Scripts/compare-models/parquet.py`
/// has them read a file of two row groups.
@Suite struct ParquetFileTests {
    static let read = """
        UEFSMRUAFT4VPiwVChUAFQYVBgAAAgAAAAoBAQAAAGEBAAAAYgIAAADDvAAAAAABAAAAZRUAFToVOiwVChUAFQYVBgAACgAAAAIBAgACAQIAAg\
        EBAAAAeAEAAAB6AQAAAHYVABVUFVQsFQoVABUGFQYAAAYAAAACAQIABgEBAAAAAAAAAP3/////////BAAAAAAAAAAFAAAAAAAAABUAFVQVVCwV\
        ChUAFQYVBgAABgAAAAQBAgAEAQAAAAAAAOA/nHUAiDzkN34AAAAAAADwvwAAAAAAAABAFQAVtAEVtAEsFR4VABUGFQYAABQAAAACAAQBAgAEAQ\
        IABAECAAQBAgAEAQIAAAAeAQAAAACrqqo+q6oqPwAAgD+rqqo/VVXVPwAAAEBVVRVAq6oqQAAAQEBVVVVAq6pqQAAAgECrqopAVVWVQBUCGYxI\
        BnNjaGVtYRUKABUMJQIYA2tleSUAABUMJQIYBWxhYmVsJQAAFQQlAhgEeWVhcgAVCiUCGAFyADUAGAZ2ZWN0b3IVAhUGADUEGARsaXN0FQIAFQ\
        glABgHZWxlbWVudAAWChkcGVwmCBwVDBklAAYZGANrZXkVABYKFmAWYCYIAAAmaBwVDBklAAYZGAVsYWJlbBUAFgoWXBZcJmgAACbEARwVBBkl\
        AAYZGAR5ZWFyFQAWChZ2FnYmxAEAACa6AhwVChklAAYZGAFyFQAWChZ2FnYmugIAACawAxwVCBklAAYZOAZ2ZWN0b3IEbGlzdAdlbGVtZW50FQ\
        AWHhbaARbaASawAwAAFoIFFgoAKAN6b28AFgEAAFBBUjE=
        """

    @Test func theBytesAreThoseThatOthersRead() {
        let columns = [
            ParquetColumn("key", .texts(["a", "b", "ü", "", "e"])),
            ParquetColumn("label", .texts(["x", nil, "z", nil, "v"])),
            ParquetColumn("year", .integers([1, nil, -3, 4, 5])),
            ParquetColumn("r", .reals([0.5, 1e300, nil, -1, 2])),
            ParquetColumn("vector", .vectors((0..<15).map { Float($0) / 3 }, width: 3)),
        ]
        #expect(Data(ParquetFile.bytes(columns, rows: 5)).base64EncodedString() == Self.read)
    }
}

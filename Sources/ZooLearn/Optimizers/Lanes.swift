/// Sixteen neighbouring elements that a rule moves at once.
///
/// The compiler does not vectorise a loop over as many arrays as Adam has, nor one with square roots: these lanes do.
typealias Lanes<Scalar: SIMDScalar> = SIMD16<Scalar>

/// Calls `body` with the start and the number, mostly sixteen, of the elements of each stretch.
@inline(__always)
func forEachLanes(of count: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
    var start = 0
    while start + 16 <= count {
        body(start, 16)
        start += 16
    }
    if start < count { body(start, count - start) }
}

extension UnsafePointer where Pointee: SIMDScalar & BinaryFloatingPoint {
    /// `count` elements from `start` on, and zeros up to sixteen.
    @inline(__always)
    func lanes(_ start: Int, _ count: Int) -> Lanes<Pointee> {
        if count == 16 { return UnsafeRawPointer(self + start).loadUnaligned(as: Lanes<Pointee>.self) }
        var result = Lanes<Pointee>()
        for lane in 0..<count { result[lane] = self[start + lane] }
        return result
    }
}

extension UnsafeMutablePointer where Pointee: SIMDScalar & BinaryFloatingPoint {
    /// `count` elements from `start` on, and zeros up to sixteen.
    @inline(__always)
    func lanes(_ start: Int, _ count: Int) -> Lanes<Pointee> { UnsafePointer(self).lanes(start, count) }

    /// Stores the first `count` elements from `start` on.
    @inline(__always)
    func store(_ lanes: Lanes<Pointee>, _ start: Int, _ count: Int) {
        if count == 16 {
            UnsafeMutableRawPointer(self + start).storeBytes(of: lanes, as: Lanes<Pointee>.self)
        } else {
            for lane in 0..<count { self[start + lane] = lanes[lane] }
        }
    }
}

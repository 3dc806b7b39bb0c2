import Testing
import ZooKernels

@Test func transposesOfEveryOrderMoveEachElement() {
    let sizes = [3, 1, 35, 40]
    let strides = [1400, 1400, 40, 1]
    let x = (0..<4200).map { UInt32($0) }
    for order in orders(of: [0, 1, 2, 3]) {
        let (to, steps) = (order.map { sizes[$0] }, order.map { strides[$0] })
        var y = [UInt32](repeating: 0, count: 4200)
        transpose(x, &y, sizes: to, strides: steps)
        var place = 0
        var wrong = 0
        for a in 0..<to[0] {
            for b in 0..<to[1] {
                for c in 0..<to[2] {
                    for d in 0..<to[3] {
                        let source = a * steps[0] + b * steps[1] + c * steps[2] + d * steps[3]
                        if y[place] != UInt32(source) { wrong += 1 }
                        place += 1
                    }
                }
            }
        }
        #expect(wrong == 0, "\(order)")
    }
}

private func orders(of axes: [Int]) -> [[Int]] {
    if axes.count == 1 { return [axes] }
    return axes.flatMap { axis in orders(of: axes.filter { $0 != axis }).map { [axis] + $0 } }
}

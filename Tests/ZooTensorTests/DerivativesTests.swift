import Testing
import ZooTensor
import ZooTesting

private let a = Tensor([1, 2, 3, 4, 5, 6.5], shape: [2, 3])
private let x = Tensor([0.3, -0.7, 1.1])

@Test func powersOfNothingHaveDerivatives() throws {
    let zero = Tensor([0.0])
    try assertClose(hessian({ $0.pow(Tensor([1.0])).sum() }, at: zero), .zeros([1, 1], .float64))
    try assertClose(hessian({ $0.pow(Tensor([2.0])).sum() }, at: zero), Tensor([2.0], shape: [1, 1]))
}

@Test func theJacobianOfALinearMapIsItsMatrix() throws {
    try assertClose(jacobian({ a.matmul($0.reshaped([3, 1])).reshaped([2]) }, at: x), a)
}

@Test func theJacobianOfAnElementwiseFunctionIsDiagonal() throws {
    let slopes = x.exp().doubles
    let expected = (0..<9).map { $0 / 3 == $0 % 3 ? slopes[$0 / 3] : 0 }
    try assertClose(jacobian({ $0.exp() }, at: x), Tensor(expected, shape: [3, 3]))
}

@Test func theJacobianAgreesWithFiniteDifferences() throws {
    let f: (Tensor) -> Tensor = { (a.matmul($0.tanh().reshaped([3, 1]))).sigmoid().reshaped([2]) }
    let found = jacobian(f, at: x)
    for column in 0..<3 {
        var step = [0.0, 0, 0]
        step[column] = 1e-6
        let difference = (f(x + Tensor(step)) - f(x - Tensor(step))) / 2e-6
        try assertClose(found.sliced(axis: 1, column..<column + 1).reshaped([2]), difference, absolute: 1e-8)
    }
}

@Test func theHessianOfAQuadraticFormIsTheSymmetricPart() throws {
    let m = Tensor([2, 1, 0, -1, 3, 4, 0.5, 0, 1], shape: [3, 3])
    let form: (Tensor) -> Tensor = { x in
        let row = x.reshaped([1, 3])
        return row.matmul(m).matmul(row, transposeOther: true)
    }
    try assertClose(hessian(form, at: x), m + m.transposed())
    let v = Tensor([1.0, -2, 0.5])
    try assertClose(
        hvp(form, at: x, vector: v), (m + m.transposed()).matmul(v.reshaped([3, 1])).reshaped([3]))
}

@Test func theHessianOfRosenbrockIsItsClosedForm() throws {
    let rosenbrock: (Tensor) -> Tensor = { p in
        let (x, y) = (p.sliced(axis: 0, 0..<1), p.sliced(axis: 0, 1..<2))
        return (1 - x).pow(2) + (y - x * x).pow(2) * 100
    }
    let p = Tensor([-1.2, 1.0])
    try assertClose(hessian(rosenbrock, at: p), Tensor([1330.0, 480, 480, 200], shape: [2, 2]), absolute: 1e-9)
    let (value, gradient) = vjp(rosenbrock, at: p, cotangent: Tensor([1.0]))
    #expect(abs(value.item - 24.2) < 1e-12)
    try assertClose(gradient, Tensor([-215.6, -88.0]))
}

@Test func forwardAndBackwardProductsAgreeWithTheJacobian() throws {
    let f: (Tensor) -> Tensor = { (a.matmul(($0 * $0).reshaped([3, 1])) + 1).log().reshaped([2]) }
    let (u, v) = (Tensor([0.5, -2.0]), Tensor([1.0, 0.25, -0.5]))
    let matrix = jacobian(f, at: x)
    try assertClose(jvp(f, at: x, tangent: v).tangent, matrix.matmul(v.reshaped([3, 1])).reshaped([2]))
    try assertClose(vjp(f, at: x, cotangent: u).gradient, u.reshaped([1, 2]).matmul(matrix).reshaped([3]))
    try assertClose(jvp(f, at: x, tangent: v).value, f(x))
}

@Test func derivativesOfAConstantAreZero() throws {
    let constant: (Tensor) -> Tensor = { _ in Tensor([4.0, 2.0]) }
    try assertClose(jacobian(constant, at: x), .zeros([2, 3], .float64))
    try assertClose(jvp(constant, at: x, tangent: x).tangent, .zeros([2], .float64))
    try assertClose(hessian({ $0.sum() }, at: x), .zeros([3, 3], .float64))
}

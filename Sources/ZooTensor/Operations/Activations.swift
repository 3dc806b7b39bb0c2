import ZooKernels

extension Tensor {
    /// max(x, 0); its derivative at 0 is 0.
    public func relu() -> Tensor {
        applying(.relu).recorded(from: self, saving: .inputs) { step in
            let input = step.input(0)
            if !step.createGraph { return [step.gradient.applying(.reluGradient, input, name: "relu")] }
            return [step.gradient * (input > 0)]
        }
    }

    /// min(max(x, 0), 6).
    ///
    /// - Source: Krizhevsky 2010, "Convolutional deep belief networks on CIFAR-10"
    public func relu6() -> Tensor { relu().minimum(.full(6, [], dtype)) }

    /// x min(max(x + 3, 0), 6) / 6.
    ///
    /// - Source: Howard et al. 2019, section 5.2
    public func hardSwish() -> Tensor {
        applying(.hardSwish).recorded(from: self, saving: .inputs) { step in
            let input = step.input(0)
            if !step.createGraph { return [step.gradient.applying(.hardSwishGradient, input, name: "hardSwish")] }
            let isBetween = (input > -3) * (input < 3)
            return [step.gradient * (isBetween * (input / 3 + 0.5) + (input >= 3))]
        }
    }

    /// min(max(x + 3, 0), 6) / 6.
    ///
    /// - Source: Howard et al. 2019, section 5.2
    package func hardSigmoid() -> Tensor { (self + 3).relu6() / 6 }

    /// x / (1 + exp(-x)).
    ///
    /// - Source: Ramachandran et al. 2017
    package func silu() -> Tensor {
        applying(.silu).recorded(from: self, saving: .inputs) { step in
            let input = step.input(0)
            if !step.createGraph { return [step.gradient.applying(.siluGradient, input, name: "silu")] }
            let gate = input.sigmoid()
            return [step.gradient * gate * (1 + input * (1 - gate))]
        }
    }

    /// 1 / (1 + exp(-x)).
    public func sigmoid() -> Tensor {
        applying(.sigmoid).recorded(from: self, saving: .output) { step in
            let output = step.output
            if !step.createGraph { return [step.gradient.applying(.sigmoidGradient, output, name: "sigmoid")] }
            return [step.gradient * output * (1 - output)]
        }
    }

    /// The hyperbolic tangent.
    public func tanh() -> Tensor {
        applying(.tanh).recorded(from: self, saving: .output) { step in
            let output = step.output
            if !step.createGraph { return [step.gradient.applying(.tanhGradient, output, name: "tanh")] }
            return [step.gradient * (1 - output * output)]
        }
    }

    /// x times the normal distribution function of x.
    ///
    /// - Source: Hendrycks & Gimpel 2016, in the exact form.
    public func gelu() -> Tensor {
        applying(.gelu).recorded(from: self, saving: .inputs) { step in
            let input = step.input(0)
            if !step.createGraph { return [step.gradient.applying(.geluGradient, input, name: "gelu")] }
            let distribution = ((input * 0.5.squareRoot()).erf() + 1) * 0.5
            let density = (input * input * -0.5).exp() * (1 / (2 * Double.pi).squareRoot())
            return [step.gradient * (distribution + input * density)]
        }
    }

    /// The error function.
    public func erf() -> Tensor {
        applying(.erf).recorded(from: self, saving: .inputs) { step in
            let input = step.input(0)
            return [step.gradient * (-(input * input)).exp() * (2 / Double.pi.squareRoot())]
        }
    }

    /// The absolute value; its derivative at 0 is 0.
    public func abs() -> Tensor {
        applying(.abs).recorded(from: self, saving: .inputs) { step in
            [step.gradient * step.input(0).detached().applying(.sign)]
        }
    }
}

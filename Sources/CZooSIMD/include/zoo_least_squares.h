#ifndef ZOO_LEAST_SQUARES_H
#define ZOO_LEAST_SQUARES_H
#include <stddef.h>
#include <stdint.h>

/// Columns of a row of factors come in multiples of this.
enum { ZOO_FACTOR_LANES = 16 };

/// Least squares of many rows against the factors of the other side, each row by its own entries.
///
/// A row of factors is `stride` floats, aligned to its end: zeros, `factors` numbers, and a 1. Row r has the entries
/// bounds[r] ..< bounds[r + 1] with a column (a row b of the other side) and a confidence c; its solution x minimises
///   sum c (1 - b . x)^2 + x' gram x + penalty[r] |x|^2,
/// and is 0 for a row without entries.
typedef struct {
    size_t factors, stride;     // stride: a multiple of ZOO_FACTOR_LANES, above `factors`
    const float *other;         // [columns][stride]
    const float *gram;          // [stride][stride], symmetric, aligned to its end, zero in the last row and column
    const int64_t *bounds;      // [rows + 1]
    const int32_t *columns;     // [entries]
    const float *confidences;   // [entries], or a table for the codes; NULL: all are 1
    const uint8_t *codes;       // [entries], the place of each entry's confidence in the table; NULL: there is no table
    const float *penalties;     // [rows]
    float *rows;                // [rows][stride], the solutions
} zoo_least_squares;

/// Floats of scratch that a call needs.
size_t zoo_least_squares_scratch(const zoo_least_squares *problem);

/// Solves rows first ..< last exactly, by Cholesky's method: entries * factors^2 / 2 + factors^3 / 6 multiplications a row.
///
/// Calls over disjoint rows may run at the same time. Returns the sum of the minima. A row whose matrix is not positive definite
/// within the precision is NaN.
double zoo_solve_least_squares(const zoo_least_squares *problem, size_t first, size_t last, float *scratch);

/// Improves rows first ..< last by steps of conjugate gradients from where they are: 2 entries * factors multiplications a row and
/// step. All factors are those of a basis in which gram is diagonal; problem->gram is that diagonal, [stride], with a 1 where there
/// is no factor.
/// Returns the sum of what is minimised, before the steps.
double zoo_improve_least_squares(const zoo_least_squares *problem, size_t first, size_t last, size_t steps, float *scratch);

#endif

#ifndef ZOO_BINARY_H
#define ZOO_BINARY_H
#include <stddef.h>
#include <stdint.h>

// out[r][c] = a[r * a_row + c * a_column] op b[r * b_row + c * b_column]; a column stride is 0 or 1. `out` overlaps neither.
typedef struct {
    ptrdiff_t rows, columns;
    ptrdiff_t a_row, b_row;
    ptrdiff_t a_column, b_column;
} zoo_grid;

// Comparisons give 0 or 1. The gradients take (gradient, what the forward saved).
enum {
    ZOO_ADD, ZOO_SUBTRACT, ZOO_MULTIPLY, ZOO_DIVIDE, ZOO_MAXIMUM, ZOO_MINIMUM,
    ZOO_GREATER, ZOO_LESS, ZOO_GREATER_EQUAL, ZOO_LESS_EQUAL, ZOO_EQUAL, ZOO_NOT_EQUAL,
    ZOO_POWER, ZOO_RELU_GRADIENT, ZOO_SIGMOID_GRADIENT, ZOO_TANH_GRADIENT, ZOO_GELU_GRADIENT,
    ZOO_HARD_SWISH_GRADIENT, ZOO_SILU_GRADIENT
};

void zoo_binary_f32(int op, const float *a, const float *b, float *out, zoo_grid grid);
void zoo_binary_f64(int op, const double *a, const double *b, double *out, zoo_grid grid);
void zoo_binary_i32(int op, const int32_t *a, const int32_t *b, int32_t *out, zoo_grid grid);

// out[i] = c[i] != 0 ? a[i] : b[i]
void zoo_where_f32(const float *c, const float *a, const float *b, float *out, ptrdiff_t n);
void zoo_where_f64(const double *c, const double *a, const double *b, double *out, ptrdiff_t n);
#endif

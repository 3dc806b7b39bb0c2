#ifndef ZOO_TABULAR_H
#define ZOO_TABULAR_H
#include <stddef.h>
#include <stdint.h>

/// Where a category's code lies in a record, and the table that it looks up.
typedef struct {
    uint32_t offset;  ///< byte of the record
    uint32_t bytes;   ///< 1, 2 or 4: the code is unsigned
    uint32_t width;   ///< floats a row of the table
    uint32_t output;  ///< first column of the matrix
    float *table;
} zoo_tabular_category;

/// Zeroes elements by chance: element (row, column) is kept where hash(key, row, column) >= threshold, and then scaled.
typedef struct {
    uint32_t key, threshold;
    float scale;
} zoo_dropout;

/// Row i of `out` becomes the looked-up rows of record rows[i] side by side; `rows` nil means 0, 1, 2, ...
void zoo_tabular_gather(const uint8_t *records, size_t stride, const int32_t *rows, size_t count,
                        const zoo_tabular_category *categories, size_t category_count, float *out, size_t ld);

/// Adds row i of `gradient` to the rows of the tables that record rows[i] looked up.
void zoo_tabular_scatter(const uint8_t *records, size_t stride, const int32_t *rows, size_t count,
                         const zoo_tabular_category *categories, size_t category_count, const float *gradient,
                         size_t ld);

/// x = max(x, 0) where `rectify`; sums += columns of x, squares += columns of x * x.
void zoo_tabular_column_sums(float *x, size_t ld, size_t rows, size_t columns, int rectify, float *sums, float *squares);

/// y = x * scale + shift by columns, then dropout where it is not nil; `first_row` is the number of the first row.
void zoo_tabular_scale(const float *x, size_t ldx, float *y, size_t ldy, size_t rows, size_t columns,
                       const float *scale, const float *shift, const zoo_dropout *dropout, size_t first_row);

/// Dropout in place, going forward or back: the same elements both times.
void zoo_tabular_dropout(float *x, size_t ld, size_t rows, size_t columns, zoo_dropout dropout, size_t first_row);

/// Back through dropout (in place) and batch norm's sums: sums += gradient, products += gradient * (x - mean) * inverse.
void zoo_tabular_norm_sums(float *gradient, size_t ldg, const float *x, size_t ldx, size_t rows, size_t columns,
                           const float *mean, const float *inverse, const zoo_dropout *dropout, size_t first_row,
                           float *sums, float *products);

/// gradient = x > 0 ? a * gradient + b * x + c : 0 by columns: batch norm's and the rectifier's gradient at once.
void zoo_tabular_norm_rectifier_gradient(float *gradient, size_t ldg, const float *x, size_t ldx, size_t rows,
                                         size_t columns, const float *a, const float *b, const float *c);

/// Back through x * scale + shift by columns and the weights [columns, outputs] after it. `gradient` comes as the products of
/// the columns of x with the outputs' gradients, and becomes the gradient of the weights; `sums` are the outputs' gradients, summed.
void zoo_tabular_scaled_weights_gradient(const float *weights, float *gradient, size_t columns, size_t outputs,
                                         const float *scale, const float *shift, const float *sums, float *scale_gradient,
                                         float *shift_gradient);
#endif

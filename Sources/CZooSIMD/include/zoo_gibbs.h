#ifndef ZOO_GIBBS_H
#define ZOO_GIBBS_H
#include <stddef.h>
#include <stdint.h>

/// The ratings of one side of a factorisation, row by row.
///
/// Row r has the ratings bounds[r] ..< bounds[r + 1]: `columns` are rows of the other side, `places` say where each rating
/// is in the arrays of all ratings (residuals and weights); NULL where the order is the same.
typedef struct {
    size_t rows;
    const int64_t *bounds;
    const int32_t *columns;
    const int32_t *places;
} zoo_rated_side;

/// residuals[t] -= row_values[r] * column_values[c] for every rating; column values NULL are ones.
void zoo_subtract_products(const zoo_rated_side *side, const float *row_values, const float *column_values, float *residuals);

/// results[t] = row_values[r] * column_values[c] for every rating.
void zoo_rating_products(const zoo_rated_side *side, const float *row_values, const float *column_values, float *results);

/// sums[r] = the sum over the row's ratings of column_values[c] * residual^2.
void zoo_row_square_sums(const zoo_rated_side *side, const float *column_values, const float *residuals, double *sums);

/// For every row the sums over its ratings of weight * c^2 and of weight * c * residual, where c is the value of the
/// column; column values NULL are ones.
void zoo_collect_rows(const zoo_rated_side *side, const float *column_values, const float *residuals, const float *weights,
                      float *squares, float *products);

/// Draws one coefficient after the other from its conditional normal distribution.
///
/// Feature j has the entries bounds[j] ..< bounds[j + 1]: x = values (NULL: ones) in `rows`. Its coefficient w has the
/// precision P = prior_precision + precision * sum x^2 squares and the mean (prior_precision * prior_mean + precision *
/// (sum x products + w sum x^2 squares)) / P, and becomes the mean + normals[j] / sqrt(P). The products follow it, and so do
/// row_values, the sums of x times coefficients.
void zoo_draw_coefficients(size_t features, const int64_t *bounds, const int32_t *rows, const float *values, double precision,
                           double prior_precision, double prior_mean, const float *normals, const float *squares,
                           float *products, float *coefficients, float *row_values);

#endif

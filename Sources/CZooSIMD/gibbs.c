#include "zoo_gibbs.h"
#include "zoo_clones.h"

#include <math.h>

ZOO_INLINE size_t place(const zoo_rated_side *side, int64_t rating) {
    return side->places ? (size_t)side->places[rating] : (size_t)rating;
}

ZOO_CLONED(void, zoo_subtract_products,
           (const zoo_rated_side *side, const float *restrict row_values, const float *restrict column_values,
            float *restrict residuals),
           (side, row_values, column_values, residuals)) {
    for (size_t r = 0; r < side->rows; r++) {
        const float x = row_values[r];
        for (int64_t t = side->bounds[r]; t < side->bounds[r + 1]; t++) {
            residuals[place(side, t)] -= column_values ? x * column_values[side->columns[t]] : x;
        }
    }
}

ZOO_CLONED(void, zoo_rating_products,
           (const zoo_rated_side *side, const float *restrict row_values, const float *restrict column_values,
            float *restrict results),
           (side, row_values, column_values, results)) {
    for (size_t r = 0; r < side->rows; r++) {
        for (int64_t t = side->bounds[r]; t < side->bounds[r + 1]; t++) {
            results[place(side, t)] = row_values[r] * column_values[side->columns[t]];
        }
    }
}

ZOO_CLONED(void, zoo_row_square_sums,
           (const zoo_rated_side *side, const float *restrict column_values, const float *restrict residuals,
            double *restrict sums),
           (side, column_values, residuals, sums)) {
    for (size_t r = 0; r < side->rows; r++) {
        double sum = 0;
        for (int64_t t = side->bounds[r]; t < side->bounds[r + 1]; t++) {
            const float e = residuals[place(side, t)];
            sum += (double)(column_values[side->columns[t]] * e * e);
        }
        sums[r] = sum;
    }
}

ZOO_CLONED(void, zoo_collect_rows,
           (const zoo_rated_side *side, const float *restrict column_values, const float *restrict residuals,
            const float *restrict weights, float *restrict squares, float *restrict products),
           (side, column_values, residuals, weights, squares, products)) {
    for (size_t r = 0; r < side->rows; r++) {
        float square = 0, product = 0;
        for (int64_t t = side->bounds[r]; t < side->bounds[r + 1]; t++) {
            const size_t p = place(side, t);
            const float x = column_values ? column_values[side->columns[t]] : 1;
            const float weighted = weights[p] * x;
            square += weighted * x;
            product += weighted * residuals[p];
        }
        squares[r] = square;
        products[r] = product;
    }
}

ZOO_CLONED(void, zoo_draw_coefficients,
           (size_t features, const int64_t *bounds, const int32_t *restrict rows, const float *restrict values,
            double precision, double prior_precision, double prior_mean, const float *restrict normals,
            const float *restrict squares, float *restrict products, float *restrict coefficients,
            float *restrict row_values),
           (features, bounds, rows, values, precision, prior_precision, prior_mean, normals, squares, products, coefficients,
            row_values)) {
    for (size_t j = 0; j < features; j++) {
        double square = 0, product = 0;
        for (int64_t k = bounds[j]; k < bounds[j + 1]; k++) {
            const float x = values ? values[k] : 1;
            square += (double)(x * x * squares[rows[k]]);
            product += (double)(x * products[rows[k]]);
        }
        const double old = (double)coefficients[j], total = prior_precision + precision * square;
        const double mean = (prior_precision * prior_mean + precision * (product + old * square)) / total;
        coefficients[j] = (float)(mean + (double)normals[j] / sqrt(total));
        // From the coefficient as it is stored, so that the sums stay those of the coefficients.
        const float change = coefficients[j] - (float)old;
        for (int64_t k = bounds[j]; k < bounds[j + 1]; k++) {
            const float step = (values ? values[k] : 1) * change;
            products[rows[k]] -= squares[rows[k]] * step;
            row_values[rows[k]] += step;
        }
    }
}

#ifndef ZOO_COVARIANCE_H
#define ZOO_COVARIANCE_H
#include <stddef.h>

enum { ZOO_COLUMN_PANEL = 16 };

// sums[j] += the sum of column j; rows is [count, width], scratch [width].
void zoo_add_column_sums(const float *rows, size_t count, size_t width, float *scratch, double *sums);

// means[i] = the mean of row i.
void zoo_row_means(const float *rows, size_t count, size_t width, float *means);

// out = rows - column_means - row_means (either may be NULL), as panels [ceil(width / 16)][count][16], missing columns zero.
void zoo_centre_into_panels(
    const float *rows, size_t count, size_t width, const float *column_means, const float *row_means, float *panels);

// gram[i, j] += sum over rows of x_i x_j for i <= j, from such panels; gram is [width, width].
void zoo_add_gram(const float *panels, size_t count, size_t width, double *gram);

// out = rows - column_means - row_means (either may be NULL), row-major.
void zoo_centre_rows(
    const float *rows, size_t count, size_t width, const float *column_means, const float *row_means, float *out);

// Givens rotation of two vectors: (x, y) becomes (c x - s y, s x + c y).
void zoo_rotate(double *x, double *y, size_t count, double c, double s);

// x . y, and y += alpha x, in Float64.
double zoo_dot_doubles(const double *x, const double *y, size_t count);
void zoo_add_scaled_doubles(double alpha, const double *x, double *y, size_t count);
#endif

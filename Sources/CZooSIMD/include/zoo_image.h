#ifndef ZOO_IMAGE_H
#define ZOO_IMAGE_H
#include <stddef.h>
#include <stdint.h>

/// A window that slides over images [height][width][channels]; outputs are [output_height][output_width][channels].
typedef struct {
    size_t height, width, channels, output_height, output_width;
    size_t kernel_height, kernel_width, stride_y, stride_x, dilation_y, dilation_x;
    ptrdiff_t padding_y, padding_x;
} zoo_window;

/// y = activation(bias + the sum over taps of x * weights[tap][channel]), rows first ..< last of one image's output.
void zoo_depthwise(const zoo_window *window, const float *x, const float *weights, const float *bias, int activation,
                   float *y, size_t first, size_t last);

/// Rows first ..< last of one image's gradient of a depthwise input; `places` has room for two numbers a tap.
void zoo_depthwise_input_gradient(const zoo_window *window, const float *dy, const float *weights, float *dx, size_t first,
                                  size_t last, size_t *places);

/// Adds one image's part to the gradients [taps][channels] of depthwise weights.
void zoo_depthwise_weight_gradient(const zoo_window *window, const float *x, const float *dy, float *dw);

/// The greatest of each window (NaN wins), and with `taps` not NULL which tap it is, the first of equals; one image.
void zoo_max_pool(const zoo_window *window, const float *x, float *y, uint8_t *taps);

/// Adds to `dx` the gradients of the windows whose greatest it was.
void zoo_max_pool_gradient(const zoo_window *window, const float *dy, const uint8_t *taps, float *dx);

/// Mean and sum of squared distances from it of each of `channels` columns over `rows` rows, by blocks.
void zoo_channel_moments(const float *x, size_t rows, size_t channels, double *mean, double *squares, float *scratch);

/// y = activation(x * scale + shift + residual); scale and shift [channels], residual may be NULL.
void zoo_scale_channels(const float *x, size_t rows, size_t channels, const float *scale, const float *shift,
                        const float *residual, int activation, float *y);

/// Adds over the rows: sums += g, products += g * (x - mean), with g = dy where 0 < y < ceiling, or everywhere if y is NULL.
void zoo_channel_gradient_sums(const float *x, const float *y, float ceiling, const float *dy, size_t rows,
                               size_t channels, const float *mean, double *sums, double *products, float *scratch);

/// dx = a * g + b * x + c by channel; also stores g to `residual_gradient` unless that is NULL.
void zoo_channel_gradient(const float *x, const float *y, float ceiling, const float *dy, size_t rows, size_t channels,
                          const float *a, const float *b, const float *c, float *dx, float *residual_gradient);
#endif

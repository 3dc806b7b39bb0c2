#ifndef ZOO_PIXELS_H
#define ZOO_PIXELS_H
#include <stddef.h>
#include <stdint.h>

/// Weights of the input samples that make each output sample along one axis.
typedef struct {
    const float *weights;   // [outputs][taps], behind the last tap of an output zeros
    const int32_t *first;   // [outputs], the input sample of the first tap
    const int32_t *count;   // [outputs], the taps that are not padding
    size_t taps, outputs;
} zoo_filter;

/// Resamples RGB bytes along both axes.
///
/// `source` points to the first row and column that a filter may name; rows are `stride` bytes apart. Only the columns
/// 0 ..< columns are read. `result` is [vertical->outputs][horizontal->outputs][3]; `row` has room for 3 * columns + 1 floats.
void zoo_resample_rgb(const uint8_t *source, size_t stride, size_t columns, const zoo_filter *vertical,
                      const zoo_filter *horizontal, float *row, uint8_t *result);

/// Weights in units of 2^-22, which add up to about 1, and otherwise as `zoo_filter`.
typedef struct {
    const int32_t *weights, *first, *count;
    size_t taps, outputs;
} zoo_byte_filter;

/// Resamples RGB bytes across in whole numbers: result[rows][outputs][3], rounded and clamped as Pillow does.
void zoo_resample_across(const uint8_t *source, size_t stride, size_t rows, const zoo_byte_filter *filter, uint8_t *result);

/// Resamples rows of `samples` bytes downwards in whole numbers: result[outputs][samples], rounded and clamped as Pillow does.
void zoo_resample_down(const uint8_t *source, size_t stride, size_t samples, const zoo_byte_filter *filter, uint8_t *result);

/// An affine map from places in the result to places in the source, both in pixels, whose centres are at n + 1/2.
typedef struct {
    float xx, xy, x0;  // x = xx * column + xy * row + x0
    float yx, yy, y0;
    float left, right, top, bottom;  // where the image ends: what lies beyond is its mirror image
} zoo_affine;

/// Samples RGB bytes bilinearly. `source` is [height][width][3] with a byte to spare at its end, `result` [rows][columns][3].
void zoo_warp_rgb(const uint8_t *source, size_t height, size_t width, const zoo_affine *map, size_t rows,
                  size_t columns, uint8_t *result);

/// How bytes become numbers: clamp(gain * byte + offset, 0, 255) * scale[channel] + shift[channel].
typedef struct {
    float gain, offset;
    float scale[3], shift[3];
} zoo_levels;

/// Makes floats [height][width][3] of the pixels at source + row_offsets[y] + column_offsets[x]; `bytes` has room for a row.
void zoo_rgb_to_floats(const uint8_t *source, const int32_t *row_offsets, const int32_t *column_offsets, size_t height,
                       size_t width, const zoo_levels *levels, uint8_t *bytes, float *result);

/// Copies the pixels at source + row_offsets[y] + column_offsets[x] to result [height][width][3].
void zoo_gather_rgb(const uint8_t *source, const int32_t *row_offsets, const int32_t *column_offsets, size_t height,
                    size_t width, uint8_t *result);

/// The sum of bytes.
uint64_t zoo_byte_sum(const uint8_t *bytes, size_t count);

/// Lays RGBA over white: result [count][3].
void zoo_rgba_over_white(const uint8_t *source, size_t count, uint8_t *result);

/// Turns CMYK, in which 255 stands for no ink, into RGB without colour management: red = cyan * black / 255 and so on.
void zoo_cmyk_to_rgb(const uint8_t *source, size_t count, uint8_t *result);
#endif

#include "zoo_pixels.h"

#include <string.h>

#include "zoo_clones.h"

typedef float v4 __attribute__((vector_size(16)));
typedef uint8_t b4 __attribute__((vector_size(4)));

enum { BLOCK = 64 };  // samples of a row that are summed up in registers

ZOO_INLINE v4 load4(const float *from) {
    v4 x;
    __builtin_memcpy(&x, from, sizeof x);
    return x;
}

ZOO_INLINE v4 load_pixel(const uint8_t *from) {
    b4 x;
    __builtin_memcpy(&x, from, sizeof x);
    return __builtin_convertvector(x, v4);
}

ZOO_INLINE void store_pixel(v4 x, uint8_t *to) {
    x = __builtin_elementwise_max(__builtin_elementwise_min(x + 0.5f, (v4){255, 255, 255, 255}), (v4){0, 0, 0, 0});
    const b4 bytes = __builtin_convertvector(x, b4);
    to[0] = bytes[0];
    to[1] = bytes[1];
    to[2] = bytes[2];
}

// sum[i] = the sum over the taps of weights[k] * source[k * stride + i], i < count <= BLOCK.
ZOO_INLINE void sum_rows(const uint8_t *restrict source, size_t stride, const float *restrict weights, size_t taps,
                         size_t count, float *restrict to) {
    float sum[BLOCK];
    for (size_t i = 0; i < count; i++) sum[i] = 0;
    for (size_t k = 0; k < taps; k++) {
        const float weight = weights[k];
        const uint8_t *restrict from = source + k * stride;
        for (size_t i = 0; i < count; i++) sum[i] += weight * (float)from[i];
    }
    for (size_t i = 0; i < count; i++) to[i] = sum[i];
}

ZOO_CLONED(void, zoo_resample_rgb,
           (const uint8_t *source, size_t stride, size_t columns, const zoo_filter *vertical, const zoo_filter
            *horizontal, float *row, uint8_t *result),
           (source, stride, columns, vertical, horizontal, row, result)) {
    const size_t samples = 3 * columns;
    row[samples] = 0;  // a pixel is loaded as four floats
    for (size_t y = 0; y < vertical->outputs; y++) {
        const uint8_t *from = source + (size_t)vertical->first[y] * stride;
        const float *weights = vertical->weights + y * vertical->taps;
        const size_t count = (size_t)vertical->count[y];
        size_t i = 0;
        for (; i + BLOCK <= samples; i += BLOCK) sum_rows(from + i, stride, weights, count, BLOCK, row + i);
        if (i < samples) sum_rows(from + i, stride, weights, count, samples - i, row + i);
        for (size_t x = 0; x < horizontal->outputs; x++) {
            const float *pixel = row + 3 * (size_t)horizontal->first[x];
            const float *w = horizontal->weights + x * horizontal->taps;
            const size_t taps = (size_t)horizontal->count[x];
            v4 sum = {0, 0, 0, 0};
            for (size_t k = 0; k < taps; k++) sum += w[k] * load4(pixel + 3 * k);
            store_pixel(sum, result);
            result += 3;
        }
    }
}

enum { FRACTION = 22 };  // bits of a weight behind the point

ZOO_INLINE uint8_t clipped(int32_t sum) {
    const int32_t level = sum >> FRACTION;
    return (uint8_t)(level < 0 ? 0 : level < 255 ? level : 255);
}

ZOO_CLONED(void, zoo_resample_across,
           (const uint8_t *source, size_t stride, size_t rows, const zoo_byte_filter *filter, uint8_t *result),
           (source, stride, rows, filter, result)) {
    for (size_t y = 0; y < rows; y++)
        for (size_t x = 0; x < filter->outputs; x++) {
            const uint8_t *pixel = source + y * stride + 3 * (size_t)filter->first[x];
            const int32_t *w = filter->weights + x * filter->taps;
            int32_t red = 1 << (FRACTION - 1), green = red, blue = red;
            for (size_t k = 0; k < (size_t)filter->count[x]; k++, pixel += 3) {
                red += w[k] * pixel[0];
                green += w[k] * pixel[1];
                blue += w[k] * pixel[2];
            }
            result[0] = clipped(red);
            result[1] = clipped(green);
            result[2] = clipped(blue);
            result += 3;
        }
}

ZOO_CLONED(void, zoo_resample_down,
           (const uint8_t *source, size_t stride, size_t samples, const zoo_byte_filter *filter, uint8_t *result),
           (source, stride, samples, filter, result)) {
    for (size_t y = 0; y < filter->outputs; y++) {
        const uint8_t *rows = source + (size_t)filter->first[y] * stride;
        const int32_t *w = filter->weights + y * filter->taps;
        for (size_t start = 0; start < samples; start += BLOCK) {
            const size_t count = samples - start < BLOCK ? samples - start : BLOCK;
            int32_t sum[BLOCK];
            for (size_t i = 0; i < count; i++) sum[i] = 1 << (FRACTION - 1);
            for (size_t k = 0; k < (size_t)filter->count[y]; k++) {
                const uint8_t *restrict from = rows + k * stride + start;
                for (size_t i = 0; i < count; i++) sum[i] += w[k] * from[i];
            }
            for (size_t i = 0; i < count; i++) result[start + i] = clipped(sum[i]);
        }
        result += samples;
    }
}

// x mirrored at `low` and `high` until it lies between them.
ZOO_INLINE float mirrored(float x, float low, float high) {
    const float width = high - low, turn = 2 * width;
    float t = x - low;
    t -= turn * __builtin_floorf(t / turn);
    t = t > width ? turn - t : t;
    return t + low;
}

ZOO_INLINE float clamped(float x, float low, float high) { return x < low ? low : x > high ? high : x; }

ZOO_CLONED(void, zoo_warp_rgb,
           (const uint8_t *source, size_t height, size_t width, const zoo_affine *map, size_t rows, size_t columns,
            uint8_t *result),
           (source, height, width, map, rows, columns, result)) {
    enum { STRIP = 64 };
    const zoo_affine m = *map;
    const float last_column = (float)(width - 1), last_row = (float)(height - 1);
    int32_t places[STRIP], right[STRIP], below[STRIP];
    float across[STRIP], down[STRIP];
    for (size_t y = 0; y < rows; y++)
        for (size_t x0 = 0; x0 < columns; x0 += STRIP) {
            const size_t count = columns - x0 < STRIP ? columns - x0 : STRIP;
            const float v = (float)y + 0.5f;
            for (size_t i = 0; i < count; i++) {
                const float u = (float)(int32_t)(x0 + i) + 0.5f;
                const float sx = mirrored(m.xx * u + m.xy * v + m.x0, m.left, m.right) - 0.5f;
                const float sy = mirrored(m.yx * u + m.yy * v + m.y0, m.top, m.bottom) - 0.5f;
                const float px = clamped(sx, 0, last_column), py = clamped(sy, 0, last_row);
                const int32_t column = (int32_t)px, line = (int32_t)py;
                places[i] = 3 * (line * (int32_t)width + column);
                right[i] = column + 1 < (int32_t)width ? 3 : 0;
                below[i] = line + 1 < (int32_t)height ? 3 * (int32_t)width : 0;
                across[i] = px - (float)column;
                down[i] = py - (float)line;
            }
            for (size_t i = 0; i < count; i++) {
                const uint8_t *p = source + places[i], *q = p + below[i];
                const v4 a = load_pixel(p), b = load_pixel(p + right[i]);
                const v4 c = load_pixel(q), d = load_pixel(q + right[i]);
                const v4 upper = a + across[i] * (b - a), lower = c + across[i] * (d - c);
                store_pixel(upper + down[i] * (lower - upper), result);
                result += 3;
            }
        }
}

ZOO_INLINE void gather_row(const uint8_t *restrict from, const int32_t *restrict offsets, size_t width, uint8_t *restrict to) {
    for (size_t x = 0; x < width; x++) {
        const uint8_t *pixel = from + offsets[x];
        to[3 * x] = pixel[0];
        to[3 * x + 1] = pixel[1];
        to[3 * x + 2] = pixel[2];
    }
}

// Whether a row can be read where it lies.
static int is_run(const int32_t *offsets, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (offsets[i] != offsets[i - 1] + 3) return 0;
    return 1;
}

ZOO_INLINE float level(uint8_t byte, float gain, float offset, float scale, float shift) {
    const float x = (float)byte * gain + offset;
    const float y = x > 0 ? x : 0;
    return (y < 255 ? y : 255) * scale + shift;
}

ZOO_CLONED(void, zoo_rgb_to_floats,
           (const uint8_t *source, const int32_t *row_offsets, const int32_t *column_offsets, size_t height, size_t
            width, const zoo_levels *levels, uint8_t *bytes, float *result),
           (source, row_offsets, column_offsets, height, width, levels, bytes, result)) {
    enum { PERIOD = 48 };  // a whole number of pixels and of vectors
    const size_t samples = 3 * width;
    const float gain = levels->gain, offset = levels->offset;
    float scale[PERIOD], shift[PERIOD];
    for (size_t i = 0; i < PERIOD; i++) {
        scale[i] = levels->scale[i % 3];
        shift[i] = levels->shift[i % 3];
    }
    const int run = is_run(column_offsets, width);
    for (size_t y = 0; y < height; y++) {
        const uint8_t *restrict from = source + row_offsets[y];
        if (run) {
            from += width ? column_offsets[0] : 0;
        } else {
            gather_row(from, column_offsets, width, bytes);
            from = bytes;
        }
        float *restrict to = result + y * samples;
        size_t i = 0;
        for (; i + PERIOD <= samples; i += PERIOD)
            for (size_t j = 0; j < PERIOD; j++) to[i + j] = level(from[i + j], gain, offset, scale[j], shift[j]);
        for (size_t j = 0; i + j < samples; j++) to[i + j] = level(from[i + j], gain, offset, scale[j], shift[j]);
    }
}

void zoo_gather_rgb(const uint8_t *source, const int32_t *row_offsets, const int32_t *column_offsets, size_t height,
                    size_t width, uint8_t *result) {
    const int run = width != 0 && is_run(column_offsets, width);
    for (size_t y = 0; y < height; y++) {
        const uint8_t *from = source + row_offsets[y];
        uint8_t *to = result + y * 3 * width;
        if (run)
            memcpy(to, from + column_offsets[0], 3 * width);
        else
            gather_row(from, column_offsets, width, to);
    }
}

ZOO_CLONED(uint64_t, zoo_byte_sum, (const uint8_t *bytes, size_t count), (bytes, count)) {
    uint64_t total = 0;
    for (size_t done = 0; done < count; done += 1 << 20) {
        const size_t end = count - done < 1 << 20 ? count : done + (1 << 20);
        uint32_t sum = 0;
        for (size_t i = done; i < end; i++) sum += bytes[i];
        total += sum;
    }
    return total;
}

// x / 255, rounded, for x up to 255 * 255.
ZOO_INLINE uint32_t divided(uint32_t x) {
    x += 128;
    return (x + (x >> 8)) >> 8;
}

ZOO_CLONED(void, zoo_rgba_over_white,
           (const uint8_t *restrict source, size_t count, uint8_t *restrict result),
           (source, count, result)) {
    for (size_t i = 0; i < count; i++) {
        const uint32_t alpha = source[4 * i + 3], white = 255 * (255 - alpha);
        for (size_t c = 0; c < 3; c++) result[3 * i + c] = (uint8_t)divided(source[4 * i + c] * alpha + white);
    }
}

ZOO_CLONED(void, zoo_cmyk_to_rgb,
           (const uint8_t *restrict source, size_t count, uint8_t *restrict result),
           (source, count, result)) {
    for (size_t i = 0; i < count; i++) {
        const uint32_t black = source[4 * i + 3];
        for (size_t c = 0; c < 3; c++) result[3 * i + c] = (uint8_t)divided(source[4 * i + c] * black);
    }
}

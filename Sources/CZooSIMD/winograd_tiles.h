// Winograd's F(4x4, 3x3) for one instruction set; included after convolution_tiles.h, with the same definitions. Every
// transform runs over the channels, a register at a time; channels come in whole registers.
// Source: Lavin & Gray 2015, section 4.3: output = A' [(G g G') * (B' d B)] A, * by element.

// B' d
static inline __attribute__((always_inline)) void NAME(patch_line)(const NAME(vec) *d, size_t s, NAME(vec) *to, size_t t) {
    const NAME(vec) d0 = d[0], d1 = d[s], d2 = d[2 * s], d3 = d[3 * s], d4 = d[4 * s], d5 = d[5 * s];
    const NAME(vec) even = d4 - 4 * d2, odd = d3 - 4 * d1, evens = d4 - d2, odds = 2 * (d3 - d1);
    to[0] = 4 * d0 - 5 * d2 + d4;
    to[t] = even + odd;
    to[2 * t] = even - odd;
    to[3 * t] = evens + odds;
    to[4 * t] = evens - odds;
    to[5 * t] = 4 * d1 - 5 * d3 + d5;
}

// A' m
static inline __attribute__((always_inline)) void NAME(output_line)(const NAME(vec) *m, size_t s, NAME(vec) *to, size_t t) {
    const NAME(vec) m0 = m[0], m1 = m[s], m2 = m[2 * s], m3 = m[3 * s], m4 = m[4 * s], m5 = m[5 * s];
    const NAME(vec) sum1 = m1 + m2, difference1 = m1 - m2, sum2 = m3 + m4, difference2 = m3 - m4;
    to[0] = m0 + sum1 + sum2;
    to[t] = difference1 + 2 * difference2;
    to[2 * t] = sum1 + 4 * sum2;
    to[3 * t] = difference1 + 8 * difference2 + m5;
}

// A y
static inline __attribute__((always_inline)) void NAME(gradient_line)(const NAME(vec) *y, size_t s, NAME(vec) *to, size_t t) {
    const NAME(vec) y0 = y[0], y1 = y[s], y2 = y[2 * s], y3 = y[3 * s];
    const NAME(vec) even1 = y0 + y2, odd1 = y1 + y3, even2 = y0 + 4 * y2, odd2 = 2 * y1 + 8 * y3;
    to[0] = y0;
    to[t] = even1 + odd1;
    to[2 * t] = even1 - odd1;
    to[3 * t] = even2 + odd2;
    to[4 * t] = even2 - odd2;
    to[5 * t] = y3;
}

// G g
static inline __attribute__((always_inline)) void NAME(weight_line)(const NAME(vec) *g, size_t s, NAME(vec) *to, size_t t) {
    const NAME(vec) g0 = g[0], g1 = g[s], g2 = g[2 * s];
    const NAME(vec) ends1 = (g0 + g2) * (-1.0f / 6), middle1 = g1 * (1.0f / 6);
    const NAME(vec) ends2 = g0 * (1.0f / 24) + g2 * (1.0f / 6), middle2 = g1 * (1.0f / 12);
    to[0] = g0 * 0.25f;
    to[t] = ends1 - middle1;
    to[2 * t] = ends1 + middle1;
    to[3 * t] = ends2 + middle2;
    to[4 * t] = ends2 - middle2;
    to[5 * t] = g2;
}

// G' u
static inline __attribute__((always_inline)) void NAME(sum_line)(const NAME(vec) *u, size_t s, NAME(vec) *to, size_t t) {
    const NAME(vec) sum1 = u[s] + u[2 * s], difference1 = u[s] - u[2 * s];
    const NAME(vec) sum2 = u[3 * s] + u[4 * s], difference2 = u[3 * s] - u[4 * s];
    to[0] = u[0] * 0.25f - sum1 * (1.0f / 6) + sum2 * (1.0f / 24);
    to[t] = difference2 * (1.0f / 12) - difference1 * (1.0f / 6);
    to[2 * t] = (sum2 - sum1) * (1.0f / 6) + u[5 * s];
}

// Where a square of `size` pixels begins, and the floats from row to row: in the image, or, where it sticks out, in a copy
// with zeros around.
static const float *NAME(square)(const zoo_winograd_image *p, const float *image, ptrdiff_t top, ptrdiff_t left, ptrdiff_t size,
                                 float *scratch, size_t *row) {
    const ptrdiff_t height = (ptrdiff_t)p->height, width = (ptrdiff_t)p->width;
    const size_t channels = p->channels;
    if (top >= 0 && left >= 0 && top + size <= height && left + size <= width) {
        *row = p->width * channels;
        return image + ((size_t)top * p->width + (size_t)left) * channels;
    }
    *row = (size_t)size * channels;
    for (ptrdiff_t y = 0; y < size; y++)
        for (ptrdiff_t x = 0; x < size; x++) {
            float *to = scratch + (size_t)(y * size + x) * channels;
            if (top + y >= 0 && top + y < height && left + x >= 0 && left + x < width)
                __builtin_memcpy(to, image + ((size_t)(top + y) * p->width + (size_t)(left + x)) * channels, channels * sizeof(float));
            else
                __builtin_memset(to, 0, channels * sizeof(float));
        }
    return scratch;
}

static void NAME(winograd_patches)(const zoo_winograd_image *p, const float *x, size_t first, size_t last, float *patches,
                                   float *scratch) {
    const size_t channels = p->channels, pitch = p->pitch, stride = p->tiles * pitch;
    for (size_t tile = first; tile < last; tile++) {
        const size_t within = tile % p->tiles_an_image;
        const ptrdiff_t top = (ptrdiff_t)(within / p->columns * 4) - p->padding;
        const ptrdiff_t left = (ptrdiff_t)(within % p->columns * 4) - p->padding;
        size_t row;
        const float *from = NAME(square)(p, x + tile / p->tiles_an_image * p->image_stride, top, left, 6, scratch, &row);
        float *to = patches + (tile - p->begin) * pitch;
        for (size_t c = 0; c < channels; c += LANES) {
            NAME(vec) half[36], line[6], out[6];
            for (size_t y = 0; y < 6; y++) {
                for (size_t i = 0; i < 6; i++) line[i] = *(const NAME(vec) *)(from + y * row + i * channels + c);
                NAME(patch_line)(line, 1, half + y * 6, 1);
            }
            for (size_t i = 0; i < 6; i++) {
                NAME(patch_line)(half + i, 6, out, 1);
                for (size_t y = 0; y < 6; y++) *(NAME(vec) *)(to + (y * 6 + i) * stride + c) = out[y];
            }
        }
    }
}

static void NAME(winograd_gradients)(const zoo_winograd_image *p, const float *y, size_t first, size_t last, float *gradients,
                                     float *scratch) {
    const size_t channels = p->channels, pitch = p->pitch, stride = p->tiles * pitch;
    for (size_t tile = first; tile < last; tile++) {
        const size_t within = tile % p->tiles_an_image;
        size_t row;
        const float *from = NAME(square)(
            p, y + tile / p->tiles_an_image * p->image_stride, (ptrdiff_t)(within / p->columns * 4),
            (ptrdiff_t)(within % p->columns * 4), 4, scratch, &row);
        float *to = gradients + (tile - p->begin) * pitch;
        for (size_t c = 0; c < channels; c += LANES) {
            NAME(vec) half[24], line[4], out[6];
            for (size_t v = 0; v < 4; v++) {
                for (size_t i = 0; i < 4; i++) line[i] = *(const NAME(vec) *)(from + v * row + i * channels + c);
                NAME(gradient_line)(line, 1, half + v * 6, 1);
            }
            for (size_t i = 0; i < 6; i++) {
                NAME(gradient_line)(half + i, 6, out, 1);
                for (size_t v = 0; v < 6; v++) *(NAME(vec) *)(to + (v * 6 + i) * stride + c) = out[v];
            }
        }
    }
}

static void NAME(winograd_outputs)(const zoo_winograd_image *p, const float *products, size_t first, size_t last,
                                   const float *bias, const float *residual, int activation, float *y) {
    const size_t channels = p->channels, pitch = p->pitch, stride = p->tiles * pitch, row = p->width * channels;
    for (size_t tile = first; tile < last; tile++) {
        const size_t within = tile % p->tiles_an_image;
        const size_t top = within / p->columns * 4, left = within % p->columns * 4;
        const size_t rows = p->height - top < 4 ? p->height - top : 4, columns = p->width - left < 4 ? p->width - left : 4;
        const size_t at = tile / p->tiles_an_image * p->image_stride + (top * p->width + left) * channels;
        const float *from = products + (tile - p->begin) * pitch;
        for (size_t c = 0; c < channels; c += LANES) {
            NAME(vec) half[24], line[6], out[16];
            for (size_t v = 0; v < 6; v++) {
                for (size_t i = 0; i < 6; i++) line[i] = *(const NAME(vec) *)(from + (v * 6 + i) * stride + c);
                NAME(output_line)(line, 1, half + v, 6);
            }
            for (size_t i = 0; i < 4; i++) NAME(output_line)(half + i * 6, 1, out + i, 4);
            const NAME(vec) shift = bias ? *(const NAME(vec) *)(bias + c) : (NAME(vec)){0};
            for (size_t v = 0; v < rows; v++)
                for (size_t i = 0; i < columns; i++) {
                    const size_t to = at + v * row + i * channels + c;
                    NAME(vec) sum = out[v * 4 + i] + shift;
                    if (residual) sum += *(const NAME(vec) *)(residual + to);
                    *(NAME(vec) *)(y + to) = NAME(activate)(activation, sum);
                }
        }
        if (activation >= ZOO_ACTIVATE_SILU)
            for (size_t v = 0; v < rows; v++) NAME(smooth)(activation, y + at + v * row, columns * channels);
    }
}

static void NAME(winograd_weights)(const float *panel, size_t depth, float *to, size_t stride) {
    const size_t tap = depth * NAME(WIDTH);
    for (size_t c = 0; c < tap; c += LANES) {
        NAME(vec) half[18], line[3], out[6];
        for (size_t y = 0; y < 3; y++) {
            for (size_t i = 0; i < 3; i++) line[i] = *(const NAME(vec) *)(panel + (y * 3 + i) * tap + c);
            NAME(weight_line)(line, 1, half + y * 6, 1);
        }
        for (size_t i = 0; i < 6; i++) {
            NAME(weight_line)(half + i, 6, out, 1);
            for (size_t y = 0; y < 6; y++) *(NAME(vec) *)(to + (y * 6 + i) * stride + c) = out[y];
        }
    }
}

static void NAME(winograd_weight_gradient)(const float *sums, size_t count, float *to) {
    for (size_t c = 0; c < count; c += LANES) {
        NAME(vec) half[18], line[6], out[3];
        for (size_t y = 0; y < 6; y++) {
            for (size_t i = 0; i < 6; i++) line[i] = *(const NAME(vec) *)(sums + (y * 6 + i) * count + c);
            NAME(sum_line)(line, 1, half + y, 6);
        }
        for (size_t i = 0; i < 3; i++) {
            NAME(sum_line)(half + i * 6, 1, out, 1);
            for (size_t y = 0; y < 3; y++) *(NAME(vec) *)(to + (y * 3 + i) * count + c) = out[y];
        }
    }
}

#include "zoo_image.h"

#include "zoo_clones.h"
#include "zoo_convolution.h"
#include "zoo_windows.h"

enum { BLOCK = 64 };  // rows that are added up in Float32 before they go to doubles

ZOO_INLINE float activated(int activation, float x) {
    const float positive = x > 0 ? x : 0;
    switch (activation) {
        case ZOO_ACTIVATE_RELU: return x > 0 || x != x ? x : 0;
        case ZOO_ACTIVATE_RELU6: return x != x ? x : positive < 6 ? positive : 6;
        default: return x;
    }
}

// For each output pixel and each tap inside of the image: `input` and `output` point to their channels, `tap` is its number.
#define FOR_WINDOWS(...) \
    for (size_t j = 0; j < w->output_height; j++) { \
        const ptrdiff_t top = (ptrdiff_t)(j * w->stride_y) - w->padding_y; \
        ptrdiff_t v0, v1; \
        inside(top, (ptrdiff_t)w->height, (ptrdiff_t)w->dilation_y, (ptrdiff_t)w->kernel_height, &v0, &v1); \
        for (size_t i = 0; i < w->output_width; i++) { \
            const ptrdiff_t left = (ptrdiff_t)(i * w->stride_x) - w->padding_x; \
            ptrdiff_t u0, u1; \
            inside(left, (ptrdiff_t)w->width, (ptrdiff_t)w->dilation_x, (ptrdiff_t)w->kernel_width, &u0, &u1); \
            const size_t output = (j * w->output_width + i) * channels; \
            for (ptrdiff_t v = v0; v < v1; v++) \
                for (ptrdiff_t u = u0; u < u1; u++) { \
                    const size_t tap = (size_t)v * w->kernel_width + (size_t)u; (void)tap; \
                    const size_t input = ((size_t)(top + v * (ptrdiff_t)w->dilation_y) * w->width + \
                                          (size_t)(left + u * (ptrdiff_t)w->dilation_x)) * channels; \
                    __VA_ARGS__ \
                } \
        } \
    }

ZOO_CLONED(void, zoo_max_pool,
           (const zoo_window *w, const float *restrict x, float *restrict y, uint8_t *restrict taps),
           (w, x, y, taps)) {
    const size_t channels = w->channels, count = w->output_height * w->output_width * channels;
    for (size_t i = 0; i < count; i++) y[i] = -__builtin_inff();
    if (taps) {
        __builtin_memset(taps, 0, count);
        FOR_WINDOWS(for (size_t c = 0; c < channels; c++) {
            const float value = x[input + c], best = y[output + c];
            const int better = value > best || value != value;
            y[output + c] = better ? value : best;
            taps[output + c] = better ? (uint8_t)tap : taps[output + c];
        })
    } else {
        FOR_WINDOWS(for (size_t c = 0; c < channels; c++) {
            const float value = x[input + c], best = y[output + c];
            y[output + c] = value > best || value != value ? value : best;
        })
    }
}

ZOO_CLONED(void, zoo_max_pool_gradient,
           (const zoo_window *w, const float *restrict dy, const uint8_t *restrict taps, float *restrict dx),
           (w, dy, taps, dx)) {
    const size_t channels = w->channels;
    FOR_WINDOWS(for (size_t c = 0; c < channels; c++) dx[input + c] += taps[output + c] == (uint8_t)tap ? dy[output + c] : 0;)
}

ZOO_CLONED(void, zoo_channel_moments,
           (const float *restrict x, size_t rows, size_t channels, double *restrict mean, double *restrict squares,
            float *restrict scratch),
           (x, rows, channels, mean, squares, scratch)) {
    float *sum = scratch, *spread = scratch + channels;
    for (size_t c = 0; c < channels; c++) mean[c] = squares[c] = 0;
    for (size_t done = 0; done < rows; done += BLOCK) {
        const size_t block = rows - done < BLOCK ? rows - done : BLOCK;
        const float *from = x + done * channels;
        for (size_t c = 0; c < channels; c++) sum[c] = spread[c] = 0;
        for (size_t r = 0; r < block; r++)
            for (size_t c = 0; c < channels; c++) sum[c] += from[r * channels + c];
        for (size_t c = 0; c < channels; c++) sum[c] /= (float)block;
        for (size_t r = 0; r < block; r++)
            for (size_t c = 0; c < channels; c++) {
                const float distance = from[r * channels + c] - sum[c];
                spread[c] += distance * distance;
            }
        // Chan, Golub & LeVeque 1979: two sets' moments make those of both.
        const double share = (double)block / (double)(done + block);
        for (size_t c = 0; c < channels; c++) {
            const double step = sum[c] - mean[c];
            mean[c] += step * share;
            squares[c] += spread[c] + step * step * share * (double)done;
        }
    }
}

ZOO_CLONED(void, zoo_scale_channels,
           (const float *restrict x, size_t rows, size_t channels, const float *restrict scale, const float *restrict
            shift, const float *restrict residual, int activation, float *restrict y),
           (x, rows, channels, scale, shift, residual, activation, y)) {
    for (size_t r = 0; r < rows; r++) {
        const size_t at = r * channels;
        if (activation == ZOO_ACTIVATE_RELU && residual)
            for (size_t c = 0; c < channels; c++)
                y[at + c] = activated(ZOO_ACTIVATE_RELU, x[at + c] * scale[c] + shift[c] + residual[at + c]);
        else if (activation == ZOO_ACTIVATE_RELU)
            for (size_t c = 0; c < channels; c++) y[at + c] = activated(ZOO_ACTIVATE_RELU, x[at + c] * scale[c] + shift[c]);
        else
            for (size_t c = 0; c < channels; c++)
                y[at + c] = activated(activation, x[at + c] * scale[c] + shift[c] + (residual ? residual[at + c] : 0));
    }
}

ZOO_CLONED(void, zoo_channel_gradient_sums,
           (const float *restrict x, const float *restrict y, float ceiling, const float *restrict dy, size_t rows,
            size_t channels, const float *restrict mean, double *restrict sums, double *restrict products, float
            *restrict scratch),
           (x, y, ceiling, dy, rows, channels, mean, sums, products, scratch)) {
    float *sum = scratch, *product = scratch + channels;
    for (size_t done = 0; done < rows; done += BLOCK) {
        const size_t end = rows - done < BLOCK ? rows : done + BLOCK;
        for (size_t c = 0; c < channels; c++) sum[c] = product[c] = 0;
        for (size_t r = done; r < end; r++) {
            const size_t at = r * channels;
            for (size_t c = 0; c < channels; c++) {
                const float g = !y || (y[at + c] > 0 && y[at + c] < ceiling) ? dy[at + c] : 0;
                sum[c] += g;
                product[c] += g * (x[at + c] - mean[c]);
            }
        }
        for (size_t c = 0; c < channels; c++) {
            sums[c] += sum[c];
            products[c] += product[c];
        }
    }
}

ZOO_CLONED(void, zoo_channel_gradient,
           (const float *restrict x, const float *restrict y, float ceiling, const float *restrict dy, size_t rows,
            size_t channels, const float *restrict a, const float *restrict b, const float *restrict c, float *restrict
            dx, float *restrict residual_gradient),
           (x, y, ceiling, dy, rows, channels, a, b, c, dx, residual_gradient)) {
    for (size_t r = 0; r < rows; r++) {
        const size_t at = r * channels;
        for (size_t i = 0; i < channels; i++) {
            const float g = !y || (y[at + i] > 0 && y[at + i] < ceiling) ? dy[at + i] : 0;
            dx[at + i] = a[i] * g + b[i] * x[at + i] + c[i];
        }
        if (residual_gradient)
            for (size_t i = 0; i < channels; i++) residual_gradient[at + i] = !y || (y[at + i] > 0 && y[at + i] < ceiling) ? dy[at + i] : 0;
    }
}

// Depthwise convolution for one instruction set; included after convolution_tiles.h, with the same definitions.

#define LOAD(p) (*(const NAME(vec) *)(p))

// One row of outputs, one register of channels; `taps` is the side of the kernel if it is known, so that whole windows are unrolled.
static inline __attribute__((always_inline)) void NAME(depthwise_row)(const size_t taps, const zoo_window *w, const float *x, const float *weights, const float *bias,
    int activation, float *y, ptrdiff_t top) {
    const ptrdiff_t channels = (ptrdiff_t)w->channels, row = (ptrdiff_t)w->width * channels;
    const NAME(vec) shift = bias ? LOAD(bias) : (NAME(vec)){0};
    ptrdiff_t top_first, top_last;
    inside(top, (ptrdiff_t)w->height, (ptrdiff_t)w->dilation_y, (ptrdiff_t)w->kernel_height, &top_first, &top_last);
    const int whole_rows = top_first == 0 && top_last == (ptrdiff_t)w->kernel_height;
    NAME(vec) kept[25];
    if (taps)
        for (size_t t = 0; t < taps * taps; t++) kept[t] = LOAD(weights + (ptrdiff_t)t * channels);
    for (size_t i = 0; i < w->output_width; i++) {
        const ptrdiff_t left = (ptrdiff_t)(i * w->stride_x) - w->padding_x;
        ptrdiff_t first, last;
        inside(left, (ptrdiff_t)w->width, (ptrdiff_t)w->dilation_x, (ptrdiff_t)w->kernel_width, &first, &last);
        NAME(vec) sum = shift;
        if (taps && whole_rows && first == 0 && last == (ptrdiff_t)taps) {
            const float *from = x + top * row + left * channels;
#pragma clang loop unroll(full)
            for (size_t v = 0; v < taps; v++)
#pragma clang loop unroll(full)
                for (size_t u = 0; u < taps; u++)
                    sum += LOAD(from + (ptrdiff_t)(v * w->dilation_y) * row + (ptrdiff_t)(u * w->dilation_x) * channels) *
                           kept[v * taps + u];
        } else {
            for (ptrdiff_t v = top_first; v < top_last; v++)
                for (ptrdiff_t u = first; u < last; u++)
                    sum += LOAD(x + (top + v * (ptrdiff_t)w->dilation_y) * row + (left + u * (ptrdiff_t)w->dilation_x) * channels) *
                           LOAD(weights + (v * (ptrdiff_t)w->kernel_width + u) * channels);
        }
        *(NAME(vec) *)(y + (ptrdiff_t)i * channels) = NAME(activate)(activation, sum);
    }
}

enum { NAME(BLOCK) = 7 };  // outputs side by side: with a row of seven weights and an element they fill the registers of AVX2

// Up to BLOCK outputs of a row, one register of channels, for stride 1: an element is loaded once for all outputs that see it.
static inline __attribute__((always_inline)) void NAME(depthwise_block)(const size_t taps, const zoo_window *w, const float *x,
    const float *weights, NAME(vec) shift, int activation, float *y, ptrdiff_t top, ptrdiff_t left, size_t count) {
    const ptrdiff_t channels = (ptrdiff_t)w->channels, row = (ptrdiff_t)w->width * channels;
    ptrdiff_t first, last;
    inside(top, (ptrdiff_t)w->height, 1, (ptrdiff_t)taps, &first, &last);
    NAME(vec) sum[NAME(BLOCK)];
#pragma clang loop unroll(full)
    for (size_t o = 0; o < NAME(BLOCK); o++) sum[o] = shift;
    for (ptrdiff_t v = first; v < last; v++) {
        const float *from = x + (top + v) * row + left * channels;
        const float *weight = weights + v * (ptrdiff_t)taps * channels;
        NAME(vec) kept[7];
#pragma clang loop unroll(full)
        for (size_t u = 0; u < taps; u++) kept[u] = LOAD(weight + (ptrdiff_t)u * channels);
#pragma clang loop unroll(full)
        for (size_t k = 0; k < NAME(BLOCK) + taps - 1; k++) {
            if ((size_t)(left + (ptrdiff_t)k) >= w->width) continue;  // left of the image, too
            const NAME(vec) element = LOAD(from + (ptrdiff_t)k * channels);
#pragma clang loop unroll(full)
            for (size_t u = 0; u < taps; u++)
                if (k >= u && k - u < NAME(BLOCK)) sum[k - u] += element * kept[u];
        }
    }
#pragma clang loop unroll(full)
    for (size_t o = 0; o < NAME(BLOCK); o++)
        if (o < count) *(NAME(vec) *)(y + (ptrdiff_t)o * channels) = NAME(activate)(activation, sum[o]);
}

// One row of outputs with a window of 7x7 and stride 1.
static void NAME(depthwise_row7)(const zoo_window *w, const float *x, const float *weights, const float *bias, int activation,
                                 float *y, ptrdiff_t top) {
    const NAME(vec) shift = bias ? LOAD(bias) : (NAME(vec)){0};
    for (size_t i = 0; i < w->output_width; i += NAME(BLOCK))
        NAME(depthwise_block)(7, w, x, weights, shift, activation, y + i * w->channels, top, (ptrdiff_t)i - w->padding_x,
                              w->output_width - i);
}

static void NAME(depthwise)(const zoo_window *w, const float *x, const float *weights, const float *bias, int activation,
                              float *y, size_t first, size_t last) {
    const size_t channels = w->channels, whole = channels / LANES * LANES;
    const size_t taps = w->kernel_height == w->kernel_width ? w->kernel_height : 0;
    const ptrdiff_t row = (ptrdiff_t)(w->width * channels);
    const int isStep = w->stride_x == 1 && w->stride_y == 1 && w->dilation_x == 1 && w->dilation_y == 1;
    for (size_t j = first; j < last; j++) {
        const ptrdiff_t top = (ptrdiff_t)(j * w->stride_y) - w->padding_y;
        float *to = y + j * w->output_width * channels;
        for (size_t c = 0; c < whole; c += LANES) {
            const float *shift = bias ? bias + c : bias;
            if (taps == 3) NAME(depthwise_row)(3, w, x + c, weights + c, shift, activation, to + c, top);
            else if (taps == 5) NAME(depthwise_row)(5, w, x + c, weights + c, shift, activation, to + c, top);
            else if (taps == 7 && isStep) NAME(depthwise_row7)(w, x + c, weights + c, shift, activation, to + c, top);
            else NAME(depthwise_row)(0, w, x + c, weights + c, shift, activation, to + c, top);
        }
        for (size_t c = whole; c < channels; c++)
            for (size_t i = 0; i < w->output_width; i++) {
                float sum = bias ? bias[c] : 0;
                for (size_t v = 0; v < w->kernel_height; v++)
                    for (size_t u = 0; u < w->kernel_width; u++) {
                        const ptrdiff_t py = top + (ptrdiff_t)(v * w->dilation_y);
                        const ptrdiff_t px = (ptrdiff_t)(i * w->stride_x + u * w->dilation_x) - w->padding_x;
                        if (py >= 0 && py < (ptrdiff_t)w->height && px >= 0 && px < (ptrdiff_t)w->width)
                            sum += x[py * row + px * (ptrdiff_t)channels + (ptrdiff_t)c] * weights[(v * w->kernel_width + u) * channels + c];
                    }
                to[i * channels + c] = NAME(activate)(activation, sum - (NAME(vec)){0})[0];
            }
        if (activation >= ZOO_ACTIVATE_SILU) NAME(smooth)(activation, to, w->output_width * channels);
    }
}

// One row of outputs, one register of channels: their part of the gradients of the weights. Sums stay in registers where the
// side of the kernel is known and the whole window is inside of the image.
static inline __attribute__((always_inline)) void NAME(depthwise_weight_row)(const size_t taps, const zoo_window *w, const float *x,
    const float *dy, float *dw, ptrdiff_t top) {
    const ptrdiff_t channels = (ptrdiff_t)w->channels, row = (ptrdiff_t)w->width * channels;
    ptrdiff_t top_first, top_last;
    inside(top, (ptrdiff_t)w->height, (ptrdiff_t)w->dilation_y, (ptrdiff_t)w->kernel_height, &top_first, &top_last);
    const int whole_rows = top_first == 0 && top_last == (ptrdiff_t)w->kernel_height;
    NAME(vec) sum[25];
    for (size_t t = 0; t < taps * taps; t++) sum[t] = (NAME(vec)){0};
    for (size_t i = 0; i < w->output_width; i++) {
        const ptrdiff_t left = (ptrdiff_t)(i * w->stride_x) - w->padding_x;
        ptrdiff_t first, last;
        inside(left, (ptrdiff_t)w->width, (ptrdiff_t)w->dilation_x, (ptrdiff_t)w->kernel_width, &first, &last);
        const NAME(vec) gradient = LOAD(dy + (ptrdiff_t)i * channels);
        if (taps && whole_rows && first == 0 && last == (ptrdiff_t)taps) {
            const float *from = x + top * row + left * channels;
#pragma clang loop unroll(full)
            for (size_t v = 0; v < taps; v++)
#pragma clang loop unroll(full)
                for (size_t u = 0; u < taps; u++)
                    sum[v * taps + u] +=
                        LOAD(from + (ptrdiff_t)(v * w->dilation_y) * row + (ptrdiff_t)(u * w->dilation_x) * channels) * gradient;
        } else {
            for (ptrdiff_t v = top_first; v < top_last; v++)
                for (ptrdiff_t u = first; u < last; u++) {
                    float *to = dw + (v * (ptrdiff_t)w->kernel_width + u) * channels;
                    *(NAME(vec) *)to = LOAD(to) +
                        LOAD(x + (top + v * (ptrdiff_t)w->dilation_y) * row + (left + u * (ptrdiff_t)w->dilation_x) * channels) * gradient;
                }
        }
    }
    for (size_t t = 0; t < taps * taps; t++) *(NAME(vec) *)(dw + (ptrdiff_t)t * channels) = LOAD(dw + (ptrdiff_t)t * channels) + sum[t];
}

// The same for 7x7 windows, whose sums do not fit in the registers at once: one row of the window after the other.
static void NAME(depthwise_weight_row7)(const zoo_window *w, const float *x, const float *dy, float *dw, ptrdiff_t top) {
    const ptrdiff_t channels = (ptrdiff_t)w->channels, row = (ptrdiff_t)w->width * channels;
    ptrdiff_t top_first, top_last;
    inside(top, (ptrdiff_t)w->height, (ptrdiff_t)w->dilation_y, 7, &top_first, &top_last);
    for (ptrdiff_t v = top_first; v < top_last; v++) {
        const float *from = x + (top + v * (ptrdiff_t)w->dilation_y) * row;
        float *to = dw + v * 7 * channels;
        NAME(vec) sum[7];
#pragma clang loop unroll(full)
        for (size_t u = 0; u < 7; u++) sum[u] = LOAD(to + (ptrdiff_t)u * channels);
        for (size_t i = 0; i < w->output_width; i++) {
            const ptrdiff_t left = (ptrdiff_t)(i * w->stride_x) - w->padding_x;
            const NAME(vec) gradient = LOAD(dy + (ptrdiff_t)i * channels);
#pragma clang loop unroll(full)
            for (size_t u = 0; u < 7; u++) {
                const ptrdiff_t at = left + (ptrdiff_t)(u * w->dilation_x);
                if ((size_t)at < w->width) sum[u] += LOAD(from + at * channels) * gradient;
            }
        }
#pragma clang loop unroll(full)
        for (size_t u = 0; u < 7; u++) *(NAME(vec) *)(to + (ptrdiff_t)u * channels) = sum[u];
    }
}

static void NAME(depthwise_weight_gradient)(const zoo_window *w, const float *x, const float *dy, float *dw) {
    const size_t channels = w->channels, whole = channels / LANES * LANES;
    const size_t taps = w->kernel_height == w->kernel_width ? w->kernel_height : 0;
    const ptrdiff_t row = (ptrdiff_t)(w->width * channels);
    for (size_t j = 0; j < w->output_height; j++) {
        const ptrdiff_t top = (ptrdiff_t)(j * w->stride_y) - w->padding_y;
        const float *from = dy + j * w->output_width * channels;
        for (size_t c = 0; c < whole; c += LANES) {
            if (taps == 3) NAME(depthwise_weight_row)(3, w, x + c, from + c, dw + c, top);
            else if (taps == 5) NAME(depthwise_weight_row)(5, w, x + c, from + c, dw + c, top);
            else if (taps == 7) NAME(depthwise_weight_row7)(w, x + c, from + c, dw + c, top);
            else NAME(depthwise_weight_row)(0, w, x + c, from + c, dw + c, top);
        }
        for (size_t c = whole; c < channels; c++)
            for (size_t i = 0; i < w->output_width; i++)
                for (size_t v = 0; v < w->kernel_height; v++)
                    for (size_t u = 0; u < w->kernel_width; u++) {
                        const ptrdiff_t py = top + (ptrdiff_t)(v * w->dilation_y);
                        const ptrdiff_t px = (ptrdiff_t)(i * w->stride_x + u * w->dilation_x) - w->padding_x;
                        if (py >= 0 && py < (ptrdiff_t)w->height && px >= 0 && px < (ptrdiff_t)w->width)
                            dw[(v * w->kernel_width + u) * channels + c] += x[py * row + px * (ptrdiff_t)channels + (ptrdiff_t)c] * from[i * channels + c];
                    }
    }
}

// Rows first ..< last of one image's input gradient: for each pixel the outputs and taps that saw it, looked up once for all
// channels; `places` has room for two numbers a tap.
static void NAME(depthwise_input_gradient)(const zoo_window *w, const float *dy, const float *weights, float *dx, size_t first,
                                           size_t last, size_t *places) {
    const size_t channels = w->channels, whole = channels / LANES * LANES;
    for (size_t y = first; y < last; y++)
        for (size_t x = 0; x < w->width; x++) {
            size_t count = 0;
            for (size_t v = 0; v < w->kernel_height; v++) {
                const ptrdiff_t down = (ptrdiff_t)y + w->padding_y - (ptrdiff_t)(v * w->dilation_y);
                if (down < 0 || (size_t)down % w->stride_y || (size_t)down / w->stride_y >= w->output_height) continue;
                for (size_t u = 0; u < w->kernel_width; u++) {
                    const ptrdiff_t across = (ptrdiff_t)x + w->padding_x - (ptrdiff_t)(u * w->dilation_x);
                    if (across < 0 || (size_t)across % w->stride_x || (size_t)across / w->stride_x >= w->output_width) continue;
                    places[2 * count] = ((size_t)down / w->stride_y * w->output_width + (size_t)across / w->stride_x) * channels;
                    places[2 * count + 1] = (v * w->kernel_width + u) * channels;
                    count++;
                }
            }
            float *to = dx + (y * w->width + x) * channels;
            for (size_t c = 0; c < whole; c += LANES) {
                NAME(vec) sum = {0};
                for (size_t t = 0; t < count; t++) sum += LOAD(dy + places[2 * t] + c) * LOAD(weights + places[2 * t + 1] + c);
                *(NAME(vec) *)(to + c) = sum;
            }
            for (size_t c = whole; c < channels; c++) {
                float sum = 0;
                for (size_t t = 0; t < count; t++) sum += dy[places[2 * t] + c] * weights[places[2 * t + 1] + c];
                to[c] = sum;
            }
        }
}
#undef LOAD

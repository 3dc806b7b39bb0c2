#include "zoo_convolution.h"

#include "zoo_image.h"
#include "zoo_windows.h"

#define TILES "image_tiles.h"
#define AVX512_ROWS 14
#include "zoo_sets.h"

size_t zoo_panel_width(void) {
    static const size_t lanes[] = {4, 8, 16};
    return 2 * lanes[zoo_instructions()];
}

void zoo_convolve(const zoo_convolution_block *block, size_t first, size_t last) {
    DISPATCH(convolve(block, first, last))
}

void zoo_add_outer_products(const zoo_outer_products *products, size_t first, size_t last) {
    DISPATCH(outer_products(products, first, last))
}

void zoo_pack_convolution(int order, const float *weights, size_t outputs, size_t inputs, size_t taps, const size_t *used,
                          size_t used_count, size_t panel, float *to) {
    DISPATCH(pack(order, weights, outputs, inputs, taps, used, used_count, panel, to))
}

void zoo_unpack_weight_gradient(const float *sums, size_t outputs, size_t inputs, size_t taps, size_t first, size_t last,
                                float *weights) {
    for (size_t o = first; o < last; o++)
        for (size_t k = 0; k < inputs; k++)
            for (size_t t = 0; t < taps; t++) weights[(o * inputs + k) * taps + t] = sums[(t * inputs + k) * outputs + o];
}

void zoo_winograd_patches(const zoo_winograd_image *image, const float *x, size_t first, size_t last, float *patches,
                          float *scratch) {
    DISPATCH(winograd_patches(image, x, first, last, patches, scratch))
}

void zoo_winograd_gradients(const zoo_winograd_image *image, const float *y, size_t first, size_t last, float *gradients,
                            float *scratch) {
    DISPATCH(winograd_gradients(image, y, first, last, gradients, scratch))
}

void zoo_winograd_outputs(const zoo_winograd_image *image, const float *products, size_t first, size_t last,
                          const float *bias, const float *residual, int activation, float *y) {
    DISPATCH(winograd_outputs(image, products, first, last, bias, residual, activation, y))
}

void zoo_winograd_weights(const float *panel, size_t depth, float *to, size_t stride) {
    DISPATCH(winograd_weights(panel, depth, to, stride))
}

void zoo_winograd_weight_gradient(const float *sums, size_t count, float *to) {
    DISPATCH(winograd_weight_gradient(sums, count, to))
}

void zoo_depthwise(const zoo_window *window, const float *x, const float *weights, const float *bias, int activation,
                   float *y, size_t first, size_t last) {
    DISPATCH(depthwise(window, x, weights, bias, activation, y, first, last))
}

void zoo_depthwise_input_gradient(const zoo_window *window, const float *dy, const float *weights, float *dx, size_t first,
                                  size_t last, size_t *places) {
    DISPATCH(depthwise_input_gradient(window, dy, weights, dx, first, last, places))
}

void zoo_depthwise_weight_gradient(const zoo_window *window, const float *x, const float *dy, float *dw) {
    DISPATCH(depthwise_weight_gradient(window, x, dy, dw))
}

#ifndef ZOO_CONVOLUTION_H
#define ZOO_CONVOLUTION_H
#include <stddef.h>

// Images are [height][width][channels]; columns of a product come in panels of zoo_panel_width() of them, the last one
// filled up with zeros.

// Those from ZOO_ACTIVATE_SILU on have exponentials: they run over what was stored, while it is in the cache.
enum { ZOO_NO_ACTIVATION, ZOO_ACTIVATE_RELU, ZOO_ACTIVATE_RELU6, ZOO_ACTIVATE_HARD_SWISH, ZOO_ACTIVATE_SILU, ZOO_ACTIVATE_GELU };

/// A block of output pixels, `rows` by `pixels`, each the sum of `taps` rows of a product:
///   out[y][i][c] = activation(bias[c] + residual[y][i][c] + sum over t, k of x[y][i][offsets[t] + k] * panels[c / width][t][k][c % width])
/// with x[y][i] at x + y * x_row + i * x_step, and out and residual alike.
typedef struct {
    const float *x;
    ptrdiff_t x_row, x_step;
    const ptrdiff_t *offsets;
    size_t taps, depth;
    const float *panels;
    const float *bias;    // or NULL
    const float *residual;  // or NULL; laid out as out, and may be the same memory
    float *out;
    ptrdiff_t out_row, out_step;
    size_t rows, pixels, columns;
    int activation;
} zoo_convolution_block;

/// Columns of one panel on this machine.
size_t zoo_panel_width(void);

/// Computes panels first ..< last of a block.
void zoo_convolve(const zoo_convolution_block *block, size_t first, size_t last);

/// A sum of outer products over pixels, `images` by `rows` by `pixels` of them:
///   sums[k][c] += sum over pixels of x[pixel][k] * y[pixel][c], k < depth, first <= c < last
typedef struct {
    const float *x;
    ptrdiff_t x_image, x_row, x_step;
    const float *y;
    ptrdiff_t y_image, y_row, y_step;
    size_t images, rows, pixels, depth;
    float *sums;
    ptrdiff_t sums_row;
} zoo_outer_products;

/// Adds columns first ..< last.
void zoo_add_outer_products(const zoo_outer_products *products, size_t first, size_t last);

// The order of packed weights.
enum { ZOO_PACK_FORWARD, ZOO_PACK_INPUT_GRADIENT };

/// Copies panel `panel` of weights [outputs][inputs][taps] to [taps used][depth][width]: for the forward pass depth runs over
/// inputs and columns over outputs, for the input gradient the other way round. `used` names the taps, in order.
void zoo_pack_convolution(int order, const float *weights, size_t outputs, size_t inputs, size_t taps, const size_t *used,
                          size_t used_count, size_t panel, float *to);

/// Copies sums [taps][inputs][outputs] to weights [outputs][inputs][taps], for outputs first ..< last.
void zoo_unpack_weight_gradient(const float *sums, size_t outputs, size_t inputs, size_t taps, size_t first, size_t last,
                                float *weights);

/// Winograd's F(4x4, 3x3): six-by-six patches of the input make four-by-four of the output, through 36 products.
enum { ZOO_WINOGRAD_TILE = 4, ZOO_WINOGRAD_PATCH = 6, ZOO_WINOGRAD_PRODUCTS = 36 };

/// Images (or their gradients) cut into tiles: tile t of `columns` a row covers rows 4 (t / columns) and columns 4 (t % columns)
/// onward; what lies outside of the image is zero.
typedef struct {
    size_t height, width, channels;
    size_t columns;         // tiles a row
    ptrdiff_t padding;      // of the input: a patch begins so much above and left of its tile
    size_t image_stride;    // floats from image to image
    size_t tiles_an_image;
    size_t begin, tiles;    // which tiles (counted over all images) patches, gradients and products hold
    size_t pitch;           // floats from tile to tile in them
} zoo_winograd_image;

/// Patches of tiles first ..< last to [36][tiles][pitch]; `scratch` holds 36 * channels floats.
void zoo_winograd_patches(const zoo_winograd_image *image, const float *x, size_t first, size_t last, float *patches,
                          float *scratch);

/// Gradients of the tiles of an output to [36][tiles][pitch], for the weight gradient.
void zoo_winograd_gradients(const zoo_winograd_image *image, const float *y, size_t first, size_t last, float *gradients,
                            float *scratch);

/// Products [36][tiles][pitch] to the tiles of an output, with bias and residual (either may be NULL) and activation.
void zoo_winograd_outputs(const zoo_winograd_image *image, const float *products, size_t first, size_t last,
                          const float *bias, const float *residual, int activation, float *y);

/// One packed panel [9][depth][width] of weights to 36 panels [36][depth][width], `stride` floats apart.
void zoo_winograd_weights(const float *panel, size_t depth, float *to, size_t stride);

/// Sums [36][count] to the gradients [9][count] of 3x3 weights.
void zoo_winograd_weight_gradient(const float *sums, size_t count, float *to);
#endif

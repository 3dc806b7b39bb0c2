// libpng's simplified API, which needs no setjmp, with the formats and flags that are macros beyond Swift's reach.
#pragma once
#include <png.h>

static inline png_uint_32 zoo_png_version(void) { return PNG_IMAGE_VERSION; }
static inline png_uint_32 zoo_png_rgb(void) { return PNG_FORMAT_RGB; }
static inline png_uint_32 zoo_png_rgba(void) { return PNG_FORMAT_RGBA; }
static inline png_uint_32 zoo_png_linear_rgba(void) { return PNG_FORMAT_LINEAR_RGB_ALPHA; }
static inline int zoo_png_has_alpha(const png_image *image) { return (image->format & PNG_FORMAT_FLAG_ALPHA) != 0; }
/// Samples of 16 bits are taken for sRGB, as viewers take them, where the file does not say; libpng would take them for linear.
static inline void zoo_png_assume_srgb(png_image *image) { image->flags |= PNG_IMAGE_FLAG_16BIT_sRGB; }
static inline const char *zoo_png_message(const png_image *image) { return image->message; }
/// Bytes that a file of the image takes at most.
static inline png_alloc_size_t zoo_png_largest_size(const png_image *image) { return PNG_IMAGE_PNG_SIZE_MAX(*image); }

#ifndef ZOO_CODECS_H
#define ZOO_CODECS_H
#include <stddef.h>
#include <stdint.h>

/// The libraries for images that are loaded when the first image of their kind is met.
enum { ZOO_WEBP, ZOO_AVIF, ZOO_TIFF, ZOO_GIF };

/// What the header of an image says.
typedef struct {
    uint32_t width, height;
    /// EXIF's value, 1 to 8, where the library knows it; else 1.
    uint32_t orientation;
    /// Whether colours come multiplied by alpha.
    int premultiplied;
    /// TIFF's number of its compression.
    uint32_t compression;
} zoo_codec_image;

enum { ZOO_CODEC_OK, ZOO_CODEC_DAMAGED, ZOO_CODEC_NO_LIBRARY };
enum { ZOO_CODEC_MESSAGE = 200 };  // bytes that a message takes at most

/// Reads the header of an image. May be called from several threads.
///
/// - Returns: ZOO_CODEC_OK, or what is wrong, then with the library's words in `message`
int zoo_codec_header(int codec, const uint8_t *bytes, size_t count, zoo_codec_image *image, char *message);

/// Decodes the first image of a file into RGBA [height][width][4], of the size in its header. As `zoo_codec_header`.
int zoo_codec_decode(int codec, const uint8_t *bytes, size_t count, const zoo_codec_image *image, uint8_t *rgba,
                     char *message);

/// The version of the library, such as 1.2.4; NULL where there is none. Loads it.
const char *zoo_codec_version(int codec);
#endif

#include "codecs.h"

int zoo_codec_header(int codec, const uint8_t *bytes, size_t count, zoo_codec_image *image, char *message) {
    *image = (zoo_codec_image){.orientation = 1};
    message[0] = 0;
    switch (codec) {
        case ZOO_WEBP: return zoo_webp_header(bytes, count, image, message);
        case ZOO_AVIF: return zoo_avif_header(bytes, count, image, message);
        case ZOO_TIFF: return zoo_tiff_header(bytes, count, image, message);
        default: return zoo_gif_header(bytes, count, image, message);
    }
}

int zoo_codec_decode(int codec, const uint8_t *bytes, size_t count, const zoo_codec_image *image, uint8_t *rgba,
                     char *message) {
    message[0] = 0;
    switch (codec) {
        case ZOO_WEBP: return zoo_webp_decode(bytes, count, image, rgba, message);
        case ZOO_AVIF: return zoo_avif_decode(bytes, count, image, rgba, message);
        case ZOO_TIFF: return zoo_tiff_decode(bytes, count, image, rgba, message);
        default: return zoo_gif_decode(bytes, count, image, rgba, message);
    }
}

const char *zoo_codec_version(int codec) {
    switch (codec) {
        case ZOO_WEBP: return zoo_webp_version();
        case ZOO_AVIF: return zoo_avif_version();
        case ZOO_TIFF: return zoo_tiff_version();
        default: return zoo_gif_version();
    }
}

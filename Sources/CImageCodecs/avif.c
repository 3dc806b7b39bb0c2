#include <avif/avif.h>

#include "codecs.h"

// The structures of the header are those of this library alone.
#if AVIF_VERSION_MAJOR >= 1
#define LIBRARY "libavif.so.16"
#else
#define LIBRARY "libavif.so.15"
#endif

static struct {
    ZOO_FUNCTION(avifVersion);
    ZOO_FUNCTION(avifDecoderCreate);
    ZOO_FUNCTION(avifDecoderDestroy);
    ZOO_FUNCTION(avifDecoderSetIOMemory);
    ZOO_FUNCTION(avifDecoderParse);
    ZOO_FUNCTION(avifDecoderNextImage);
    ZOO_FUNCTION(avifRGBImageSetDefaults);
    ZOO_FUNCTION(avifImageYUVToRGB);
    ZOO_FUNCTION(avifResultToString);
    int found;
} avif;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    int found = 1;
    ZOO_LOAD(library, &avif, avifVersion, found);
    ZOO_LOAD(library, &avif, avifDecoderCreate, found);
    ZOO_LOAD(library, &avif, avifDecoderDestroy, found);
    ZOO_LOAD(library, &avif, avifDecoderSetIOMemory, found);
    ZOO_LOAD(library, &avif, avifDecoderParse, found);
    ZOO_LOAD(library, &avif, avifDecoderNextImage, found);
    ZOO_LOAD(library, &avif, avifRGBImageSetDefaults, found);
    ZOO_LOAD(library, &avif, avifImageYUVToRGB, found);
    ZOO_LOAD(library, &avif, avifResultToString, found);
    avif.found = found;
}

/// A decoder that has read the header; NULL where that failed.
static avifDecoder *parsed(const uint8_t *bytes, size_t count, char *message) {
    avifDecoder *decoder = avif.avifDecoderCreate();
    if (!decoder) {
        zoo_fail(message, "there is no memory left");
        return NULL;
    }
    decoder->maxThreads = 1;
    decoder->ignoreExif = decoder->ignoreXMP = AVIF_TRUE;
    decoder->imageCountLimit = 65536;
    // What writers often leave out; Pillow does not ask for it either.
    decoder->strictFlags &= ~(avifStrictFlags)(AVIF_STRICT_PIXI_REQUIRED | AVIF_STRICT_CLAP_VALID);
    avifResult result = avif.avifDecoderSetIOMemory(decoder, bytes, count);
    if (result == AVIF_RESULT_OK) result = avif.avifDecoderParse(decoder);
    if (result == AVIF_RESULT_OK) return decoder;
    zoo_fail(message, avif.avifResultToString(result));
    avif.avifDecoderDestroy(decoder);
    return NULL;
}

/// EXIF's orientation for a turn to the left by quarters, after which the image is mirrored.
static uint32_t orientation(const avifImage *image) {
    const int turns = image->transformFlags & AVIF_TRANSFORM_IROT ? image->irot.angle & 3 : 0;
    if (!(image->transformFlags & AVIF_TRANSFORM_IMIR)) return (const uint32_t[]){1, 8, 3, 6}[turns];
#if AVIF_VERSION_MAJOR >= 1
    const int mode = image->imir.axis;
#else
    const int mode = image->imir.mode;
#endif
    // 0 exchanges top and bottom, 1 left and right.
    return mode == 0 ? (const uint32_t[]){4, 5, 2, 7}[turns] : (const uint32_t[]){2, 7, 4, 5}[turns];
}

int zoo_avif_header(const uint8_t *bytes, size_t count, zoo_codec_image *image, char *message) {
    pthread_once(&once, load);
    if (!avif.found) return ZOO_CODEC_NO_LIBRARY;
    avifDecoder *decoder = parsed(bytes, count, message);
    if (!decoder) return ZOO_CODEC_DAMAGED;
    image->width = decoder->image->width;
    image->height = decoder->image->height;
    image->orientation = orientation(decoder->image);
    avif.avifDecoderDestroy(decoder);
    return ZOO_CODEC_OK;
}

int zoo_avif_decode(const uint8_t *bytes, size_t count, const zoo_codec_image *image, uint8_t *rgba, char *message) {
    avifDecoder *decoder = parsed(bytes, count, message);
    if (!decoder) return ZOO_CODEC_DAMAGED;
    avifResult result = avif.avifDecoderNextImage(decoder);
    int status = ZOO_CODEC_OK;
    if (result == AVIF_RESULT_OK) {
        if (decoder->image->width != image->width || decoder->image->height != image->height) {
            status = zoo_fail(message, "its size is not that of its header");
        } else {
            avifRGBImage rgb;
            avif.avifRGBImageSetDefaults(&rgb, decoder->image);
            rgb.format = AVIF_RGB_FORMAT_RGBA;
            rgb.depth = 8;
            rgb.pixels = rgba;
            rgb.rowBytes = 4 * image->width;
            result = avif.avifImageYUVToRGB(decoder->image, &rgb);
        }
    }
    if (result != AVIF_RESULT_OK) status = zoo_fail(message, avif.avifResultToString(result));
    avif.avifDecoderDestroy(decoder);
    return status;
}

const char *zoo_avif_version(void) {
    pthread_once(&once, load);
    return avif.found ? avif.avifVersion() : NULL;
}

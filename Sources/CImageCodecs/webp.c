#include <webp/decode.h>
#include <webp/demux.h>

#include "codecs.h"

static struct {
    ZOO_FUNCTION(WebPGetFeaturesInternal);
    ZOO_FUNCTION(WebPGetDecoderVersion);
    ZOO_FUNCTION(WebPDecodeRGBAInto);
    ZOO_FUNCTION(WebPAnimDecoderOptionsInitInternal);
    ZOO_FUNCTION(WebPAnimDecoderNewInternal);
    ZOO_FUNCTION(WebPAnimDecoderGetNext);
    ZOO_FUNCTION(WebPAnimDecoderDelete);
    int stills, films;
} webp;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = dlopen("libwebp.so.7", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    int found = 1;
    ZOO_LOAD(library, &webp, WebPGetFeaturesInternal, found);
    ZOO_LOAD(library, &webp, WebPGetDecoderVersion, found);
    ZOO_LOAD(library, &webp, WebPDecodeRGBAInto, found);
    webp.stills = found;
    void *demuxer = dlopen("libwebpdemux.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!demuxer) return;
    ZOO_LOAD(demuxer, &webp, WebPAnimDecoderOptionsInitInternal, found);
    ZOO_LOAD(demuxer, &webp, WebPAnimDecoderNewInternal, found);
    ZOO_LOAD(demuxer, &webp, WebPAnimDecoderGetNext, found);
    ZOO_LOAD(demuxer, &webp, WebPAnimDecoderDelete, found);
    webp.films = found;
}

static int features(const uint8_t *bytes, size_t count, WebPBitstreamFeatures *found, char *message) {
    pthread_once(&once, load);
    if (!webp.stills) return ZOO_CODEC_NO_LIBRARY;
    switch (webp.WebPGetFeaturesInternal(bytes, count, found, WEBP_DECODER_ABI_VERSION)) {
        case VP8_STATUS_OK: return ZOO_CODEC_OK;
        case VP8_STATUS_NOT_ENOUGH_DATA: return zoo_fail(message, "it ends within its header");
        default: return zoo_fail(message, "its header cannot be read");
    }
}

int zoo_webp_header(const uint8_t *bytes, size_t count, zoo_codec_image *image, char *message) {
    WebPBitstreamFeatures found;
    const int status = features(bytes, count, &found, message);
    if (status != ZOO_CODEC_OK) return status;
    image->width = (uint32_t)found.width;
    image->height = (uint32_t)found.height;
    return ZOO_CODEC_OK;
}

/// The first frame of a film, on its canvas.
static int decode_film(const uint8_t *bytes, size_t count, const zoo_codec_image *image, uint8_t *rgba, char *message) {
    if (!webp.films) return ZOO_CODEC_NO_LIBRARY;
    WebPAnimDecoderOptions options;
    if (!webp.WebPAnimDecoderOptionsInitInternal(&options, WEBP_DEMUX_ABI_VERSION))
        return zoo_fail(message, "libwebpdemux is of another version");
    options.color_mode = MODE_RGBA;
    const WebPData data = {bytes, count};
    WebPAnimDecoder *decoder = webp.WebPAnimDecoderNewInternal(&data, &options, WEBP_DEMUX_ABI_VERSION);
    if (!decoder) return zoo_fail(message, "its frames cannot be read");
    uint8_t *frame = NULL;
    int time = 0;
    const int read = webp.WebPAnimDecoderGetNext(decoder, &frame, &time) && frame;
    if (read) memcpy(rgba, frame, (size_t)4 * image->width * image->height);
    webp.WebPAnimDecoderDelete(decoder);
    return read ? ZOO_CODEC_OK : zoo_fail(message, "its first frame cannot be read");
}

int zoo_webp_decode(const uint8_t *bytes, size_t count, const zoo_codec_image *image, uint8_t *rgba, char *message) {
    WebPBitstreamFeatures found;
    const int status = features(bytes, count, &found, message);
    if (status != ZOO_CODEC_OK) return status;
    if ((uint32_t)found.width != image->width || (uint32_t)found.height != image->height)
        return zoo_fail(message, "its size is not that of its header");
    if (found.has_animation) return decode_film(bytes, count, image, rgba, message);
    const size_t stride = (size_t)4 * image->width;
    const uint8_t *read = webp.WebPDecodeRGBAInto(bytes, count, rgba, stride * image->height, (int)stride);
    return read ? ZOO_CODEC_OK : zoo_fail(message, "its pixels cannot be read");
}

const char *zoo_webp_version(void) {
    static _Thread_local char text[24];
    pthread_once(&once, load);
    if (!webp.stills) return NULL;
    const int version = webp.WebPGetDecoderVersion();
    snprintf(text, sizeof text, "%d.%d.%d", version >> 16, version >> 8 & 255, version & 255);
    return text;
}

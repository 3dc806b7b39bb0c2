#include <stdarg.h>
#include <stdlib.h>
#include <tiffio.h>

#include "codecs.h"

static struct {
    ZOO_FUNCTION(TIFFGetVersion);
    ZOO_FUNCTION(TIFFOpenOptionsAlloc);
    ZOO_FUNCTION(TIFFOpenOptionsFree);
    ZOO_FUNCTION(TIFFOpenOptionsSetMaxSingleMemAlloc);
    ZOO_FUNCTION(TIFFOpenOptionsSetErrorHandlerExtR);
    ZOO_FUNCTION(TIFFOpenOptionsSetWarningHandlerExtR);
    ZOO_FUNCTION(TIFFClientOpenExt);
    ZOO_FUNCTION(TIFFClose);
    ZOO_FUNCTION(TIFFGetField);
    ZOO_FUNCTION(TIFFGetFieldDefaulted);
    ZOO_FUNCTION(TIFFIsTiled);
    ZOO_FUNCTION(TIFFReadScanline);
    ZOO_FUNCTION(TIFFScanlineSize);
    ZOO_FUNCTION(TIFFReadRGBAImageOriented);
    int found;
} tiff;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = dlopen("libtiff.so.6", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    int found = 1;
    ZOO_LOAD(library, &tiff, TIFFGetVersion, found);
    ZOO_LOAD(library, &tiff, TIFFOpenOptionsAlloc, found);
    ZOO_LOAD(library, &tiff, TIFFOpenOptionsFree, found);
    ZOO_LOAD(library, &tiff, TIFFOpenOptionsSetMaxSingleMemAlloc, found);
    ZOO_LOAD(library, &tiff, TIFFOpenOptionsSetErrorHandlerExtR, found);
    ZOO_LOAD(library, &tiff, TIFFOpenOptionsSetWarningHandlerExtR, found);
    ZOO_LOAD(library, &tiff, TIFFClientOpenExt, found);
    ZOO_LOAD(library, &tiff, TIFFClose, found);
    ZOO_LOAD(library, &tiff, TIFFGetField, found);
    ZOO_LOAD(library, &tiff, TIFFGetFieldDefaulted, found);
    ZOO_LOAD(library, &tiff, TIFFIsTiled, found);
    ZOO_LOAD(library, &tiff, TIFFReadScanline, found);
    ZOO_LOAD(library, &tiff, TIFFScanlineSize, found);
    ZOO_LOAD(library, &tiff, TIFFReadRGBAImageOriented, found);
    tiff.found = found;
}

typedef struct {
    const uint8_t *bytes;
    size_t count;
    toff_t place;
    char *message;
} source;

static tmsize_t feed(thandle_t handle, void *to, tmsize_t count) {
    source *from = handle;
    if (count < 0 || from->place >= from->count) return 0;
    const size_t rest = from->count - from->place;
    const size_t given = (size_t)count < rest ? (size_t)count : rest;
    memcpy(to, from->bytes + from->place, given);
    from->place += given;
    return (tmsize_t)given;
}

static tmsize_t refuse(thandle_t handle, void *from, tmsize_t count) {
    (void)handle, (void)from, (void)count;
    return -1;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence) {
    source *from = handle;
    from->place = whence == SEEK_SET ? offset : whence == SEEK_CUR ? from->place + offset : from->count + offset;
    return from->place;
}

static int closed(thandle_t handle) {
    (void)handle;
    return 0;
}

static toff_t size(thandle_t handle) { return ((source *)handle)->count; }

static int keep_words(TIFF *file, void *user, const char *module, const char *format, va_list arguments) {
    (void)file, (void)module;
    char *message = ((source *)user)->message;
    if (!message[0]) vsnprintf(message, ZOO_CODEC_MESSAGE, format, arguments);  // the first is the reason
    return 1;
}

static int keep_silent(TIFF *file, void *user, const char *module, const char *format, va_list arguments) {
    (void)file, (void)user, (void)module, (void)format, (void)arguments;
    return 1;
}

static TIFF *opened(source *from) {
    TIFFOpenOptions *options = tiff.TIFFOpenOptionsAlloc();
    if (!options) return NULL;
    tiff.TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)1 << 30);
    tiff.TIFFOpenOptionsSetErrorHandlerExtR(options, keep_words, from);
    tiff.TIFFOpenOptionsSetWarningHandlerExtR(options, keep_silent, from);
    // m: no mapping, the bytes are in memory. h: only the header now, O: no extra look ahead.
    TIFF *file = tiff.TIFFClientOpenExt("image", "rm", from, feed, refuse, seek, closed, size, NULL, NULL, options);
    tiff.TIFFOpenOptionsFree(options);
    return file;
}

static int number(TIFF *file, uint32_t tag) {
    uint16_t value = 0;
    return tiff.TIFFGetFieldDefaulted(file, tag, &value) ? value : 0;
}

int zoo_tiff_header(const uint8_t *bytes, size_t count, zoo_codec_image *image, char *message) {
    pthread_once(&once, load);
    if (!tiff.found) return ZOO_CODEC_NO_LIBRARY;
    source from = {bytes, count, 0, message};
    TIFF *file = opened(&from);
    if (!file) return zoo_fail(message, "its header cannot be read");
    const int whole = tiff.TIFFGetField(file, TIFFTAG_IMAGEWIDTH, &image->width) &&
                      tiff.TIFFGetField(file, TIFFTAG_IMAGELENGTH, &image->height);
    const int turn = number(file, TIFFTAG_ORIENTATION);
    image->orientation = turn >= 1 && turn <= 8 ? (uint32_t)turn : 1;
    image->compression = (uint32_t)number(file, TIFFTAG_COMPRESSION);
    image->premultiplied = 1;  // TIFFReadRGBAImage multiplies what is not
    tiff.TIFFClose(file);
    if (!whole) return zoo_fail(message, "its size is not given");
    message[0] = 0;
    return ZOO_CODEC_OK;
}

/// Grey of 16 bits, which TIFFReadRGBAImage of libtiff 4.5 cuts off at 8 bits in place of rounding; here it is rounded.
static int read_deep_grey(TIFF *file, const zoo_codec_image *image, uint8_t *rgba, char *message) {
    const int inverts = number(file, TIFFTAG_PHOTOMETRIC) == PHOTOMETRIC_MINISWHITE;
    const tmsize_t length = tiff.TIFFScanlineSize(file);
    if (length < (tmsize_t)2 * image->width) return zoo_fail(message, "its rows are too short");
    uint16_t *row = malloc((size_t)length);
    if (!row) return zoo_fail(message, "there is no memory left");
    int status = ZOO_CODEC_OK;
    for (uint32_t y = 0; y < image->height; y++) {
        if (tiff.TIFFReadScanline(file, row, y, 0) < 0) {
            status = zoo_fail(message, "its rows cannot be read");
            break;
        }
        for (uint32_t x = 0; x < image->width; x++, rgba += 4) {
            const uint8_t level = (uint8_t)((row[x] + 128u) / 257);
            rgba[0] = rgba[1] = rgba[2] = inverts ? 255 - level : level;
            rgba[3] = 255;
        }
    }
    free(row);
    return status;
}

int zoo_tiff_decode(const uint8_t *bytes, size_t count, const zoo_codec_image *image, uint8_t *rgba, char *message) {
    source from = {bytes, count, 0, message};
    TIFF *file = opened(&from);
    if (!file) return zoo_fail(message, "its header cannot be read");
    const int photometric = number(file, TIFFTAG_PHOTOMETRIC), format = number(file, TIFFTAG_SAMPLEFORMAT);
    int status;
    if (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID) {
        status = zoo_fail(message, "its samples are no whole numbers from 0 on");
    } else if (number(file, TIFFTAG_BITSPERSAMPLE) == 16 && number(file, TIFFTAG_SAMPLESPERPIXEL) == 1 &&
               (photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE) &&
               !tiff.TIFFIsTiled(file)) {
        status = read_deep_grey(file, image, rgba, message);
    } else {
        // Rows as they lie in the file, and an error for whatever is missing.
        const int read = tiff.TIFFReadRGBAImageOriented(
            file, image->width, image->height, (uint32_t *)(void *)rgba, number(file, TIFFTAG_ORIENTATION), 1);
        status = read && !message[0] ? ZOO_CODEC_OK : zoo_fail(message, "its pixels cannot be read");
    }
    tiff.TIFFClose(file);
    return status;
}

const char *zoo_tiff_version(void) {
    static _Thread_local char text[24];
    pthread_once(&once, load);
    if (!tiff.found) return NULL;
    // "LIBTIFF, Version 4.5.0" and a copyright in further lines
    const char *words = strstr(tiff.TIFFGetVersion(), "Version ");
    snprintf(text, sizeof text, "%.*s", words ? (int)strcspn(words + 8, "\n ") : 0, words ? words + 8 : "");
    return text;
}

// What the files of this target share.
#pragma once
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "zoo_codecs.h"

/// A function of a library, with the type that the library's header declares.
#define ZOO_FUNCTION(name) __typeof__(name) *name

/// Finds a function of a library; `found` becomes 0 where it is not there.
#define ZOO_LOAD(library, table, name, found) \
    do { \
        (table)->name = (__typeof__((table)->name))dlsym(library, #name); \
        if (!(table)->name) (found) = 0; \
    } while (0)

/// Says what is wrong, where nothing has been said yet.
static inline int zoo_fail(char *message, const char *words) {
    if (!message[0]) snprintf(message, ZOO_CODEC_MESSAGE, "%s", words && *words ? words : "unknown error");
    return ZOO_CODEC_DAMAGED;
}

int zoo_webp_header(const uint8_t *, size_t, zoo_codec_image *, char *);
int zoo_webp_decode(const uint8_t *, size_t, const zoo_codec_image *, uint8_t *, char *);
const char *zoo_webp_version(void);
int zoo_avif_header(const uint8_t *, size_t, zoo_codec_image *, char *);
int zoo_avif_decode(const uint8_t *, size_t, const zoo_codec_image *, uint8_t *, char *);
const char *zoo_avif_version(void);
int zoo_tiff_header(const uint8_t *, size_t, zoo_codec_image *, char *);
int zoo_tiff_decode(const uint8_t *, size_t, const zoo_codec_image *, uint8_t *, char *);
const char *zoo_tiff_version(void);
int zoo_gif_header(const uint8_t *, size_t, zoo_codec_image *, char *);
int zoo_gif_decode(const uint8_t *, size_t, const zoo_codec_image *, uint8_t *, char *);
const char *zoo_gif_version(void);

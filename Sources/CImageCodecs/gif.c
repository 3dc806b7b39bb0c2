#include <gif_lib.h>
#include <stdlib.h>

#include "codecs.h"

static struct {
    ZOO_FUNCTION(DGifOpen);
    ZOO_FUNCTION(DGifCloseFile);
    ZOO_FUNCTION(DGifGetRecordType);
    ZOO_FUNCTION(DGifGetImageDesc);
    ZOO_FUNCTION(DGifGetLine);
    ZOO_FUNCTION(DGifGetExtension);
    ZOO_FUNCTION(DGifGetExtensionNext);
    ZOO_FUNCTION(GifErrorString);
    int found;
} gif;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = dlopen("libgif.so.7", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    int found = 1;
    ZOO_LOAD(library, &gif, DGifOpen, found);
    ZOO_LOAD(library, &gif, DGifCloseFile, found);
    ZOO_LOAD(library, &gif, DGifGetRecordType, found);
    ZOO_LOAD(library, &gif, DGifGetImageDesc, found);
    ZOO_LOAD(library, &gif, DGifGetLine, found);
    ZOO_LOAD(library, &gif, DGifGetExtension, found);
    ZOO_LOAD(library, &gif, DGifGetExtensionNext, found);
    ZOO_LOAD(library, &gif, GifErrorString, found);
    gif.found = found;
}

typedef struct {
    const uint8_t *bytes;
    size_t count, place;
} source;

static int feed(GifFileType *file, GifByteType *to, int count) {
    source *from = file->UserData;
    const size_t rest = from->count - from->place;
    const size_t given = (size_t)count < rest ? (size_t)count : rest;
    memcpy(to, from->bytes + from->place, given);
    from->place += given;
    return (int)given;
}

/// Opens a file and goes to its first frame, whose transparent index is found on the way (-1: none).
static GifFileType *opened(source *from, int *transparent, char *message) {
    int error = 0;
    *transparent = -1;
    GifFileType *file = gif.DGifOpen(from, feed, &error);
    if (!file) {
        zoo_fail(message, gif.GifErrorString(error));
        return NULL;
    }
    for (;;) {
        GifRecordType type;
        if (gif.DGifGetRecordType(file, &type) == GIF_ERROR) break;
        if (type == IMAGE_DESC_RECORD_TYPE) {
            if (gif.DGifGetImageDesc(file) == GIF_ERROR) break;
            return file;
        }
        if (type == TERMINATE_RECORD_TYPE) {
            zoo_fail(message, "there is no image in it");
            gif.DGifCloseFile(file, &error);
            return NULL;
        }
        if (type != EXTENSION_RECORD_TYPE) continue;
        int code;
        GifByteType *block;
        if (gif.DGifGetExtension(file, &code, &block) == GIF_ERROR) break;
        if (code == GRAPHICS_EXT_FUNC_CODE && block && block[0] == 4) *transparent = block[1] & 1 ? block[4] : -1;
        int read = GIF_OK;
        while (block && (read = gif.DGifGetExtensionNext(file, &block)) != GIF_ERROR) {}
        if (read == GIF_ERROR) break;
    }
    zoo_fail(message, gif.GifErrorString(file->Error));
    gif.DGifCloseFile(file, &error);
    return NULL;
}

static uint32_t most(int screen, int start, int length) {
    return (uint32_t)(screen > start + length ? screen : start + length);
}

int zoo_gif_header(const uint8_t *bytes, size_t count, zoo_codec_image *image, char *message) {
    pthread_once(&once, load);
    if (!gif.found) return ZOO_CODEC_NO_LIBRARY;
    source from = {bytes, count, 0};
    int transparent, error;
    GifFileType *file = opened(&from, &transparent, message);
    if (!file) return ZOO_CODEC_DAMAGED;
    const GifImageDesc *frame = &file->Image;
    const int whole = frame->Width > 0 && frame->Height > 0;
    image->width = most(file->SWidth, frame->Left, frame->Width);
    image->height = most(file->SHeight, frame->Top, frame->Height);
    gif.DGifCloseFile(file, &error);
    return whole ? ZOO_CODEC_OK : zoo_fail(message, "its first frame has no pixels");
}

/// Reads the frame's rows into the canvas, which is transparent so far.
static int read_rows(GifFileType *file, int transparent, const zoo_codec_image *image, uint8_t *rgba, char *message) {
    const GifImageDesc *frame = &file->Image;
    const ColorMapObject *colours = frame->ColorMap ? frame->ColorMap : file->SColorMap;
    if (!colours) return zoo_fail(message, "it has no colours");
    if (most(file->SWidth, frame->Left, frame->Width) != image->width ||
        most(file->SHeight, frame->Top, frame->Height) != image->height)
        return zoo_fail(message, "its size is not that of its header");
    GifPixelType *row = malloc((size_t)frame->Width);
    if (!row) return zoo_fail(message, "there is no memory left");
    static const int starts[] = {0, 4, 2, 1}, steps[] = {8, 8, 4, 2};
    int status = ZOO_CODEC_OK;
    for (int pass = 0; pass < (frame->Interlace ? 4 : 1) && status == ZOO_CODEC_OK; pass++) {
        const int step = frame->Interlace ? steps[pass] : 1;
        for (int y = frame->Interlace ? starts[pass] : 0; y < frame->Height; y += step) {
            if (gif.DGifGetLine(file, row, frame->Width) == GIF_ERROR) {
                status = zoo_fail(message, gif.GifErrorString(file->Error));
                break;
            }
            uint8_t *to = rgba + 4 * ((size_t)(frame->Top + y) * image->width + (size_t)frame->Left);
            for (int x = 0; x < frame->Width; x++, to += 4) {
                if (row[x] == transparent || row[x] >= colours->ColorCount) continue;
                const GifColorType colour = colours->Colors[row[x]];
                to[0] = colour.Red;
                to[1] = colour.Green;
                to[2] = colour.Blue;
                to[3] = 255;
            }
        }
    }
    free(row);
    return status;
}

int zoo_gif_decode(const uint8_t *bytes, size_t count, const zoo_codec_image *image, uint8_t *rgba, char *message) {
    source from = {bytes, count, 0};
    int transparent, error;
    GifFileType *file = opened(&from, &transparent, message);
    if (!file) return ZOO_CODEC_DAMAGED;
    memset(rgba, 0, (size_t)4 * image->width * image->height);
    const int status = read_rows(file, transparent, image, rgba, message);
    gif.DGifCloseFile(file, &error);
    return status;
}

const char *zoo_gif_version(void) {
    pthread_once(&once, load);
    return gif.found ? "5" : NULL;
}

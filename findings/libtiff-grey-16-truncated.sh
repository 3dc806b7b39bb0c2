#!/bin/sh
# libtiff's RGBA interface cuts 16-bit grey off at 8 bits, and rounds 16-bit colour.
#
# One would expect TIFFReadRGBAImageOriented to make 8 bits of 16 in one way. In libtiff 4.5.0 a grey sample becomes its upper byte,
# whereas the samples of an RGB image are divided by 257 and rounded: 0x00FF is 0 in grey and 1 in colour. The same picture in grey
# and in three equal colours differs by one level in a quarter of all values, and is darker in grey.
#
# Needs: sh, a C compiler, libtiff with its header (Debian: apt install gcc libtiff-dev).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/grey.c" <<'C'
#include <stdio.h>
#include <string.h>
#include <tiffio.h>

static const uint16_t levels[] = {0x0000, 0x007F, 0x00FF, 0x01FF, 0x7FFF, 0x80FF, 0xFEFF, 0xFFFF};
enum { COUNT = sizeof levels / sizeof levels[0] };

static void read_back(const char *path, int samples, int *found) {
    TIFF *file = TIFFOpen(path, "w");
    TIFFSetField(file, TIFFTAG_IMAGEWIDTH, COUNT);
    TIFFSetField(file, TIFFTAG_IMAGELENGTH, 1);
    TIFFSetField(file, TIFFTAG_BITSPERSAMPLE, 16);
    TIFFSetField(file, TIFFTAG_SAMPLESPERPIXEL, samples);
    TIFFSetField(file, TIFFTAG_PHOTOMETRIC, samples == 1 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB);
    TIFFSetField(file, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    uint16_t row[3 * COUNT];
    for (int i = 0; i < samples * COUNT; i++) row[i] = levels[i / samples];
    TIFFWriteScanline(file, row, 0, 0);
    TIFFClose(file);
    uint32_t raster[COUNT];
    file = TIFFOpen(path, "r");
    TIFFReadRGBAImageOriented(file, COUNT, 1, raster, ORIENTATION_TOPLEFT, 1);
    TIFFClose(file);
    for (int i = 0; i < COUNT; i++) found[i] = TIFFGetR(raster[i]);
}

int main(int count, char **arguments) {
    (void)count;
    int grey[COUNT], colour[COUNT], differ = 0;
    printf("%.*s\n", (int)strcspn(TIFFGetVersion(), "\n"), TIFFGetVersion());
    read_back(arguments[1], 1, grey);
    read_back(arguments[1], 3, colour);
    for (int i = 0; i < COUNT; i++) {
        printf("0x%04X: grey %d, colour %d\n", levels[i], grey[i], colour[i]);
        if (grey[i] != levels[i] >> 8) return 1;
        if (colour[i] != (levels[i] + 128) / 257) return 1;
        differ += grey[i] != colour[i];
    }
    return differ > 0 ? 0 : 1;
}
C
cc -o "$folder/grey" "$folder/grey.c" -ltiff
"$folder/grey" "$folder/grey.tif"
# Seen:
# LIBTIFF, Version 4.5.0
# 0x0000: grey 0, colour 0
# 0x007F: grey 0, colour 0
# 0x00FF: grey 0, colour 1
# 0x01FF: grey 1, colour 2
# 0x7FFF: grey 127, colour 127
# 0x80FF: grey 128, colour 128
# 0xFEFF: grey 254, colour 254
# 0xFFFF: grey 255, colour 255

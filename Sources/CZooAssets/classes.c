// The 1,000 classes of ImageNet's challenge (ILSVRC 2012) in the order of their WordNet numbers, a line each: the first
// word of each synset, told apart where two are equal, as in torchvision/models/_meta.py (BSD 3-Clause).
#include "zoo_assets.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char classes[] = {
#embed "imagenet-classes.txt"
};

const zoo_asset *zoo_class_assets(size_t *count) {
    static const zoo_asset assets[] = {{"imagenet", classes, sizeof classes}};
    *count = 1;
    return assets;
}

// Pages that are filled in: HTML with {{title}} and {{data}}.
#include "zoo_assets.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char map_page[] = {
#embed "map-page.html"
};

const zoo_asset *zoo_page_assets(size_t *count) {
    static const zoo_asset assets[] = {{"map", map_page, sizeof map_page}};
    *count = 1;
    return assets;
}

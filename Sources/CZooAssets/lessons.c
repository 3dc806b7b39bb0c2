// The lessons of notebooks-md/. A new file is added here twice; a test compares this list with the folder.
#include "zoo_assets.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char lesson_01_dogs_and_cats[] = {
#embed "../../notebooks-md/01-dogs-and-cats.md"
};
static const unsigned char lesson_02_image_classification[] = {
#embed "../../notebooks-md/02-image-classification.md"
};
static const unsigned char lesson_03_tabular[] = {
#embed "../../notebooks-md/03-tabular.md"
};
static const unsigned char lesson_03b_convolution[] = {
#embed "../../notebooks-md/03b-convolution.md"
};
static const unsigned char lesson_04_language_models[] = {
#embed "../../notebooks-md/04-language-models.md"
};
static const unsigned char lesson_04b_time_series[] = {
#embed "../../notebooks-md/04b-time-series.md"
};
static const unsigned char lesson_05_collaborative_filtering[] = {
#embed "../../notebooks-md/05-collaborative-filtering.md"
};
static const unsigned char lesson_06_interpreting_embeddings[] = {
#embed "../../notebooks-md/06-interpreting-embeddings.md"
};
static const unsigned char lesson_06b_rnn_from_scratch[] = {
#embed "../../notebooks-md/06b-rnn-from-scratch.md"
};
static const unsigned char lesson_07a_gru_and_lstm[] = {
#embed "../../notebooks-md/07a-gru-and-lstm.md"
};
static const unsigned char lesson_07b_resnet_from_scratch[] = {
#embed "../../notebooks-md/07b-resnet-from-scratch.md"
};

#define ASSET(file, bytes) {file, bytes, sizeof bytes}

static const zoo_asset assets[] = {
    ASSET("01-dogs-and-cats.md", lesson_01_dogs_and_cats),
    ASSET("02-image-classification.md", lesson_02_image_classification),
    ASSET("03-tabular.md", lesson_03_tabular),
    ASSET("03b-convolution.md", lesson_03b_convolution),
    ASSET("04-language-models.md", lesson_04_language_models),
    ASSET("04b-time-series.md", lesson_04b_time_series),
    ASSET("05-collaborative-filtering.md", lesson_05_collaborative_filtering),
    ASSET("06-interpreting-embeddings.md", lesson_06_interpreting_embeddings),
    ASSET("06b-rnn-from-scratch.md", lesson_06b_rnn_from_scratch),
    ASSET("07a-gru-and-lstm.md", lesson_07a_gru_and_lstm),
    ASSET("07b-resnet-from-scratch.md", lesson_07b_resnet_from_scratch),
};

const zoo_asset *zoo_lesson_assets(size_t *count) {
    *count = sizeof assets / sizeof *assets;
    return assets;
}

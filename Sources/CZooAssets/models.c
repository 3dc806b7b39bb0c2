// The models that ship, out of zoo/. A folder that is not there, or lacks a file, is left out of the program.
#include "zoo_assets.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

#if __has_embed("../../zoo/movielens-100k/model.h5") && __has_embed("../../zoo/movielens-100k/card.md") &&                \
    __has_embed("../../zoo/movielens-100k/recipe.json") && __has_embed("../../zoo/movielens-100k/metrics.json")
#define HAS_MOVIELENS_100K 1
static const unsigned char movielens_100k_model[] = {
#embed "../../zoo/movielens-100k/model.h5"
};
static const unsigned char movielens_100k_card[] = {
#embed "../../zoo/movielens-100k/card.md"
};
static const unsigned char movielens_100k_recipe[] = {
#embed "../../zoo/movielens-100k/recipe.json"
};
static const unsigned char movielens_100k_metrics[] = {
#embed "../../zoo/movielens-100k/metrics.json"
};
#endif

#if __has_embed("../../zoo/bike-sharing/model.h5") && __has_embed("../../zoo/bike-sharing/card.md") &&                    \
    __has_embed("../../zoo/bike-sharing/recipe.json") && __has_embed("../../zoo/bike-sharing/metrics.json")
#define HAS_BIKE_SHARING 1
static const unsigned char bike_sharing_model[] = {
#embed "../../zoo/bike-sharing/model.h5"
};
static const unsigned char bike_sharing_card[] = {
#embed "../../zoo/bike-sharing/card.md"
};
static const unsigned char bike_sharing_recipe[] = {
#embed "../../zoo/bike-sharing/recipe.json"
};
static const unsigned char bike_sharing_metrics[] = {
#embed "../../zoo/bike-sharing/metrics.json"
};
#endif

#if __has_embed("../../zoo/nietzsche-lstm/model.h5") && __has_embed("../../zoo/nietzsche-lstm/card.md") &&                \
    __has_embed("../../zoo/nietzsche-lstm/recipe.json") && __has_embed("../../zoo/nietzsche-lstm/metrics.json")
#define HAS_NIETZSCHE_LSTM 1
static const unsigned char nietzsche_lstm_model[] = {
#embed "../../zoo/nietzsche-lstm/model.h5"
};
static const unsigned char nietzsche_lstm_card[] = {
#embed "../../zoo/nietzsche-lstm/card.md"
};
static const unsigned char nietzsche_lstm_recipe[] = {
#embed "../../zoo/nietzsche-lstm/recipe.json"
};
static const unsigned char nietzsche_lstm_metrics[] = {
#embed "../../zoo/nietzsche-lstm/metrics.json"
};
#endif

#if __has_embed("../../zoo/cifar10-resnet/model.h5") && __has_embed("../../zoo/cifar10-resnet/card.md") &&                \
    __has_embed("../../zoo/cifar10-resnet/recipe.json") && __has_embed("../../zoo/cifar10-resnet/metrics.json")
#define HAS_CIFAR10_RESNET 1
static const unsigned char cifar10_resnet_model[] = {
#embed "../../zoo/cifar10-resnet/model.h5"
};
static const unsigned char cifar10_resnet_card[] = {
#embed "../../zoo/cifar10-resnet/card.md"
};
static const unsigned char cifar10_resnet_recipe[] = {
#embed "../../zoo/cifar10-resnet/recipe.json"
};
static const unsigned char cifar10_resnet_metrics[] = {
#embed "../../zoo/cifar10-resnet/metrics.json"
};
#endif

#define ASSET(file, bytes) {file, bytes, sizeof bytes}

static const zoo_asset assets[] = {
#if HAS_MOVIELENS_100K
    ASSET("movielens-100k/model.h5", movielens_100k_model),
    ASSET("movielens-100k/card.md", movielens_100k_card),
    ASSET("movielens-100k/recipe.json", movielens_100k_recipe),
    ASSET("movielens-100k/metrics.json", movielens_100k_metrics),
#endif
#if HAS_BIKE_SHARING
    ASSET("bike-sharing/model.h5", bike_sharing_model),
    ASSET("bike-sharing/card.md", bike_sharing_card),
    ASSET("bike-sharing/recipe.json", bike_sharing_recipe),
    ASSET("bike-sharing/metrics.json", bike_sharing_metrics),
#endif
#if HAS_NIETZSCHE_LSTM
    ASSET("nietzsche-lstm/model.h5", nietzsche_lstm_model),
    ASSET("nietzsche-lstm/card.md", nietzsche_lstm_card),
    ASSET("nietzsche-lstm/recipe.json", nietzsche_lstm_recipe),
    ASSET("nietzsche-lstm/metrics.json", nietzsche_lstm_metrics),
#endif
#if HAS_CIFAR10_RESNET
    ASSET("cifar10-resnet/model.h5", cifar10_resnet_model),
    ASSET("cifar10-resnet/card.md", cifar10_resnet_card),
    ASSET("cifar10-resnet/recipe.json", cifar10_resnet_recipe),
    ASSET("cifar10-resnet/metrics.json", cifar10_resnet_metrics),
#endif
    {0, 0, 0},  // C has no empty arrays
};

const zoo_asset *zoo_model_assets(size_t *count) {
    *count = sizeof assets / sizeof *assets - 1;
    return assets;
}

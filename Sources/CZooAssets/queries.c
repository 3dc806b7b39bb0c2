// The SQL of queries/. A new file is added here twice; a test compares this list with the folder.
#include "zoo_assets.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char best_movies[] = {
#embed "../../queries/best-movies.sql"
};
static const unsigned char data_sets[] = {
#embed "../../queries/data-sets.sql"
};
static const unsigned char item_biases[] = {
#embed "../../queries/item-biases.sql"
};
static const unsigned char most_rated[] = {
#embed "../../queries/most-rated.sql"
};
static const unsigned char similar_items[] = {
#embed "../../queries/similar-items.sql"
};
static const unsigned char similar_values[] = {
#embed "../../queries/similar-values.sql"
};
static const unsigned char table_columns[] = {
#embed "../../queries/table-columns.sql"
};
static const unsigned char text_labels[] = {
#embed "../../queries/text-labels.sql"
};
static const unsigned char training_history[] = {
#embed "../../queries/training-history.sql"
};
static const unsigned char worst_movies[] = {
#embed "../../queries/worst-movies.sql"
};

#define ASSET(file, bytes) {file, bytes, sizeof bytes}

static const zoo_asset assets[] = {
    ASSET("best-movies.sql", best_movies),           ASSET("data-sets.sql", data_sets),
    ASSET("item-biases.sql", item_biases),           ASSET("most-rated.sql", most_rated),
    ASSET("similar-items.sql", similar_items),       ASSET("similar-values.sql", similar_values),
    ASSET("table-columns.sql", table_columns),       ASSET("text-labels.sql", text_labels),
    ASSET("training-history.sql", training_history), ASSET("worst-movies.sql", worst_movies),
};

const zoo_asset *zoo_query_assets(size_t *count) {
    *count = sizeof assets / sizeof *assets;
    return assets;
}

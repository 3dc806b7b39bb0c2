// Files of the repository that are built into the program.
#pragma once
#include <stddef.h>

/// One embedded file; `name` is its path below the folder that it was taken from.
typedef struct {
    const char *name;
    const unsigned char *bytes;
    size_t length;
} zoo_asset;

/// The files of `queries/`, and their number.
const zoo_asset *zoo_query_assets(size_t *count);

/// The files of `zoo/`, named `<model>/<file>`, and their number. A model that was missing when the program was built,
/// or lacked a file, is left out.
const zoo_asset *zoo_model_assets(size_t *count);

/// Lists of classes, a line each, and their number.
const zoo_asset *zoo_class_assets(size_t *count);

/// Pages that are filled in, and their number.
const zoo_asset *zoo_page_assets(size_t *count);

/// The lessons of `notebooks-md/`, and their number.
const zoo_asset *zoo_lesson_assets(size_t *count);

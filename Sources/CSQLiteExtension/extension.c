#include "zoo_sqlite_extension.h"

#include <stdatomic.h>

static _Atomic(const sqlite3_api_routines *) functions;

const sqlite3_api_routines *zoo_sqlite(void) { return atomic_load_explicit(&functions, memory_order_acquire); }

bool zoo_sqlite_begin(const sqlite3_api_routines *api) {
    const sqlite3_api_routines *none = NULL;
    return atomic_compare_exchange_strong(&functions, &none, api) || none == api;
}

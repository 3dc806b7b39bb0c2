#ifndef ZOO_SQLITE_EXTENSION_H
#define ZOO_SQLITE_EXTENSION_H
#include <sqlite3ext.h>
#include <stdbool.h>

// The functions of the SQLite that loaded the extension: a process may hold several, and a connection belongs to one of them.
const sqlite3_api_routines *zoo_sqlite(void);

// Keeps the functions. False where another SQLite of this process loaded the extension before.
bool zoo_sqlite_begin(const sqlite3_api_routines *api);

// A virtual table and a cursor over it, with what Swift knows of each.
struct zoo_table {
    sqlite3_vtab base;
    void *owner;
};
struct zoo_cursor {
    sqlite3_vtab_cursor base;
    void *owner;
};
#endif

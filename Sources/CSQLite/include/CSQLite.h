// SQLite's C interface, with typed wrappers for what Swift cannot import: variadic calls and casting macros.
#ifndef FLATALERT_CSQLITE_H
#define FLATALERT_CSQLITE_H

#include <sqlite3.h>

/// Whether SQLite counts its memory; off saves a lock on every allocation. Only before the first use of the library.
static inline int csqlite_config_memory_status(int on) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, on); }

/// Sets one of the switches of sqlite3_db_config that take an int and report the new value.
static inline int csqlite_db_config(sqlite3 *connection, int option, int on, int *now) {
    return sqlite3_db_config(connection, option, on, now);
}

/// The destructor that makes SQLite copy a bound value at once (SQLITE_TRANSIENT is a cast that Swift does not import).
static inline sqlite3_destructor_type csqlite_transient(void) { return SQLITE_TRANSIENT; }

/// Whether the file of this name exists, asked through the connection's own file layer.
static inline int csqlite_exists(const char *layer, const char *path, int *exists) {
    sqlite3_vfs *vfs = sqlite3_vfs_find(layer);
    if (!vfs) return SQLITE_ERROR;
    return vfs->xAccess(vfs, path, SQLITE_ACCESS_EXISTS, exists);
}

#endif

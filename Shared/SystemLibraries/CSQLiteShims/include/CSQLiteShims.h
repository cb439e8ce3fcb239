#ifndef CSQLITE_SHIMS_H
#define CSQLITE_SHIMS_H
// SQLite's variadic functions, which Swift does not import.
#include <sqlite3.h>

/// Switches off SQLite's count of allocated bytes, which takes a mutex at each allocation. Counts only before the first connection.
int hc_sqlite_configure(void);

/// Sets one of the SQLITE_DBCONFIG_… switches that take on or off.
int hc_sqlite_switch(sqlite3 *db, int option, int on);

#endif

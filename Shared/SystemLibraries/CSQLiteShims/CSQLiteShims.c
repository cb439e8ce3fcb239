#include "CSQLiteShims.h"

int hc_sqlite_configure(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

int hc_sqlite_switch(sqlite3 *db, int option, int on) { return sqlite3_db_config(db, option, on, (int *)0); }

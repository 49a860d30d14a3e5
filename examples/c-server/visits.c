#include "visits.h"

#include <sqlite3.h>
#include <stddef.h>

static sqlite3 *open_database(void) {
  static sqlite3 *database;
  if (database == NULL && sqlite3_open(":memory:", &database) == SQLITE_OK)
    sqlite3_exec(database, "CREATE TABLE visits (path TEXT PRIMARY KEY, count INTEGER)", NULL, NULL, NULL);
  return database;
}

int count_visit(const char *path) {
  sqlite3_stmt *statement;
  int count = -1;
  const char *sql = "INSERT INTO visits VALUES (?, 1) ON CONFLICT (path) DO UPDATE SET count = count + 1 RETURNING count";
  if (sqlite3_prepare_v2(open_database(), sql, -1, &statement, NULL) != SQLITE_OK) return count;
  sqlite3_bind_text(statement, 1, path, -1, SQLITE_STATIC);
  while (sqlite3_step(statement) == SQLITE_ROW) count = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  return count;
}

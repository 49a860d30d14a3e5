/* Counts a visit of a path and gives how many there were; -1 when the database fails. */
int count_visit(const char *path);

"""ODBC with psqlODBC, by pyodbc"""
import os

import pyodbc

from tap import BAD, CASE, DETAIL, PALLET, done, equal, ok, unit

conn = pyodbc.connect("Driver={PostgreSQL Unicode};Server=%s;Port=%s;Database=%s;Uid=%s;Pwd=%s" % tuple(
    os.environ[name] for name in ("PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD")), autocommit=True)
cur = conn.cursor()
cur.execute("CREATE TABLE unit (id serial.serial(sgtin) PRIMARY KEY, n int)")

cur.execute("INSERT INTO unit VALUES (?, ?)", unit(1), 1)
cur.executemany("INSERT INTO unit VALUES (?, ?)", [(unit(n), n) for n in range(2, 101)])
equal(cur.execute("SELECT count(*) FROM unit").fetchone()[0], 100, "insert, one and a batch")
equal(cur.execute("SELECT id FROM unit WHERE id = ?", "https://example.com/01/09506000134352/21/A7").fetchone()[0],
      unit(7), "select by any spelling, as str")


# ODBC has no arrays: write them as a string.
def array(items):
    return "{%s}" % ",".join('"%s"' % item for item in items)


equal([row[0] for row in cur.execute("SELECT n FROM unit WHERE id = ANY (CAST(? AS text[])) ORDER BY n",
                                     array([unit(5), unit(3)]))], [3, 5], "= ANY of a list")
equal(cur.execute("SELECT serial.pack(?, CAST(? AS text[]))", CASE, array([unit(n) for n in range(1, 11)])).fetchone()[0],
      10, "a list into serial.pack")
cur.execute("SELECT serial.pack(?, CAST(? AS text[]))", PALLET, array([CASE]))
equal(cur.execute("SELECT count(*) FROM unit WHERE id <@ ?", PALLET).fetchone()[0], 10, "<@ a container")

columns = {row.column_name: row for row in cur.columns(table="unit")}
ok(columns["id"].column_size >= 129, "the size of the column holds every identifier")

try:
    cur.execute("INSERT INTO unit VALUES (?, 0)", BAD)
except pyodbc.Error as error:
    equal((error.args[0], DETAIL in error.args[1]), ("22P02", True), "an error: SQLSTATE and detail")
done()

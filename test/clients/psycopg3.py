"""psycopg 3"""
import psycopg
from psycopg.types import TypeInfo

from tap import BAD, CASE, DETAIL, PALLET, done, equal, unit

conn = psycopg.connect(autocommit=True)
cur = conn.cursor()
cur.execute("CREATE TABLE unit (id serial.serial(sgtin) PRIMARY KEY, n int)")

cur.execute("INSERT INTO unit VALUES (%s, %s)", (unit(1), 1))
cur.executemany("INSERT INTO unit VALUES (%s, %s)", [(unit(n), n) for n in range(2, 101)])
equal(cur.execute("SELECT count(*) FROM unit").fetchone(), (100,), "insert, one and a batch")

equal(cur.execute("SELECT id FROM unit WHERE id = %s", ("https://example.com/01/09506000134352/21/A7",)).fetchone(),
      (unit(7),), "select by any spelling, as str")
equal(cur.execute("SELECT n FROM unit WHERE id = ANY(%s) ORDER BY n", ([unit(5), unit(3)],)).fetchall(),
      [(3,), (5,)], "= ANY of a list")

equal(cur.execute("SELECT serial.pack(%s, %s)", (CASE, [unit(n) for n in range(1, 11)])).fetchone(), (10,),
      "a list into serial.pack")
cur.execute("SELECT serial.pack(%s, %s)", (PALLET, [CASE]))
equal(cur.execute("SELECT count(*) FROM unit WHERE id <@ %s", (PALLET,)).fetchone(), (10,), "<@ a container")
equal(cur.execute("SELECT count(*) FROM unit WHERE id <@ %s::serial.serial[]", ([PALLET],)).fetchone(), (10,),
      "<@ a list of containers")

with cur.copy("COPY unit (id, n) FROM STDIN") as copy:
    for n in range(101, 201):
        copy.write_row((unit(n), n))
with cur.copy("COPY (SELECT id, n FROM unit WHERE n > 100) TO STDOUT (FORMAT BINARY)") as copy:
    data = b"".join(bytes(block) for block in copy)
cur.execute("CREATE TABLE other (LIKE unit)")
with cur.copy("COPY other FROM STDIN (FORMAT BINARY)") as copy:
    copy.write(data)
equal(cur.execute("SELECT count(*) FROM unit JOIN other USING (id, n)").fetchone(), (100,),
      "COPY as text in, binary out and in")

# Without registering, an array comes back as one string.
equal(cur.execute("SELECT ARRAY[id] FROM unit WHERE n = 1").fetchone(), ("{%s}" % unit(1),), "an array, not registered")
TypeInfo.fetch(conn, "serial.serial").register(conn)
equal(conn.execute("SELECT ARRAY[id] FROM unit WHERE n = 1").fetchone(), ([unit(1)],), "an array, registered")

# A binary cursor returns the stored bytes of a type that psycopg does not know.
equal(conn.cursor(binary=True).execute("SELECT id::text FROM unit WHERE n = 1").fetchone(), (unit(1),),
      "a binary cursor, with a cast")

try:
    cur.execute("INSERT INTO unit VALUES (%s, 0)", (BAD,))
except psycopg.errors.InvalidTextRepresentation as error:
    equal((error.sqlstate, error.diag.message_detail), ("22P02", DETAIL), "an error: SQLSTATE and detail")
    equal((error.diag.schema_name, error.diag.datatype_name), ("serial", "serial"), "an error: name of the type")
try:
    cur.execute("INSERT INTO unit VALUES ('%s', 0)" % BAD)
except psycopg.Error as error:
    equal(error.diag.statement_position, "26", "an error: position of a literal in the statement")
try:
    cur.execute("INSERT INTO unit VALUES (%s, 0)", (unit(1),))
except psycopg.errors.UniqueViolation as error:
    equal(error.diag.constraint_name, "unit_pkey", "an error: name of the constraint")
cur.execute("CREATE TABLE erp (item text PRIMARY KEY, box text)")
cur.execute("SELECT serial.adopt('erp', 'item', 'box')")
try:
    cur.execute("INSERT INTO erp VALUES (%s, %s)", (unit(1), BAD))
except psycopg.errors.InvalidTextRepresentation as error:
    equal((error.diag.schema_name, error.diag.table_name, error.diag.column_name), ("public", "erp", "box"),
          "an error: names of table and column where the value is in an adopted table")
cur.execute("CREATE TABLE typed (id serial.serial(sscc) NOT NULL)")
try:
    cur.execute("INSERT INTO typed VALUES (%s)", (unit(1),))
except psycopg.errors.InvalidTextRepresentation as error:
    equal(error.diag.datatype_name, "serial", "an error: name of the type where the scheme is wrong")
equal(cur.execute("SELECT serial.try_parse(%s)", (BAD,)).fetchone(), (None,), "NULL instead of an error")
done()

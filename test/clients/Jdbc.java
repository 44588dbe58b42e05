// JDBC: the driver of PostgreSQL.  Run as a single source file.
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;

public class Jdbc {
    private static final String PALLET = "(00)395060000000000016";
    private static final String CASE = "(00)395060000000000023";
    private static final String BAD = "(01)09506000134353(21)A1";
    private static int tests = 0;
    private static int failures = 0;

    private static void equal(Object got, Object expected, String name) {
        boolean passed = Objects.deepEquals(got, expected);
        tests++;
        failures += passed ? 0 : 1;
        System.out.println((passed ? "" : "not ") + "ok " + tests + " - " + name);
        if (!passed)
            System.out.println("#      got: " + got + "\n# expected: " + expected);
    }

    private static String unit(int n) {
        return "(01)09506000134352(21)A" + n;
    }

    private static Object[] units(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(Jdbc::unit).toArray();
    }

    private static Object one(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++)
                statement.setObject(i + 1, values[i]);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getObject(1);
            }
        }
    }

    private static PSQLException refused(Connection connection, String sql, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++)
                statement.setString(i + 1, values[i]);
            statement.executeUpdate();
            return null;
        } catch (PSQLException error) {
            return error;
        }
    }

    public static void main(String[] arguments) throws Exception {
        String url = "jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/" + System.getenv("PGDATABASE");
        Connection connection = DriverManager.getConnection(url, System.getenv("PGUSER"), System.getenv("PGPASSWORD"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE unit (id serial.serial(sgtin) PRIMARY KEY, n int)");
        }

        // setString sends varchar, which is cast when it is assigned and compared.
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO unit VALUES (?, ?)")) {
            insert.setString(1, unit(1));
            insert.setInt(2, 1);
            insert.executeUpdate();
            for (int n = 2; n <= 100; n++) {
                insert.setString(1, unit(n));
                insert.setInt(2, n);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        equal(one(connection, "SELECT count(*) FROM unit"), 100L, "insert, one and a batch");

        try (PreparedStatement select = connection.prepareStatement("SELECT id FROM unit WHERE id = ?")) {
            // More often than prepareThreshold, so that it is prepared on the server.
            for (int i = 0; i < 10; i++) {
                select.setString(1, "https://example.com/01/09506000134352/21/A7");
                try (ResultSet result = select.executeQuery()) {
                    result.next();
                    if (i == 9)
                        equal(result.getString(1), unit(7), "select by any spelling, as String");
                }
            }
        }
        PGobject value = new PGobject();
        value.setType("serial.serial");
        value.setValue(unit(7));
        equal(one(connection, "SELECT n FROM unit WHERE id = ?", value), 7, "a PGobject as parameter");

        Array some = connection.createArrayOf("text", new Object[] {unit(5), unit(3)});
        equal(one(connection, "SELECT array_agg(n ORDER BY n)::text FROM unit WHERE id = ANY (?)", some), "{3,5}", "= ANY of an array");
        Array contents = connection.createArrayOf("text", units(1, 10));
        // An argument of a function is not assigned: cast the varchar, or send strings without a type.
        equal(one(connection, "SELECT serial.pack(CAST(? AS serial.serial), ?)", CASE, contents), 10L,
            "an array into serial.pack");
        try (Connection untyped = DriverManager.getConnection(url + "?stringtype=unspecified",
                System.getenv("PGUSER"), System.getenv("PGPASSWORD"))) {
            Array cases = untyped.createArrayOf("text", new Object[] {CASE});
            equal(one(untyped, "SELECT serial.pack(?, ?)", PALLET, cases), 1L, "... with stringtype=unspecified");
        }
        equal(one(connection, "SELECT count(*) FROM unit WHERE id <@ ?", PALLET), 10L, "<@ a container");
        try (Statement statement = connection.createStatement();
             ResultSet result = statement.executeQuery("SELECT ARRAY[id]::text[] FROM unit WHERE n = 1")) {
            result.next();
            equal(((Object[]) result.getArray(1).getArray())[0], unit(1), "an array, cast to text[]");
        }

        PGConnection driver = connection.unwrap(PGConnection.class);
        StringBuilder lines = new StringBuilder();
        for (int n = 101; n <= 200; n++)
            lines.append(unit(n)).append('\t').append(n).append('\n');
        driver.getCopyAPI().copyIn("COPY unit FROM STDIN",
            new ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        driver.getCopyAPI().copyOut("COPY unit TO STDOUT (FORMAT BINARY)", out);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE other (LIKE unit)");
        }
        driver.getCopyAPI().copyIn("COPY other FROM STDIN (FORMAT BINARY)", new ByteArrayInputStream(out.toByteArray()));
        equal(one(connection, "SELECT count(*) FROM unit JOIN other USING (id, n)"), 200L, "COPY as text in, binary out and in");

        PSQLException error = refused(connection, "INSERT INTO unit VALUES (?, 0)", BAD);
        equal(Arrays.asList(error.getSQLState(), error.getServerErrorMessage().getDetail()),
            Arrays.asList("22P02", "Position 18: found \"3\", expected \"2\"."), "an error: SQLSTATE and detail");
        equal(Arrays.asList(error.getServerErrorMessage().getSchema(), error.getServerErrorMessage().getDatatype()),
            Arrays.asList("serial", "serial"), "an error: name of the type");
        error = refused(connection, "INSERT INTO unit VALUES ('" + BAD + "', 0)");
        equal(error.getServerErrorMessage().getPosition(), 26, "an error: position of a literal in the statement");
        error = refused(connection, "INSERT INTO unit VALUES (?, 0)", unit(1));
        equal(error.getServerErrorMessage().getConstraint(), "unit_pkey", "an error: name of the constraint");
        System.out.println("1.." + tests);
        System.exit(failures > 0 ? 1 : 0);
    }
}

import java.io.*;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.*;
import java.time.*;
import java.time.format.DateTimeFormatter;
import java.util.*;

/**
 * Print what JDBC reads, for 051_drivers.pl.
 *
 *     ReadViews URL
 *
 * Standard input and what is printed are as for read_views.py. A name is that of a view with its
 * schema. The types and comments that the driver gives of it without reading it, as tools ask for them,
 * come as "view:NAME": names, types, REMARKS.
 */
public class ReadViews {
    static final Map<String, String> TYPES = Map.of("bool", "boolean", "int8", "bigint", "int4", "integer", "text", "text",
        "date", "date", "timestamptz", "timestamp with time zone", "numeric", "numeric");
    static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSxxx");

    /** A type as PostgreSQL spells it. */
    static String type(String name, int precision, int scale) {
        String spelled = TYPES.getOrDefault(name.replaceAll("^.*\\.", "").replace("\"", ""), name);
        return spelled.equals("numeric") && precision > 0 ? "numeric(" + precision + "," + scale + ")" : spelled;
    }

    /** A value as psql prints it, read with the getter that its type is made for. */
    static String text(ResultSet row, int column, String type) throws SQLException {
        if (row.getObject(column) == null)
            return "\u001d";
        switch (type.replaceAll("\\(.*", "")) {
        case "boolean": return row.getBoolean(column) ? "t" : "f";
        case "bigint": return Long.toString(row.getLong(column));
        case "integer": return Integer.toString(row.getInt(column));
        case "numeric": return row.getBigDecimal(column).toPlainString();
        case "date": return row.getObject(column, LocalDate.class).toString();
        case "timestamp with time zone":
            return row.getObject(column, OffsetDateTime.class).withOffsetSameInstant(ZoneOffset.UTC).format(TIMESTAMP);
        case "text": return row.getString(column);
        default: throw new SQLException(type + " is not what a view should give");
        }
    }

    /** Print a query's name, and records of fields. */
    static void print(PrintStream out, String name, List<List<String>> records) {
        StringJoiner lines = new StringJoiner("\u001e");
        for (List<String> record : records)
            lines.add(String.join("\u001f", record));
        out.print("\u001c" + name + "\n" + lines);
    }

    /** Run a query and print it. */
    static void read(PrintStream out, Connection connection, String name, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query); ResultSet row = statement.executeQuery()) {
            ResultSetMetaData columns = row.getMetaData();
            List<List<String>> records = new ArrayList<>(List.of(new ArrayList<>(), new ArrayList<>()));
            for (int column = 1; column <= columns.getColumnCount(); column++) {
                records.get(0).add(type(columns.getColumnTypeName(column), columns.getPrecision(column), columns.getScale(column)));
                records.get(1).add(columns.getColumnName(column));
            }
            while (row.next()) {
                List<String> record = new ArrayList<>();
                for (int column = 1; column <= columns.getColumnCount(); column++)
                    record.add(text(row, column, records.get(0).get(column - 1)));
                records.add(record);
            }
            print(out, name, records);
        }
    }

    /** Print what the driver tells of a view. */
    static void describe(PrintStream out, Connection connection, String name) throws SQLException {
        List<List<String>> records = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        String[] pattern = name.replace("_", "\\_").split("\\.");
        try (ResultSet column = connection.getMetaData().getColumns(null, pattern[0], pattern[1], "%")) {
            while (column.next()) {
                records.get(0).add(column.getString("COLUMN_NAME"));
                // Unconstrained numeric has no DECIMAL_DIGITS that mean anything.
                records.get(1).add(type(column.getString("TYPE_NAME"),
                    column.getInt("COLUMN_SIZE") > 1000 ? 0 : column.getInt("COLUMN_SIZE"), column.getInt("DECIMAL_DIGITS")));
                records.get(2).add(String.valueOf(column.getString("REMARKS")));
            }
        }
        print(out, "view:" + name, records);
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(new BufferedOutputStream(System.out), false, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Connection connection = DriverManager.getConnection(arguments[0])) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] request = line.split("\t");
                read(out, connection, request[0], request[1]);
                describe(out, connection, request[0]);
            }
        }
        out.flush();
    }
}

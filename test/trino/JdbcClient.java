import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What a BI tool does with the JDBC driver, a line of its answer each. */
public class JdbcClient
{
    private static void tell(String what, ResultSet rows)
            throws SQLException
    {
        StringBuilder text = new StringBuilder();
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
            for (int i = 1; i <= columns; i++) {
                text.append(i > 1 ? ", " : "").append(rows.getObject(i));
            }
            text.append(" / ");
        }
        System.out.println(what + ": " + text);
    }

    public static void main(String[] args)
            throws SQLException
    {
        try (Connection connection = DriverManager.getConnection(args[0])) {
            DatabaseMetaData data = connection.getMetaData();
            System.out.println("product: " + data.getDatabaseProductName() + " " + data.getDatabaseProductVersion());
            tell("catalogs", data.getCatalogs());
            tell("schemas", data.getSchemas());
            tell("tables", data.getTables("awsdatacatalog", "sillage", "spe%", null));
            tell("keys", data.getPrimaryKeys("awsdatacatalog", "sillage", "spend"));
            tell("procedures", data.getProcedures(null, null, null));
            try (ResultSet columns = data.getColumns("awsdatacatalog", "sillage", "spend", "%")) {
                while (columns.next()) {
                    System.out.println("column: " + columns.getString("COLUMN_NAME") + " " + columns.getString("TYPE_NAME") + " " + columns.getInt("DATA_TYPE"));
                }
            }
            try (PreparedStatement statement = connection.prepareStatement("SELECT cost FROM spend WHERE channel = ? AND day > ?")) {
                statement.setString(1, "it's");
                statement.setDate(2, Date.valueOf("2025-01-01"));
                System.out.println("output: " + statement.getMetaData().getColumnTypeName(1));
                tell("prepared", statement.executeQuery());
            }
            try (Statement statement = connection.createStatement()) {
                tell("nested", statement.executeQuery("SELECT ARRAY[1, 2], MAP(ARRAY['a'], ARRAY[1.5]), CAST(ROW(1, 'x') AS row(a integer, b varchar)), TIMESTAMP '2024-01-01 10:00:00.123', 1E10, NULL, DATE '2024-01-03' - DATE '2024-01-01'"));
                ResultSet endless = statement.executeQuery("SELECT a.x FROM UNNEST(sequence(1, 10000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 10000)) AS b(y)");
                endless.next();
                statement.cancel();
                System.out.println("closed: " + endless.isClosed());
            }
            try (Statement statement = connection.createStatement()) {
                statement.executeQuery("SELECT nope FROM spend");
            }
            catch (SQLException error) {
                System.out.println("error: " + error.getErrorCode() + " " + error.getMessage().replaceAll("^.*\\): ", ""));
            }
        }
    }
}

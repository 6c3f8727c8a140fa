-- One row is one reference rate of the European Central Bank: units of a currency for one euro. A day's record has a
-- column a currency; N/A means that there is none. The daily file writes its day as `28 March 2025`, the historical one
-- as `2025-03-28`. A record without any rate, or of no day, gives one row, which is refused.
WITH parsed AS (
  SELECT _record, _at, CASE WHEN json_valid(_record) THEN from_json(_record, '"MAP(VARCHAR, VARCHAR)"') END AS r
  FROM raw_fx_rates
), quoted AS (
  SELECT _record, _at, trim(r['date']) AS day,
    coalesce(calendar_day(trim(r['date'])),
      lived(CAST(try_strptime(trim(r['date']), '%d %B %Y') AS DATE))) AS rate_date,
    list_filter(map_entries(r), lambda e: e.key <> 'date' AND trim(e.value) NOT IN ('', 'N/A')) AS entries
  FROM parsed
), rates AS (
  SELECT _record, _at, day, rate_date,
    unnest(CASE WHEN len(entries) = 0 OR entries IS NULL THEN [NULL] WHEN rate_date IS NULL THEN entries[1:1]
      ELSE entries END) AS entry
  FROM quoted
)
SELECT _record, _at,
  -- What is no day is left as it came: its reason is its type, and not that it is missing too.
  coalesce(CAST(rate_date AS VARCHAR), day) AS rate_date,
  upper(entry.key) AS currency,
  trim(entry.value) AS rate,
  object_of(_at) AS exported_in,
  rate_date AS dt
FROM rates

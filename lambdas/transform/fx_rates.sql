-- One row is one reference rate of the European Central Bank: units of a currency for one euro. A day's record has a column a
-- currency; N/A means that there is none. A record without any rate gives one row, which is refused.
WITH parsed AS (
  SELECT _record, _at, CASE WHEN json_valid(_record) THEN from_json(_record, '"MAP(VARCHAR, VARCHAR)"') END AS r
  FROM raw_fx_rates
), quoted AS (
  SELECT _record, _at, r['date'] AS day,
    list_filter(map_entries(r), lambda e: e.key <> 'date' AND trim(e.value) NOT IN ('', 'N/A')) AS entries
  FROM parsed
), rates AS (
  SELECT _record, _at, day, unnest(CASE WHEN len(entries) > 0 THEN entries ELSE [NULL] END) AS entry FROM quoted
)
SELECT _record, _at,
  calendar_day(day) AS rate_date,
  upper(entry.key) AS currency,
  entry.value AS rate,
  object_of(_at) AS exported_in,
  CASE WHEN day <> '' AND calendar_day(day) IS NULL THEN 'type:date' END AS _reject,
  calendar_day(day) AS dt
FROM rates

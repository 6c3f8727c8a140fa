-- Reading one raw record: names for the SELECTs of this folder.

-- The fields of a JSON record, all as text; null where the record is not JSON.
CREATE OR REPLACE TEMP MACRO fields(record, structure) AS CASE WHEN json_valid(record) THEN from_json(record, structure) END;

-- A moment in UTC, to the millisecond; one without an offset is UTC.
CREATE OR REPLACE TEMP MACRO instant(text) AS CAST(TRY_CAST(text AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TIMESTAMP_MS);

-- A day as a French spreadsheet or an ISO export writes it.
CREATE OR REPLACE TEMP MACRO calendar_day(text) AS coalesce(TRY_CAST(text AS DATE), CAST(try_strptime(text, '%d/%m/%Y') AS DATE));

-- A number with a decimal comma and spaces between the thousands (plain, no-break or narrow no-break).
CREATE OR REPLACE TEMP MACRO french_number(text) AS replace(regexp_replace(text, '[\s\x{00A0}\x{202F}]', '', 'g'), ',', '.');

-- The shop's day (Europe/Paris). The rule of the European Union, which since 1996 has moved the clocks at 01:00 UTC on the
-- last Sundays of March and October: a third of the cost of the time-zone library, and equal to it (see its test).
CREATE OR REPLACE TEMP MACRO last_sunday(year, month) AS
  make_timestamp(year, month, 31 - dayofweek(make_date(year, month, 31)), 1, 0, 0);
CREATE OR REPLACE TEMP MACRO shop_day(moment) AS CAST(moment + to_hours(
  CASE WHEN moment >= last_sunday(year(moment), 3) AND moment < last_sunday(year(moment), 10) THEN 2 ELSE 1 END) AS DATE);

-- An address cut to its network: /24 of IPv4, /48 of IPv6.
CREATE OR REPLACE TEMP MACRO ip_network(ip) AS CASE
  WHEN contains(ip, ':') THEN nullif(regexp_extract(lower(ip), '^([0-9a-f]*:[0-9a-f]*:[0-9a-f]*)', 1), '') || '::/48'
  ELSE nullif(regexp_extract(ip, '^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$', 1), '') || '.0/24' END;

CREATE OR REPLACE TEMP MACRO email_of(text) AS nullif(lower(trim(text)), '');

-- A telephone number as its digits with the country code; a national French number is taken for one.
CREATE OR REPLACE TEMP MACRO phone_of(text) AS nullif(regexp_replace(regexp_replace(regexp_replace(text, '[^0-9+]', '', 'g'), '^(00|\+)', ''), '^0', '33'), '');

CREATE OR REPLACE TEMP MACRO handle_of(text) AS nullif(ltrim(lower(trim(text)), '@'), '');
CREATE OR REPLACE TEMP MACRO influencer_key(platform, handle) AS lower(trim(platform)) || ':' || handle_of(handle);

-- Reading one raw record: names for the SELECTs of this folder.

-- The fields of a JSON record, all as text; null where the record is not a JSON object.
CREATE OR REPLACE TEMP MACRO fields(record, structure) AS
  CASE WHEN json_valid(record)
    AND (starts_with(record, '{') OR json_type(record) = 'OBJECT') THEN from_json(record, structure) END;

-- A moment that a shop can have lived: `20255-01-05`, `infinity` or a year of two digits is somebody's mistake, and no
-- partition.
CREATE OR REPLACE TEMP MACRO lived(moment) AS
  CASE WHEN moment >= DATE '1970-01-01' AND moment < DATE '2100-01-01' THEN moment END;

-- What tells two texts of one record apart, and which of them counts where nothing else says so: the same in all
-- tables.
CREATE OR REPLACE TEMP MACRO digest_of(record) AS md5_number_lower(record);

-- The day of a telling without a row: it says of a record only that it has none (`noDay` of `statement.ts`).
CREATE OR REPLACE TEMP MACRO no_day() AS DATE '0001-01-01';

-- A choice of consent, as `true` or `false`: Consent Mode says granted and denied. Any other value is none, as SQL
-- itself would take 1 and yes.
CREATE OR REPLACE TEMP MACRO consent(choice) AS CASE WHEN choice = 'true' THEN 'true' WHEN choice = 'false' THEN 'false'
  ELSE
    CASE lower(trim(choice)) WHEN 'true' THEN 'true' WHEN 'granted' THEN 'true' WHEN 'false' THEN 'false'
      WHEN 'denied' THEN 'false' WHEN '' THEN NULL ELSE 'no choice: ' || choice END END;

-- Whether a record has the shape of Shopify's GraphQL: its ids, its names, or what it wraps around an answer.
CREATE OR REPLACE TEMP MACRO is_graphql(record, id) AS starts_with(id, 'gid://') OR (id IS NULL AND
  len(list_filter(json_keys(record),
    lambda key: list_contains(['data', 'edges', 'node', 'nodes', 'createdAt', '__parentId'], key))) > 0);

-- A moment in UTC, to the millisecond; one without an offset is UTC. A zone's name is none: CET and BST are several,
-- and the engine goes on in the zone that it read last. Most moments end in Z, and need no look at their form.
-- (`AT TIME ZONE 'UTC'` says the same at four times the cost.)
CREATE OR REPLACE TEMP MACRO timed(text) AS CASE WHEN ends_with(text, 'Z') AND NOT ends_with(text, 'NZ') THEN text
  WHEN regexp_matches(text,
    '^\s*[0-9]+[-/][0-9]{1,2}[-/][0-9]{1,2}(?:(?:T| +)[0-9]{1,2}:[0-9]{2}(?::[0-9]{1,2}(?:\.[0-9]+)?)?(?: ?(?:UTC|GMT)'
      || '|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?)?\s*$')
    THEN text END;
CREATE OR REPLACE TEMP MACRO instant(text) AS
  CAST(lived(make_timestamp(epoch_us(TRY_CAST(timed(text) AS TIMESTAMPTZ)))) AS TIMESTAMP_MS);

-- A day as a French spreadsheet or an ISO export writes it.
CREATE OR REPLACE TEMP MACRO calendar_day(text) AS
  coalesce(lived(TRY_CAST(text AS DATE)), lived(CAST(try_strptime(text, '%d/%m/%Y') AS DATE)));

-- The day in Central Europe. The rule of the European Union, which since 1996 has moved the clocks at 01:00 UTC on the
-- last Sundays of March and October: a third of the cost of the time-zone library, and equal to it (see its test).
CREATE OR REPLACE TEMP MACRO last_sunday(year, month) AS
  make_timestamp(year, month, 31 - dayofweek(make_date(year, month, 31)), 1, 0, 0);
CREATE OR REPLACE TEMP MACRO central_european_day(moment) AS CAST(moment + to_hours(
  CASE WHEN moment >= last_sunday(year(moment), 3) AND moment < last_sunday(year(moment), 10) THEN 2
    ELSE 1 END) AS DATE);

-- A number as a column has it: whole where the column has whole numbers, and finite.
CREATE OR REPLACE TEMP MACRO whole(text, number) AS CASE WHEN TRY_CAST(text AS DOUBLE) = number THEN number END;
CREATE OR REPLACE TEMP MACRO finite(number) AS CASE WHEN isfinite(number) THEN number END;

-- An address cut to its network: /24 of IPv4 (also where IPv6 carries it), /48 of IPv6, however it is written.
CREATE OR REPLACE TEMP MACRO ip4_network(ip) AS
  nullif(regexp_extract(ip, '^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$', 1), '') || '.0/24';
CREATE OR REPLACE TEMP MACRO hextets(text) AS list_filter(string_split(text, ':'), lambda h: h <> '');
CREATE OR REPLACE TEMP MACRO ip6_hextets(ip) AS list_concat(hextets(split_part(ip, '::', 1)),
  list_resize(CAST([] AS VARCHAR[]), CAST(greatest(8 - len(hextets(ip)), 0) AS BIGINT), '0'),
  CASE WHEN contains(ip, '::') THEN hextets(split_part(ip, '::', 2)) ELSE [] END);
CREATE OR REPLACE TEMP MACRO ip6_expanded(ip) AS
  array_to_string(list_transform(ip6_hextets(ip)[1:3], lambda h: coalesce(nullif(ltrim(h, '0'), ''), '0')), ':')
    || '::/48';
-- Most addresses write out their first three hextets, and need no expanding.
CREATE OR REPLACE TEMP MACRO ip6_network(ip) AS
  CASE WHEN regexp_matches(ip, '^[0-9a-f:]+$')
    AND (contains(ip, '::') OR regexp_matches(ip, '^([0-9a-f]+:){7}[0-9a-f]+$')) THEN
  CASE
    WHEN regexp_matches(ip, '^([0-9a-f]+:){3}')
      THEN regexp_replace(ip, '^0*([0-9a-f]+):0*([0-9a-f]+):0*([0-9a-f]+):.*$', '\1:\2:\3::/48')
    ELSE ip6_expanded(ip) END END;
CREATE OR REPLACE TEMP MACRO ip_network(ip) AS CASE
  WHEN contains(ip, '.') THEN ip4_network(lower(ip)) WHEN contains(ip, ':') THEN ip6_network(lower(ip)) END;

-- What scripts write where they know none has no @, and would make one buyer of many.
CREATE OR REPLACE TEMP MACRO email_of(text) AS CASE WHEN contains(text, '@') THEN nullif(lower(trim(text)), '') END;

-- A telephone number as its digits with the country code; a national French number is taken for one: 06…, +33 6…, +33
-- (0)6….
CREATE OR REPLACE TEMP MACRO phone_of(text) AS
  nullif(regexp_replace(regexp_replace(regexp_replace(text, '[^0-9+]', '', 'g'), '^(00|\+)', ''), '^(330|0)', '33'),
    '');

-- A handle as people write it: with its @, as the link of its page, with the name behind it (`lea.bio (Léa)`). Null
-- where it is none.
CREATE OR REPLACE TEMP MACRO handle_in(text) AS regexp_replace(regexp_replace(nfc_normalize(lower(trim(text))),
  '^(?:https?://)?(?:[a-z0-9-]+\.)*(?:instagram|tiktok|youtube)\.com/(?:c/|channel/|user/|_u/)?([^/?#\s]+).*$', '\1'),
    '\s*\([^()]*\)$', '');
CREATE OR REPLACE TEMP MACRO handle_of(text) AS
  CASE WHEN contains(text, '/')
    AND regexp_matches(handle_in(text),
      '^(?:p|tv|reels?|stories|explore|video|watch|shorts|playlist|embed|c|channel|user)$')
    THEN ''
  ELSE regexp_extract(handle_in(text), '^@?([\pL\pN_][\pL\pN\pM._-]*)$', 1) END;
-- The platform of an account, however people shorten it: a sheet of deals may have `Insta` where the roster has
-- `Instagram`.
CREATE OR REPLACE TEMP MACRO network_of(platform) AS CASE
  WHEN regexp_full_match(trim(platform), '(?i)insta(?:gram)?|ig') THEN 'instagram'
  WHEN regexp_full_match(trim(platform), '(?i)tik[ -]?tok|tt') THEN 'tiktok'
  WHEN regexp_full_match(trim(platform), '(?i)you[ -]?tube|yt') THEN 'youtube' ELSE lower(trim(platform)) END;
CREATE OR REPLACE TEMP MACRO influencer_key(platform, handle) AS
  network_of(platform) || ':' || nullif(handle_of(handle), '');

-- What is wrong with a row of a sheet: what its cells could not be read as, and what its SELECT found.
CREATE OR REPLACE TEMP MACRO faults_of(row_faults, found) AS
  list_filter(list_concat(row_faults, found), lambda fault: fault IS NOT NULL);
CREATE OR REPLACE TEMP MACRO unread_day(text, name) AS
  CASE WHEN text <> '' AND calendar_day(text) IS NULL THEN 'type:' || name END;
CREATE OR REPLACE TEMP MACRO unread_handle(text, name) AS
  CASE WHEN trim(text) <> '' AND handle_of(text) = '' THEN 'handle:' || name END;

-- The key of the raw object that a record stands in.
CREATE OR REPLACE TEMP MACRO object_of(place) AS getvariable('file_keys')[place.file];

-- A text as names are compared: lower case, in one Unicode form (a link typed on another keyboard has the same letters
-- in another), with single plain spaces.
CREATE OR REPLACE TEMP MACRO folded(text) AS
  nullif(trim(nfc_normalize(lower(replace(replace(replace(replace(text, chr(160), ' '), chr(8239), ' '), '  ', ' '),
    '  ', ' ')))),
    '');

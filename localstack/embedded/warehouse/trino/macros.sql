-- Names of the portable subset to which DuckDB would give another meaning, or none. Macros stand before built-ins of the same name;
-- `system.main.f` is the built-in. The analyser has checked all types and literals, so a macro only says what differs.

-- An error that is no volatile function, which DuckDB's TRY refuses; its message hangs on the row, else it would be computed before all rows.
CREATE MACRO failing(m, d) AS CASE WHEN CAST(m || left(CAST(d AS VARCHAR), 0) AS BOOLEAN) THEN NULL END;

-- Dates and times. date_trunc and date_add keep a date a date.
CREATE MACRO date_trunc_date(u, d) AS CAST(system.main.date_trunc(u, d) AS DATE);
-- Of each unit one, named after it: one for all would be bound with all its branches wherever it is named.
CREATE MACRO span_millisecond(n) AS to_milliseconds(n);
CREATE MACRO span_second(n) AS to_seconds(n);
CREATE MACRO span_minute(n) AS to_minutes(n);
CREATE MACRO span_hour(n) AS to_hours(n);
CREATE MACRO span_day(n) AS to_days(CAST(n AS INTEGER));
CREATE MACRO span_week(n) AS to_days(CAST(n * 7 AS INTEGER));
CREATE MACRO span_month(n) AS to_months(CAST(n AS INTEGER));
CREATE MACRO span_quarter(n) AS to_months(CAST(n * 3 AS INTEGER));
CREATE MACRO span_year(n) AS to_months(CAST(n * 12 AS INTEGER));
CREATE MACRO date_add_date(span, d) AS CAST(d + span AS DATE);
CREATE MACRO date_add_clock(span, d) AS d + span;
-- Trino holds an instant in 52 bits of milliseconds.
CREATE MACRO fitting_instant(i) AS CASE WHEN abs(epoch_ms(i)) >= 2251799813685248 THEN error('Millis overflow: ' || CAST(epoch_ms(i) AS VARCHAR)) ELSE i END;
CREATE MACRO date_add_instant(span, d) AS fitting_instant(d + span);
-- date_diff counts whole units that have passed (as Joda does: the last day of a month completes it), not boundaries that were crossed.
CREATE MACRO date_diff_millisecond(a, b) AS epoch_ms(b) - epoch_ms(a);
CREATE MACRO date_diff_second(a, b) AS (epoch_ms(b) - epoch_ms(a)) // 1000;
CREATE MACRO date_diff_minute(a, b) AS (epoch_ms(b) - epoch_ms(a)) // 60000;
CREATE MACRO date_diff_hour(a, b) AS (epoch_ms(b) - epoch_ms(a)) // 3600000;
CREATE MACRO date_diff_day(a, b) AS (epoch_ms(b) - epoch_ms(a)) // 86400000;
CREATE MACRO date_diff_week(a, b) AS (epoch_ms(b) - epoch_ms(a)) // 604800000;
CREATE MACRO date_diff_month(a, b) AS datesub('month', CAST(a AS TIMESTAMP), CAST(b AS TIMESTAMP));
CREATE MACRO date_diff_quarter(a, b) AS datesub('month', CAST(a AS TIMESTAMP), CAST(b AS TIMESTAMP)) // 3;
CREATE MACRO date_diff_year(a, b) AS datesub('month', CAST(a AS TIMESTAMP), CAST(b AS TIMESTAMP)) // 12;
CREATE MACRO millisecond_of_second(d) AS (epoch_ms(d) % 1000 + 1000) % 1000;
CREATE MACRO last_day_of_month(d) AS system.main.last_day(d);
-- Only the plain form: DuckDB would take a time, slashes, or the word epoch for a date as well.
CREATE MACRO iso_date(s) AS CASE WHEN s IS NULL THEN NULL WHEN regexp_full_match(s, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') THEN CAST(s AS DATE) ELSE error('Invalid date: ' || s) END;
CREATE MACRO date_of(d) AS CAST(d AS DATE);
-- Only full forms to the millisecond; without an offset it is UTC, the zone of an Athena session.
CREATE MACRO from_iso8601_timestamp(s) AS CASE WHEN s IS NULL THEN NULL
  WHEN regexp_full_match(s, '[0-9]{4}-[0-9]{2}-[0-9]{2}(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,3})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?)?)?') THEN CAST(s AS TIMESTAMPTZ)
  ELSE error('Invalid timestamp: ' || s) END;
CREATE MACRO iso_in_utc(s) AS CASE WHEN regexp_matches(s, '[+-][0-9]{2}:[0-9]{2}$') AND NOT ends_with(s, '00:00') THEN error('the day of an instant with an offset is outside the portable subset; write at_timezone(x, ''UTC'')')
  ELSE from_iso8601_timestamp(s) END;
-- DuckDB holds an instant without a zone: in UTC it stays one, in another zone it becomes the clock on the wall there.
CREATE MACRO in_utc(t, z) AS CAST(t AS TIMESTAMPTZ);
CREATE MACRO at_timezone(t, z) AS timezone(z, CAST(t AS TIMESTAMPTZ));
CREATE MACRO with_timezone(t, z) AS timezone(z, CAST(t AS TIMESTAMP));
-- DuckDB would pass over white space before and behind.
CREATE MACRO date_parse(s, f) AS strptime(CASE WHEN regexp_matches(s, '^\s|\s$') THEN '"' || s || '"' ELSE s END, f);
CREATE MACRO to_unixtime(d) AS epoch_ms(d) / 1000.0e0;
CREATE MACRO from_unixtime(n) AS make_timestamptz(CAST(system.main.round(CAST(n AS DOUBLE) * 1000) AS BIGINT) * 1000);
CREATE MACRO from_unixtime_in(n, z) AS from_unixtime(n);
CREATE MACRO from_unixtime_at(n, z) AS timezone(z, from_unixtime(n));
CREATE MACRO parse_datetime(s, f) AS CAST(date_parse(s, f) AS TIMESTAMPTZ);
CREATE MACRO milliseconds_of(i) AS CAST(epoch(i) * 1000 AS BIGINT);
CREATE MACRO current_timezone() AS 'UTC';
CREATE MACRO to_iso8601(d) AS CAST(d AS VARCHAR);
CREATE MACRO iso_clock(d) AS strftime(d, '%Y-%m-%dT%H:%M:%S.%g');
CREATE MACRO iso_instant(d) AS strftime(d, '%Y-%m-%dT%H:%M:%S.%gZ');
-- The day on which the engine is given this name: a statement that reads the clock is planned again when it is executed.
CREATE MACRO current_date() AS CAST($today AS DATE);
CREATE MACRO clock_now() AS CAST(system.main.get_current_timestamp() AS TIMESTAMP);

-- NULL where an argument is NULL; DuckDB skips it.
CREATE MACRO concat(a, b) AS a || b, (a, b, c) AS a || b || c, (a, b, c, d) AS a || b || c || d, (a, b, c, d, e) AS a || b || c || d || e,
  (a, b, c, d, e, f) AS a || b || c || d || e || f, (a, b, c, d, e, f, g) AS a || b || c || d || e || f || g, (a, b, c, d, e, f, g, h) AS a || b || c || d || e || f || g || h;
CREATE MACRO concat_arrays(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE list_concat(a, b) END;
CREATE MACRO greatest(a, b) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN system.main.greatest(a, b) END,
  (a, b, c) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL AND c IS NOT NULL THEN system.main.greatest(a, b, c) END,
  (a, b, c, d) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL AND c IS NOT NULL AND d IS NOT NULL THEN system.main.greatest(a, b, c, d) END;
CREATE MACRO least(a, b) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN system.main.least(a, b) END,
  (a, b, c) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL AND c IS NOT NULL THEN system.main.least(a, b, c) END,
  (a, b, c, d) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL AND c IS NOT NULL AND d IS NOT NULL THEN system.main.least(a, b, c, d) END;

-- Casts of texts. What all releases of Trino take is given on; what none takes is an error, and NULL to TRY_CAST; what they read apart is always an error.
CREATE MACRO read_apart(s) AS error('the text ' || s || ' is read apart by the engines, and outside the portable subset');
CREATE MACRO whole_text(s, lenient) AS CASE WHEN s IS NULL OR regexp_full_match(s, '[+-]?[0-9]+') THEN s WHEN regexp_matches(s, '[^\x00-\x7F]|^[\x00-\x20]+[+-]?[0-9]|[0-9][\x00-\x20]+$') THEN read_apart(s)
  WHEN lenient THEN NULL ELSE error('Cannot cast ''' || s || ''' to a whole number') END;
CREATE MACRO double_text(s, lenient) AS CASE WHEN s IS NULL OR regexp_full_match(s, '[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?') THEN s
  WHEN regexp_full_match(s, '[\x00-\x20]*[+-]?(NaN|Infinity|0[xX].*|[0-9.]+([eE][+-]?[0-9]+)?[fFdD]?)[\x00-\x20]*') THEN read_apart(s)
  WHEN lenient THEN NULL ELSE error('Cannot cast ''' || s || ''' to DOUBLE') END;
CREATE MACRO within_real(x) AS CASE WHEN abs(x) > 3.4e38 AND isfinite(x) THEN read_apart(CAST(x AS VARCHAR)) ELSE x END;
CREATE MACRO real_text(s, lenient) AS CASE WHEN abs(TRY_CAST(s AS DOUBLE)) > 3.4e38 THEN read_apart(s) ELSE double_text(s, lenient) END;
CREATE MACRO decimal_text(s, lenient) AS CASE WHEN s IS NULL OR regexp_full_match(s, '[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)') THEN s WHEN regexp_matches(s, '[^\x00-\x7F]|[0-9.][eE]') THEN read_apart(s)
  WHEN lenient THEN NULL ELSE error('Cannot cast VARCHAR ''' || s || ''' to DECIMAL. Value is not a number.') END;
CREATE MACRO boolean_text(s, lenient) AS CASE WHEN system.main.lower(s) IN ('t', 'true', '1') THEN 'true' WHEN system.main.lower(s) IN ('f', 'false', '0') THEN 'false' WHEN s IS NULL OR lenient THEN NULL
  ELSE error('Cannot cast ''' || s || ''' to BOOLEAN') END;
CREATE MACRO date_text(s, lenient) AS CASE WHEN s IS NULL OR regexp_full_match(s, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') THEN s WHEN regexp_full_match(s, '[^0-9A-Za-z]*[0-9]+-[0-9]+-[0-9]+[^0-9A-Za-z]*') THEN read_apart(s)
  WHEN lenient THEN NULL ELSE error('Value cannot be cast to date: ' || s) END;
CREATE MACRO timestamp_text(s, lenient) AS CASE WHEN s IS NULL OR regexp_full_match(s, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,3})?)?)?') THEN s
  WHEN regexp_matches(s, '[0-9]+-[0-9]+-[0-9]+') THEN read_apart(s) WHEN lenient THEN NULL ELSE error('Value cannot be cast to timestamp: ' || s) END;
-- Java before 19 writes some doubles with a digit more than they need: where that digit would be kept, releases part. DuckDB reads 2.34e20 as a decimal(20,0).
CREATE MACRO digits_of(x, p, s, lenient) AS CASE WHEN abs(x) >= 10.0e0 ** (p - s) THEN CASE WHEN lenient THEN NULL ELSE error('Cannot cast DOUBLE ''' || x || ''' to DECIMAL(' || p || ', ' || s || ')') END
  WHEN abs(x) * 10.0e0 ** s >= 1e16 AND length(system.main.regexp_replace(system.main.split_part(CAST(x AS VARCHAR), 'e', 1), '[^0-9]', '', 'g')) > 15
  THEN read_apart(CAST(x AS VARCHAR)) ELSE CAST(x AS VARCHAR) END;
-- A char is held without the blanks at its end; control characters would sort before them.
CREATE MACRO as_char(s, n) AS CASE WHEN regexp_matches(s, '[\x00-\x1F]') THEN error('a control character in a char is outside the portable subset; write varchar(n)') ELSE system.main.rtrim(left(s, n), ' ') END;
-- A number in so many letters, or an error.
CREATE MACRO fitting(s, n, lenient) AS CASE WHEN s IS NULL OR length(s) <= n THEN s WHEN lenient THEN NULL ELSE error('Value ' || s || ' cannot be represented as varchar(' || n || ')') END;

-- Strings. All of Java's white space is trimmed, not only the space.
CREATE MACRO white_space() AS ' ' || system.main.chr(9) || system.main.chr(10) || system.main.chr(11) || system.main.chr(12) || system.main.chr(13) || system.main.chr(28) || system.main.chr(29) || system.main.chr(30) || system.main.chr(31) || system.main.chr(5760) || system.main.chr(8192) || system.main.chr(8193) || system.main.chr(8194)
  || system.main.chr(8195) || system.main.chr(8196) || system.main.chr(8197) || system.main.chr(8198) || system.main.chr(8200) || system.main.chr(8201) || system.main.chr(8202) || system.main.chr(8232) || system.main.chr(8233) || system.main.chr(8287) || system.main.chr(12288);
-- Letters whose other case the releases of Unicode tell apart; ß stays what it is.
CREATE MACRO one_case(s) AS CASE WHEN regexp_matches(s, '[\x{19B}\x{264}\x{1C89}\x{1C8A}\x{1E9E}\x{2C2F}\x{2C5F}\x{A7C0}-\x{A7DC}\x{10570}-\x{105BC}\x{10D50}-\x{10D85}]')
  THEN error('a letter of which Unicode has had no other case for long is outside the portable subset') ELSE s END;
CREATE MACRO upper(s) AS CASE WHEN strlen(s) = length(s) THEN system.main.upper(s) ELSE system.main.replace(system.main.upper(one_case(s)), 'ẞ', 'ß') END;
CREATE MACRO lower(s) AS CASE WHEN strlen(s) = length(s) THEN system.main.lower(s) ELSE system.main.lower(one_case(s)) END;
CREATE MACRO trim(s) AS system.main.trim(s, white_space()), (s, letters) AS system.main.trim(s, letters);
CREATE MACRO ltrim(s) AS system.main.ltrim(s, white_space()), (s, letters) AS system.main.ltrim(s, letters);
CREATE MACRO rtrim(s) AS system.main.rtrim(s, white_space()), (s, letters) AS system.main.rtrim(s, letters);
-- Position 0, one beyond the beginning, and a length below 1 give nothing.
CREATE MACRO substr(s, i) AS CASE WHEN i = 0 OR -i > length(s) THEN substring(s, 1, 0) ELSE substring(s, i) END,
  (s, i, n) AS CASE WHEN i = 0 OR -i > length(s) OR n <= 0 THEN substring(s, 1, 0) ELSE substring(s, i, n) END;
CREATE MACRO letters_reversed(s) AS CASE WHEN strlen(s) = length(s) THEN system.main.reverse(s) ELSE array_to_string(list_reverse(system.main.regexp_extract_all(s, '(?s).')), '') END;
CREATE MACRO replace(s, a) AS replace(s, a, ''),
  (s, a, b) AS CASE WHEN a = '' THEN error('replace of an empty text is outside the portable subset') ELSE system.main.replace(s, a, b) END;
CREATE MACRO pad_checked(n, p) AS CASE WHEN n < 0 OR p = '' THEN error('Target length must not be negative, nor the padding empty') ELSE CAST(n AS INTEGER) END;
CREATE MACRO lpad(s, n, p) AS system.main.lpad(s, pad_checked(n, p), p);
CREATE MACRO rpad(s, n, p) AS system.main.rpad(s, pad_checked(n, p), p);
CREATE MACRO split(s, d) AS CASE WHEN d = '' THEN error('The delimiter may not be the empty string') ELSE string_split(s, d) END,
  (s, d, n) AS CASE WHEN d = '' OR n <= 0 OR n > 2147483647 THEN error('Limit must be positive, and no more than 2147483647, and the delimiter not empty') WHEN len(string_split(s, d)) <= n THEN string_split(s, d)
    ELSE list_append(list_slice(string_split(s, d), 1, n - 1), substring(s, CAST(1 + coalesce(list_sum(list_transform(list_slice(string_split(s, d), 1, n - 1), lambda p$: length(p$) + length(d))), 0) AS BIGINT))) END;
-- Each entry has one delimiter; a delimiter at the end ends nothing.
CREATE MACRO split_to_map(s, d, k) AS CASE WHEN d = '' OR k = '' OR d = k THEN error('Delimiters must not be empty, nor the same') WHEN s = '' THEN map() ELSE map_from_entries(list_transform(
  string_split(CASE WHEN ends_with(s, d) THEN left(s, length(s) - length(d)) ELSE s END, d), lambda p$: CASE WHEN len(string_split(p$, k)) = 2 THEN struct_pack(key := string_split(p$, k)[1], value := string_split(p$, k)[2])
  ELSE error('Key-value delimiter must appear exactly once in each entry. Bad input: ' || p$) END)) END;
-- NULL beyond the last part.
CREATE MACRO split_part(s, d, i) AS CASE WHEN d = '' OR i <= 0 THEN error('Index must be greater than zero, and the delimiter not empty') ELSE list_extract(string_split(s, d), i) END;
CREATE MACRO chr(n) AS system.main.chr(CAST(n AS INTEGER));
-- Letters and their accents as one character (NFC), or apart (NFD, of Latin letters: `normalize.ts` has the table).
-- Letters that came to Unicode after Java 17 are refused.
CREATE MACRO long_known(s) AS CASE WHEN regexp_matches(s, '[\x{10570}-\x{105FF}\x{11380}-\x{113FF}\x{11930}-\x{1193F}\x{16100}-\x{1613F}\x{16D40}-\x{16D7F}]') THEN error('a letter that Unicode has not had for long is outside the portable subset') ELSE s END;
CREATE MACRO taken_apart(s, letters) AS CASE WHEN strlen(s) = length(s) THEN s WHEN regexp_matches(s, '[^\x00-\x{24F}\x{1E00}-\x{1EFF}\x{2010}-\x{2027}\x{20AC}]')
  THEN error('normalize to NFD of other than Latin letters is outside the portable subset') ELSE array_to_string(list_transform(system.main.regexp_extract_all(s, '(?s).'), lambda c$: coalesce(map_extract_value(letters, c$), c$)), '') END;
CREATE MACRO composed(s) AS nfc_normalize(long_known(s));
-- The parts of format: NULL is written out, thousands have commas, what is too short is filled up.
CREATE MACRO concat_all(parts) AS array_to_string(list_transform(parts, lambda p$: coalesce(p$, 'null')), '');
CREATE MACRO with_thousands(s) AS CASE WHEN starts_with(s, '-') THEN '-' ELSE '' END || system.main.format('{:,}', CAST(system.main.regexp_extract(s, '[0-9]+') AS HUGEINT)) || system.main.regexp_extract(s, '\.[0-9]*');
CREATE MACRO padded_to(s, n, how) AS CASE WHEN length(coalesce(s, 'null')) >= n THEN s WHEN how = '-' THEN system.main.rpad(coalesce(s, 'null'), n, ' ')
  WHEN how = '0' AND starts_with(s, '-') THEN '-' || system.main.lpad(substring(s, 2), n - 1, '0') ELSE system.main.lpad(coalesce(s, 'null'), n, CASE WHEN how = '0' THEN '0' ELSE ' ' END) END;
-- DuckDB counts bytes.
CREATE MACRO ascii_only(s) AS CASE WHEN strlen(s) = length(s) THEN s WHEN s IS NOT NULL THEN error('the distance of letters beyond ASCII is outside the portable subset') END;
CREATE MACRO distance_of_letters(a, b) AS levenshtein(ascii_only(a), ascii_only(b));
CREATE MACRO hamming_of_letters(a, b) AS hamming(ascii_only(a), ascii_only(b));
CREATE MACRO codepoint(s) AS CASE WHEN length(s) = 1 THEN ord(s) WHEN s IS NOT NULL THEN error('codepoint takes one character') END;

-- Patterns. No match is NULL, and all matches are replaced. Trino's $ also stands before a line break that ends the text, DuckDB's only at the very end:
-- where a pattern has $ and nothing in it takes a line break, the text is looked at without its last one.
-- The engines know letters of different years: with \p{…} only Latin ones, and what is written with them.
CREATE MACRO latin(s, p) AS CASE WHEN regexp_matches(p, '\\[pP]') AND regexp_matches(s, '[^\x00-\x{24F}\x{300}-\x{36F}\x{1E00}-\x{1EFF}\x{2010}-\x{2027}\x{20AC}]')
  THEN error('a pattern with \p{…} over other than Latin letters is outside the portable subset') ELSE s END;
CREATE MACRO has_end(p) AS regexp_matches(p, '^(?:[^\\\[$]|\\.|\[\^?\]?(?:\\.|[^\]\\])*\])*\$');
CREATE MACRO takes_breaks(p) AS regexp_matches(p, '\[\^|[\x00-\x1F]');
CREATE MACRO breaks_off(s, p) AS has_end(p) AND ends_with(s, chr(10));
CREATE MACRO without_break(s, p) AS CASE WHEN NOT breaks_off(s, p) THEN latin(s, p)
  WHEN takes_breaks(p) THEN error('$ in a pattern with [^…], in a text that ends in a line break, is outside the portable subset; write rtrim(x)') ELSE left(s, length(s) - 1) END;
CREATE MACRO regexp_like(s, p) AS regexp_matches(latin(s, p), p) OR (breaks_off(s, p) AND regexp_matches(left(s, length(s) - 1), p));
CREATE MACRO extracted(s, p, g) AS CASE WHEN regexp_matches(s, p) THEN system.main.regexp_extract(s, p, g) END;
CREATE MACRO regexp_extract(s, p) AS extracted(without_break(s, p), p, 0), (s, p, g) AS extracted(without_break(s, p), p, g);
CREATE MACRO regexp_extract_all(s, p) AS system.main.regexp_extract_all(without_break(s, p), p), (s, p, g) AS system.main.regexp_extract_all(without_break(s, p), p, g);
CREATE MACRO regexp_count(s, p) AS CAST(len(system.main.regexp_extract_all(without_break(s, p), p)) AS BIGINT);
CREATE MACRO last_break(s, p) AS CASE WHEN breaks_off(s, p) THEN chr(10) ELSE '' END;
CREATE MACRO regexp_replace(s, p) AS system.main.regexp_replace(without_break(s, p), p, '', 'g') || last_break(s, p),
  (s, p, r) AS system.main.regexp_replace(without_break(s, p), p, r, 'g') || last_break(s, p);
CREATE MACRO regexp_split(s, p) AS CASE WHEN breaks_off(s, p) THEN error('$ in a pattern, in a text that ends in a line break, is outside the portable subset; write rtrim(x)') ELSE regexp_split_to_array(latin(s, p), p) END;

-- JSON. Scalars only, NULL for what is no JSON; of what begins as JSON and was cut, Trino may still find a value; numbers with a fraction are refused, since DuckDB writes 13.50 as 13.5.
-- DuckDB also takes a comma before a closing bracket, NaN and Infinity.
CREATE MACRO is_loose_json(s) AS regexp_matches(s, ',[\t\n\r ]*[\]}]|(?i)nan|inf') AND regexp_matches(system.main.regexp_replace(s, '"(?:\\.|[^"\\])*"', '0', 'g'), ',[\t\n\r ]*[\]}]|(?i)nan|inf');
CREATE MACRO is_json(j) AS json_valid(j) AND NOT is_loose_json(CAST(j AS VARCHAR));
CREATE MACRO valid_json(j) AS CASE WHEN is_json(j) THEN j WHEN regexp_matches(j, '^[\t\n\r ]*([\[{"]|-?[0-9])') THEN error('a text that begins as JSON and is none, such as one that was cut, is outside the portable subset') END;
CREATE MACRO json_extract_scalar(j, p) AS CASE json_type(valid_json(j), p) WHEN 'OBJECT' THEN NULL WHEN 'ARRAY' THEN NULL WHEN 'NULL' THEN NULL
  WHEN 'DOUBLE' THEN error('json_extract_scalar of a number with a fraction is outside the portable subset; write CAST(json_extract_scalar(…) AS double)') ELSE json_extract_string(valid_json(j), p) END;
CREATE MACRO json_extract(j, p) AS system.main.json_extract(valid_json(j), p);
CREATE MACRO whole_json(j) AS CASE WHEN is_json(j) THEN j END;
CREATE MACRO json_array_length(j) AS CASE WHEN json_type(whole_json(j)) = 'ARRAY' THEN CAST(system.main.json_array_length(whole_json(j)) AS BIGINT) END;
CREATE MACRO json_written(j) AS CASE WHEN regexp_matches(CAST(j AS VARCHAR), '\\u|[\x{10000}-\x{10FFFF}]') THEN error('control characters and emoji in JSON are outside the portable subset') ELSE CAST(j AS VARCHAR) END;
-- The keys of a map are sorted.
CREATE MACRO sorted_map(m) AS CASE WHEN m IS NOT NULL THEN map_from_entries(list_sort(map_entries(m))) END;
-- Casts of JSON values. A number with a fraction is a text in several ways, and more than 15 digits are not kept.
CREATE MACRO json_not_cast(j, t) AS CASE WHEN j IS NOT NULL THEN error('Cannot cast to ' || t || ': ' || CAST(j AS VARCHAR)) END;
CREATE MACRO json_member(j, k) AS system.main.json_extract(j, '/' || system.main.replace(system.main.replace(k, '~', '~0'), '/', '~1'));
-- Fields of rows are found whatever their capitals.
CREATE MACRO json_keys_of(j, k) AS list_filter(json_keys(j), lambda k$: system.main.lower(k$) = k);
CREATE MACRO json_field(j, k) AS CASE len(json_keys_of(j, k)) WHEN 0 THEN NULL WHEN 1 THEN json_member(j, list_extract(json_keys_of(j, k), 1)) ELSE error('Duplicate field: ' || k) END;
CREATE MACRO json_text(j) AS json_extract_string(j, '$');
CREATE MACRO json_digits(j) AS CASE WHEN length(system.main.regexp_replace(json_text(j), '[^0-9]', '', 'g')) > 15 OR system.main.contains(system.main.lower(json_text(j)), 'e')
  THEN error('a number in JSON of so many digits is outside the portable subset') ELSE json_text(j) END;
CREATE MACRO json_as_text(j) AS CASE json_type(j) WHEN 'VARCHAR' THEN json_text(j) WHEN 'BOOLEAN' THEN json_text(j) WHEN 'BIGINT' THEN json_text(j) WHEN 'UBIGINT' THEN json_text(j) WHEN 'NULL' THEN NULL
  WHEN 'DOUBLE' THEN error('a number with a fraction in JSON cast to varchar is outside the portable subset; write CAST(… AS double)') ELSE json_not_cast(j, 'varchar') END;
CREATE MACRO json_as_boolean(j) AS CASE json_type(j) WHEN 'BOOLEAN' THEN CAST(json_text(j) AS BOOLEAN) WHEN 'VARCHAR' THEN CAST(boolean_text(json_text(j), false) AS BOOLEAN)
  WHEN 'BIGINT' THEN json_text(j) <> '0' WHEN 'UBIGINT' THEN CAST(json_text(j) AS BIGINT) <> 0 WHEN 'DOUBLE' THEN CAST(json_digits(j) AS DOUBLE) <> 0 WHEN 'NULL' THEN NULL ELSE json_not_cast(j, 'boolean') END;
CREATE MACRO json_as_whole(j) AS CASE json_type(j) WHEN 'BIGINT' THEN CAST(json_text(j) AS BIGINT) WHEN 'UBIGINT' THEN CAST(json_text(j) AS BIGINT) WHEN 'DOUBLE' THEN CAST(system.main.round(CAST(json_text(j) AS DOUBLE)) AS BIGINT)
  WHEN 'VARCHAR' THEN CAST(whole_text(json_text(j), false) AS BIGINT) WHEN 'BOOLEAN' THEN CAST(CAST(json_text(j) AS BOOLEAN) AS BIGINT) WHEN 'NULL' THEN NULL ELSE json_not_cast(j, 'bigint') END;
CREATE MACRO json_as_double(j) AS CASE json_type(j) WHEN 'BIGINT' THEN CAST(json_text(j) AS DOUBLE) WHEN 'UBIGINT' THEN CAST(json_text(j) AS DOUBLE) WHEN 'DOUBLE' THEN CAST(json_text(j) AS DOUBLE)
  WHEN 'VARCHAR' THEN CAST(double_text(json_text(j), false) AS DOUBLE) WHEN 'BOOLEAN' THEN CAST(CAST(json_text(j) AS BOOLEAN) AS DOUBLE) WHEN 'NULL' THEN NULL ELSE json_not_cast(j, 'double') END;
CREATE MACRO json_as_decimal(j) AS CASE json_type(j) WHEN 'BIGINT' THEN json_text(j) WHEN 'UBIGINT' THEN json_text(j) WHEN 'DOUBLE' THEN json_digits(j) WHEN 'VARCHAR' THEN decimal_text(json_text(j), false)
  WHEN 'BOOLEAN' THEN CAST(CAST(CAST(json_text(j) AS BOOLEAN) AS INTEGER) AS VARCHAR) WHEN 'NULL' THEN NULL ELSE json_not_cast(j, 'decimal') END;
-- A number with a fraction that becomes a number may be written in any way.
CREATE MACRO json_extract_double(j, p) AS CASE json_type(valid_json(j), p) WHEN 'DOUBLE' THEN json_extract_string(valid_json(j), p) ELSE json_extract_scalar(j, p) END;
CREATE MACRO json_extract_decimal(j, p) AS CASE json_type(valid_json(j), p) WHEN 'DOUBLE' THEN json_digits(system.main.json_extract(valid_json(j), p)) ELSE json_extract_scalar(j, p) END;
-- What is no JSON fails in the cast, which TRY takes.
CREATE MACRO json_parse(s) AS CAST(CASE WHEN is_loose_json(s) THEN '{' ELSE s END AS JSON);
-- The item at a path of the standard's: NULL where there is none. Lax paths go into arrays, and take what is none for an array of one: there they stop.
CREATE MACRO json_read(s) AS CASE WHEN is_json(s) THEN s WHEN regexp_matches(s, '^[\t\n\r ]*(true|false|null|[\[{"]|-?[0-9])') THEN error('a text that begins as JSON and is none, such as one that was cut, is outside the portable subset') END;
CREATE MACRO json_item(s, p, parents) AS CASE WHEN len(list_filter(json_keys(json_read(s), parents), lambda k$: len(list_distinct(k$)) < len(k$))) > 0 THEN error('a key that stands twice in JSON is outside the portable subset')
  ELSE system.main.json_extract(json_read(s), p) END;
CREATE MACRO json_lax_item(s, p, parents, arrays) AS CASE WHEN list_contains(json_type(json_read(s), parents), 'ARRAY') OR len(list_filter(json_type(json_read(s), arrays), lambda t$: t$ <> 'ARRAY')) > 0
  THEN error('a lax path into an array, or with an index into what is none, is outside the portable subset; write it as strict') ELSE json_item(s, p, parents) END;
CREATE MACRO json_item_text(j) AS CASE json_type(j) WHEN 'VARCHAR' THEN json_text(j) WHEN 'BOOLEAN' THEN json_text(j) WHEN 'BIGINT' THEN CAST(TRY_CAST(json_text(j) AS BIGINT) AS VARCHAR) WHEN 'UBIGINT' THEN CAST(TRY_CAST(json_text(j) AS BIGINT) AS VARCHAR)
  WHEN 'DOUBLE' THEN error('json_value of a number with a fraction is outside the portable subset; write RETURNING double') END;
CREATE MACRO json_scalar(j) AS CASE WHEN json_type(j) NOT IN ('OBJECT', 'ARRAY') THEN j END;

-- DuckDB leaves a blank and what is no escape as they are; Java's form has a plus for a blank.
CREATE MACRO decoded(s) AS CASE WHEN regexp_full_match(s, '([^%]|%[0-9A-Fa-f]{2})*') THEN url_decode(system.main.replace(s, '+', ' ')) WHEN s IS NOT NULL THEN error('URLDecoder: illegal escape in ' || s) END;
CREATE MACRO encoded(s) AS system.main.replace(system.main.replace(system.main.replace(url_encode(s), '%20', '+'), '~', '%7E'), '%2A', '*');

-- URLs, as java.net.URI takes them apart: NULL for what is no URI, '' for a part that it has not. What comes behind a path is the same everywhere;
-- before it stand a scheme and an authority, an authority that is empty, a path alone, or a scheme and something opaque (mailto:a@b).
-- Letters beyond ASCII and IPv6 hosts are refused, and so are escapes whose decoding has changed between versions of Trino.
CREATE MACRO url_tail() AS '(\?([A-Za-z0-9_.!~*''();/?:@&=+$,\[\]-]|%[0-9A-Fa-f]{2})*)?(#([A-Za-z0-9_.!~*''();/?:@&=+$,\[\]-]|%[0-9A-Fa-f]{2})*)?';
CREATE MACRO url_forms() AS '([A-Za-z][A-Za-z0-9+.-]*:)?//([A-Za-z0-9_.!~*''()$,;:@&=+-]|%[0-9A-Fa-f]{2})+(/([A-Za-z0-9_.!~*''():@&=+$,;/-]|%[0-9A-Fa-f]{2})*)?' || url_tail()
  || '|([A-Za-z][A-Za-z0-9+.-]*:)?//(/([A-Za-z0-9_.!~*''():@&=+$,;/-]|%[0-9A-Fa-f]{2})*|\?([A-Za-z0-9_.!~*''();/?:@&=+$,\[\]-]|%[0-9A-Fa-f]{2})*|#([A-Za-z0-9_.!~*''();/?:@&=+$,\[\]-]|%[0-9A-Fa-f]{2})*)' || url_tail()
  || '|([A-Za-z][A-Za-z0-9+.-]*:)?/(([A-Za-z0-9_.!~*''():@&=+$,;-]|%[0-9A-Fa-f]{2})([A-Za-z0-9_.!~*''():@&=+$,;/-]|%[0-9A-Fa-f]{2})*)?' || url_tail()
  || '|(([A-Za-z0-9_.!~*''()@&=+$,;-]|%[0-9A-Fa-f]{2})+(/([A-Za-z0-9_.!~*''():@&=+$,;/-]|%[0-9A-Fa-f]{2})*)?)?' || url_tail()
  || '|[A-Za-z][A-Za-z0-9+.-]*:([A-Za-z0-9_.!~*''();?:@&=+$,\[\]-]|%[0-9A-Fa-f]{2})([A-Za-z0-9_.!~*''();/?:@&=+$,\[\]-]|%[0-9A-Fa-f]{2})*(#([A-Za-z0-9_.!~*''();/?:@&=+$,\[\]-]|%[0-9A-Fa-f]{2})*)?';
CREATE MACRO uri(u) AS CASE WHEN regexp_full_match(u, url_forms()) THEN u
  WHEN regexp_matches(u, '[^\x00-\x7F]') THEN error('a URL with letters beyond ASCII is outside the portable subset')
  WHEN regexp_matches(u, '^([A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*[\[\]]') THEN error('a URL with an IPv6 host is outside the portable subset') END;
CREATE MACRO contains_text(s, t) AS system.main.contains(s, t);
CREATE MACRO unescaped(s) AS CASE WHEN contains_text(s, '%') THEN url_decode(s) ELSE s END;
CREATE MACRO is_opaque(u) AS regexp_matches(u, '^[A-Za-z][A-Za-z0-9+.-]*:[^/]');
CREATE MACRO url_extract_protocol(u) AS system.main.regexp_extract(uri(u), '^([A-Za-z][A-Za-z0-9+.-]*):', 1);
CREATE MACRO url_authority(u) AS system.main.regexp_extract(uri(u), '^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//([^/?#]*)', 1);
-- An authority that names no host by these rules is one all the same: its host is ''.
CREATE MACRO url_extract_host(u) AS system.main.regexp_extract(url_authority(u), '^(?:(?:[A-Za-z0-9_.!~*''();:&=+$,-]|%[0-9A-Fa-f]{2})*@)?('
  || '(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?'
  || '|(?:0*(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})\.){3}0*(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2}))(?::0*[0-9]{0,9})?$', 1);
CREATE MACRO url_extract_path(u) AS CASE WHEN is_opaque(uri(u)) THEN '' ELSE unescaped(system.main.regexp_extract(uri(u), '^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?([^?#]*)', 1)) END;
CREATE MACRO url_query(u) AS CASE WHEN regexp_matches(uri(u), '^[^?#]*\?') AND NOT is_opaque(u) THEN system.main.regexp_extract(uri(u), '^[^?#]*\?([^#]*)', 1) END;
CREATE MACRO url_extract_query(u) AS CASE WHEN u IS NULL OR uri(u) IS NULL THEN NULL ELSE unescaped(coalesce(url_query(u), '')) END;
CREATE MACRO url_extract_fragment(u) AS CASE WHEN u IS NULL OR uri(u) IS NULL THEN NULL ELSE unescaped(system.main.regexp_extract(uri(u), '#(.*)$', 1)) END;
CREATE MACRO url_parameter(p, k) AS CASE WHEN len(p) = 0 THEN NULL WHEN regexp_matches(p[1], '\+|%(26|3[dD])')
  THEN error('a URL parameter with + or an escaped & or = is outside the portable subset; write replace(url, ''+'', ''%20'')') ELSE unescaped(substring(p[1], length(k) + 2)) END;
CREATE MACRO url_extract_parameter(u, k) AS url_parameter(list_filter(string_split(url_query(u), '&'), lambda p$: p$ = k OR starts_with(p$, k || '=')), k);

-- Hashes take and give bytes.
CREATE MACRO to_utf8(s) AS encode(s);
CREATE MACRO from_utf8(b) AS decode(b);
CREATE MACRO to_hex(b) AS hex(b);
CREATE MACRO from_hex(s) AS unhex(s);
CREATE MACRO md5(b) AS unhex(system.main.md5(b));
CREATE MACRO sha1(b) AS unhex(system.main.sha1(b));
CREATE MACRO sha256(b) AS unhex(system.main.sha256(b));

-- Numbers. Division by zero fails; DuckDB gives NULL. Decimals are divided as whole numbers of their last decimals.
CREATE MACRO nonzero(d) AS CASE WHEN d = 0 THEN failing('Division by zero', d) ELSE d END;
CREATE MACRO power_of_ten(n) AS CAST('1' || system.main.repeat('0', CAST(n AS BIGINT)) AS HUGEINT);
CREATE MACRO units_of(x, s) AS CAST(x * power_of_ten(s) AS HUGEINT);
CREATE MACRO real_of(x, s) AS CAST(CAST(units_of(x, s) AS BIGINT) AS FLOAT) / CAST(power_of_ten(s) AS FLOAT);
CREATE MACRO whole_mod(a, b) AS a % nonzero(b);
-- DuckDB goes round the end of the type.
CREATE MACRO whole_round(a, n) AS CASE WHEN n >= 0 THEN a WHEN n < -18 THEN error('round of a whole number to such a place is outside the portable subset') ELSE (CAST(a AS HUGEINT) + sign(a) * (power_of_ten(-n) // 2)) // power_of_ten(-n) * power_of_ten(-n) END;
CREATE MACRO log(b, x) AS system.main.ln(x) / system.main.ln(b);
CREATE MACRO e() AS system.main.exp(1.0e0);
CREATE MACRO not_too_deep(n) AS CASE WHEN n > 0 THEN error('Recursion depth limit exceeded (10), which is Trino''s') ELSE true END;
-- The release whose SQL this is: drivers ask for it.
CREATE MACRO version() AS '435';
CREATE MACRO infinity() AS CAST('Infinity' AS DOUBLE);
CREATE MACRO bitwise_and(a, b) AS CAST(a AS BIGINT) & CAST(b AS BIGINT);
CREATE MACRO bitwise_or(a, b) AS CAST(a AS BIGINT) | CAST(b AS BIGINT);
CREATE MACRO bitwise_not(a) AS ~CAST(a AS BIGINT);
CREATE MACRO bitwise_xor(a, b) AS xor(CAST(a AS BIGINT), CAST(b AS BIGINT));
CREATE MACRO width_bucket(x, lo, hi, n) AS CASE WHEN n <= 0 OR lo >= hi OR NOT isfinite(CAST(lo AS DOUBLE)) OR NOT isfinite(CAST(hi AS DOUBLE)) THEN error('width_bucket takes rising, finite bounds and a positive count') WHEN x < lo THEN 0 WHEN x >= hi THEN n + 1
  ELSE CAST(floor(n * (CAST(x AS DOUBLE) - lo) / (CAST(hi AS DOUBLE) - lo)) AS BIGINT) + 1 END;
-- A bar from red to green in the 256 colours of terminals: half of the way green rises, then red falls. As Java has it, the way is a float. Compared for up to 999 cells.
CREATE MACRO sixth_of_colour(share) AS CAST(floor(floor(system.main.least(255, share * 510 + 0.5)) * 6 / 256) AS INTEGER);
CREATE MACRO bar_colour(p) AS CASE WHEN isfinite(p) THEN 16 + 36 * sixth_of_colour(1 - p) + 6 * sixth_of_colour(p) ELSE 16 END;
CREATE MACRO bar_cells(x, n) AS CASE WHEN x > 0 THEN CAST(system.main.least(trunc(x * n), n) AS BIGINT) ELSE 0 END;
CREATE MACRO bar(x, n) AS CASE WHEN n > 999 THEN error('a bar of more than 999 cells is outside the portable subset') WHEN x IS NOT NULL THEN array_to_string(list_transform(range(bar_cells(x, n)),
  lambda i$: chr(27) || '[38;5;' || bar_colour(CAST(CAST(CAST(i$ AS DOUBLE) / (n - 1) AS FLOAT) AS DOUBLE)) || 'm█'), '') || chr(27) || '[0m' || system.main.repeat(' ', system.main.greatest(n - bar_cells(x, n), 0)) END;
-- NULL where the sum of squares is zero; DuckDB gives NaN.
CREATE MACRO finite(x) AS CASE WHEN isfinite(x) THEN x END;

CREATE MACRO most_counted(m, n) AS CASE WHEN n < 2 THEN error('approx_most_frequent bucket count must be greater than one, input bucket count: ' || n)
  ELSE map_from_entries(list_transform(list_slice(list_reverse_sort(list_transform(map_entries(m), lambda e$: struct_pack(n := CAST(struct_extract(e$, 'value') AS BIGINT), k := struct_extract(e$, 'key')))), 1, n), lambda e$: struct_pack(key := struct_extract(e$, 'k'), value := struct_extract(e$, 'n')))) END;

-- Arrays. Position 0 is an error, beyond the end is NULL.
CREATE MACRO item_at(a, i) AS CASE WHEN a IS NULL OR i IS NULL THEN NULL WHEN i = 0 THEN error('SQL array indices start at 1') WHEN i < 0 THEN error('Array subscript is negative: ' || i)
  WHEN i > len(a) THEN error('Array subscript must be less than or equal to array length: ' || i || ' > ' || len(a)) ELSE list_extract(a, i) END;
CREATE MACRO value_at(m, k) AS CASE WHEN m IS NULL OR k IS NULL THEN NULL WHEN NOT map_contains(m, k) THEN error('Key not present in map: ' || CAST(k AS VARCHAR)) ELSE map_extract_value(m, k) END;
-- approx_percentile: of n values that of rank ⌊p·n⌋ + 1, the last at most.
CREATE MACRO share_checked(p) AS CASE WHEN p < 0 OR p > 1 THEN error('Percentile must be between 0 and 1') ELSE p END;
CREATE MACRO ranked(l, p) AS list_extract(l, least(CAST(system.main.floor(share_checked(p) * len(l)) AS BIGINT) + 1, len(l)));
CREATE MACRO value_at_share(l, p) AS list_extract(list_transform([struct_pack(l := list_sort(list_filter(l, lambda x$: x$ IS NOT NULL)), p := CAST(p AS DOUBLE))], lambda v$: ranked(struct_extract(v$, 'l'), struct_extract(v$, 'p'))), 1);
CREATE MACRO values_at_shares(l, p) AS list_extract(list_transform([struct_pack(l := list_sort(list_filter(l, lambda x$: x$ IS NOT NULL)), p := p)],
  lambda v$: CASE WHEN len(struct_extract(v$, 'l')) > 0 THEN list_transform(struct_extract(v$, 'p'), lambda p$: ranked(struct_extract(v$, 'l'), CAST(p$ AS DOUBLE))) END), 1);
CREATE MACRO element_at(a, i) AS CASE WHEN i = 0 THEN error('SQL array indices start at 1') ELSE list_extract(a, i) END;
-- Offsets of windows: DuckDB looks the other way for one below zero, and gives NULL for nth_value.
CREATE MACRO offset_checked(n, least_of) AS CASE WHEN n < least_of THEN error('Offset must be at least ' || least_of) ELSE n END;
-- count_if: DuckDB's own is null over no rows.
CREATE MACRO true_or_null(condition) AS CASE WHEN condition THEN true END;
-- NULL where it is not found and an element is NULL.
CREATE MACRO any_true(l) AS CASE WHEN l IS NULL THEN NULL WHEN list_contains(l, true) THEN true WHEN len(l) > list_count(l) THEN NULL ELSE false END;
CREATE MACRO all_true(l) AS CASE WHEN l IS NULL THEN NULL WHEN list_contains(l, false) THEN false WHEN len(l) > list_count(l) THEN NULL ELSE true END;
CREATE MACRO contains(a, x) AS CASE WHEN a IS NULL OR x IS NULL THEN NULL WHEN list_contains(a, x) THEN true WHEN len(a) > list_count(a) THEN NULL ELSE false END;
CREATE MACRO array_join(a, d) AS CASE WHEN a IS NOT NULL AND d IS NOT NULL THEN coalesce(array_to_string(a, d), '') END,
  (a, d, n) AS CASE WHEN a IS NOT NULL AND d IS NOT NULL THEN coalesce(array_to_string(list_transform(a, lambda x$: coalesce(CAST(x$ AS VARCHAR), n)), d), '') END;
CREATE MACRO array_sort(a) AS list_sort(a, 'ASC', 'NULLS LAST');
CREATE MACRO array_distinct(a) AS list_filter(a, lambda x$, i$: coalesce(list_position(a, x$), i$) = i$);
-- Each key with its values, in the order of their coming.
CREATE MACRO grouped(l) AS list_extract(list_transform([list_filter(l, lambda e$: struct_extract(e$, 'k') IS NOT NULL)], lambda l$: CASE WHEN len(l$) > 0 THEN map_from_entries(list_transform(array_distinct(list_transform(l$, lambda e$: struct_extract(e$, 'k'))),
  lambda k$: struct_pack(key := k$, value := list_transform(list_filter(l$, lambda e$: struct_extract(e$, 'k') = k$), lambda e$: struct_extract(e$, 'v'))))) END), 1);
CREATE MACRO array_position(a, x) AS CASE WHEN a IS NOT NULL AND x IS NOT NULL THEN CAST(coalesce(list_position(a, x), 0) AS BIGINT) END;
CREATE MACRO array_remove(a, x) AS CASE WHEN x IS NOT NULL THEN list_filter(a, lambda y$: y$ IS NULL OR y$ <> x) END;
CREATE MACRO array_max(a) AS CASE WHEN len(a) = list_count(a) THEN list_max(a) END;
CREATE MACRO array_min(a) AS CASE WHEN len(a) = list_count(a) THEN list_min(a) END;
CREATE MACRO array_union(a, b) AS array_distinct(concat_arrays(a, b));
CREATE MACRO holds(a, x) AS coalesce(list_contains(a, x), false) OR (x IS NULL AND len(a) > list_count(a));
-- In the order of the longer one.
CREATE MACRO array_intersect(a, b) AS CASE WHEN len(b) > len(a) THEN array_distinct(list_filter(b, lambda x$: holds(a, x$)))
  WHEN b IS NOT NULL THEN array_distinct(list_filter(a, lambda x$: holds(b, x$))) END;
CREATE MACRO array_except(a, b) AS CASE WHEN b IS NOT NULL THEN array_distinct(list_filter(a, lambda x$: NOT holds(b, x$))) END;
CREATE MACRO arrays_overlap(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN list_has_any(list_filter(a, lambda x$: x$ IS NOT NULL), b) THEN true
  WHEN len(a) = 0 OR len(b) = 0 THEN false WHEN len(a) > list_count(a) OR len(b) > list_count(b) THEN NULL ELSE false END;
CREATE MACRO slice(a, i, n) AS CASE WHEN i = 0 OR n < 0 THEN error('SQL array indices start at 1, and a length is not negative') WHEN n = 0 OR -i > len(a) THEN list_slice(a, 1, 0)
  WHEN i > 0 THEN list_slice(a, i, i + n - 1) ELSE list_slice(a, len(a) + i + 1, len(a) + i + n) END;
CREATE MACRO repeat(x, n) AS CASE WHEN n < 0 THEN error('count argument of repeat function must be greater than or equal to 0: ' || CAST(n AS VARCHAR))
  WHEN n > 10000 OR n * strlen(CAST(x AS VARCHAR)) > 500000 THEN error('more than 10000 values, or such long ones, are too many for repeat') ELSE list_transform(range(CAST(n AS BIGINT)), lambda i$: x) END;
-- Falls where the end is below the start; dates stay dates.
CREATE MACRO sequence_short(a) AS CASE WHEN len(a) > 10000 THEN error('result of sequence function must not have more than 10000 entries') ELSE a END;
CREATE MACRO sequence_of(a, b, step) AS CASE WHEN step = 0 OR (b - a) * step < 0 THEN error('sequence stop value should be greater than or equal to start value if step is greater than zero')
  WHEN (CAST(b AS HUGEINT) - a) // step >= 10000 THEN sequence_short(range(10001)) ELSE list_transform(generate_series(CAST(a AS BIGINT), CAST(b AS BIGINT), CAST(step AS BIGINT)), lambda x$: x$) END;
-- Each date is so many steps from the first: 31 January, 29 February, 31 March. DuckDB's own series would go on from 29 February.
CREATE MACRO date_sequence(a, b, step) AS CASE WHEN a <> b AND (a + step > a) <> (b > a) THEN error('sequence stop value should be greater than or equal to start value if step is greater than zero')
  WHEN epoch(step) % 86400 <> 0 THEN error('sequence step must be a day interval if start and end values are dates')
  ELSE list_filter(list_transform(range(len(sequence_short(generate_series(CAST(a AS TIMESTAMP), CAST(b AS TIMESTAMP), step)))), lambda i$: CAST(a + step * i$ AS DATE)), lambda d$: d$ BETWEEN least(a, b) AND greatest(a, b)) END;
CREATE MACRO days_between(a, b) AS date_sequence(a, b, CASE WHEN b < a THEN INTERVAL '-1' DAY ELSE INTERVAL '1' DAY END);
CREATE MACRO clock_sequence(a, b, step) AS CASE WHEN a <> b AND (a + step > a) <> (b > a) THEN error('sequence stop value should be greater than or equal to start value if step is greater than zero')
  ELSE sequence_short(generate_series(CAST(a AS TIMESTAMP), CAST(b AS TIMESTAMP), step)) END;
CREATE MACRO sequence(a, b) AS sequence_of(a, b, CASE WHEN b < a THEN -1 ELSE 1 END), (a, b, step) AS sequence_of(a, b, step);
CREATE MACRO entries_map(a) AS map_from_entries(list_transform(a, lambda e$: CASE WHEN e$ IS NULL THEN error('map entry cannot be null') ELSE e$ END));
CREATE MACRO map_concat(a, b) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN system.main.map_concat(a, b) END;

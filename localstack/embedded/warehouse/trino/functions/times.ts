/** What is read off a date or a timestamp, as bigint, with DuckDB's spelling. */
const namedParts: Readonly<Record<string, string>> = {
  year: 'year', quarter: 'quarter', month: 'month', week: 'week', week_of_year: 'week', day: 'day', day_of_month: 'day', day_of_week: 'isodow',
  dow: 'isodow', day_of_year: 'dayofyear', doy: 'dayofyear', year_of_week: 'isoyear', yow: 'isoyear',
}; // prettier-ignore
const clockParts: Readonly<Record<string, string>> = {
  hour: 'hour',
  minute: 'minute',
  second: 'second',
  millisecond: 'millisecond_of_second',
};

function partsOf(parts: Readonly<Record<string, string>>, types: readonly string[]): string {
  return Object.entries(parts)
    .flatMap(([name, spelling]) => types.map((type) => `${name}(${type}) bigint | ${spelling} | cast`))
    .join('\n');
}

/** Functions of days and moments. The form of a line is told in `register.ts`. */
export const times = `
  current_date() date
  current_timestamp() utc | get_current_timestamp
  localtimestamp() timestamp | clock_now
  now() utc | get_current_timestamp
  date(varchar) date | iso_date
  date(date) date | date_of
  date(timestamp) date | date_of
  date(utc) date | date_of
  date(zoned) date | date_of
  date_trunc([day unit], date) date | date_trunc_date
  date_trunc([unit], timestamp) timestamp | system.main.date_trunc
  date_trunc([unit], utc) utc | system.main.date_trunc
  date_trunc([unit], zoned) zoned | system.main.date_trunc
  date_add([day unit], bigint, date) date | date_add_date < span_*
  date_add([unit], bigint, timestamp) timestamp | date_add_clock < span_*
  date_add([unit], bigint, utc) utc | date_add_instant < span_*
  date_diff([day unit], date, date) bigint | date_diff_*
  date_diff([unit], timestamp, timestamp) bigint | date_diff_*
  date_diff([unit], utc, utc) bigint | date_diff_*
  date_diff([time unit], instant, instant) bigint | date_diff_*
  last_day_of_month(date) date
  last_day_of_month(timestamp) date
  last_day_of_month(utc) date
  from_iso8601_date(varchar) date | iso_date
  from_iso8601_timestamp(varchar) instant
  at_timezone(instant, [utc]) utc | in_utc
  at_timezone(instant, [zone]) zoned
  with_timezone(timestamp, [utc]) utc
  with_timezone(timestamp, [zone]) instant
  to_unixtime(timestamp) double
  to_unixtime(instant) double
  from_unixtime(double) utc
  from_unixtime(double, [utc]) utc | from_unixtime_in
  from_unixtime(double, [zone]) zoned | from_unixtime_at
  parse_datetime(varchar, [parse joda]) utc
  to_milliseconds(interval day to second) bigint | milliseconds_of
  current_timezone() varchar
  to_iso8601(date) varchar
  to_iso8601(timestamp) varchar | iso_clock
  to_iso8601(utc) varchar | iso_instant
  date_format(date, [format]) varchar | strftime
  date_format(timestamp, [format]) varchar | strftime
  date_format(zoned, [format]) varchar | strftime
  date_format(utc, [format]) varchar | strftime
  format_datetime(date, [joda]) varchar | strftime
  format_datetime(timestamp, [joda]) varchar | strftime
  format_datetime(utc, [joda]) varchar | strftime
  format_datetime(zoned, [joda]) varchar | strftime
  date_parse(varchar, [parse format]) timestamp
${partsOf(namedParts, ['date', 'timestamp', 'utc', 'zoned'])}
${partsOf(clockParts, ['timestamp', 'utc', 'zoned'])}
`;

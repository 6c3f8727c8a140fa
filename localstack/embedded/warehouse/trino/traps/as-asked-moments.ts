import { asked, refused, type Trap } from './trap.ts';

/** As analysts write them: each is called by its own text. */
export const moments: readonly Trap[] = [
  asked("date_trunc('month', min(dt)) FROM days", '2024-01-01'),
  asked("date_add('day', 1, max(dt)) FROM days", '2024-01-03'),
  asked('max(dt) - min(dt) FROM days', '1 00:00:00.000'),
  asked('max(ts) - min(ts) FROM views', '0 01:00:00.000'),
  asked("max(ts) - min(ts) > INTERVAL '20' MINUTE FROM views", true),
  asked("-INTERVAL '2' DAY", '-2 00:00:00.000'),
  asked("3 * INTERVAL '2' HOUR", '0 06:00:00.000'),
  asked("INTERVAL '14' MONTH", '1-2'),
  asked("extract(year_of_week FROM DATE '2024-12-30')", 2025),
  asked(
    "format_datetime(TIMESTAMP '2024-03-05 06:07:08.009', 'yyyy-MM-dd HH:mm:ss.SSS a EEE EEEE MMM MMMM D e xxxx ww')",
    '2024-03-05 06:07:08.009 AM Tue Tuesday Mar March 65 2 2024 10',
  ),
  asked("format_datetime(DATE '2024-03-05', 'd/M/yy ''le'' HH')", '5/3/24 le 00'),
  asked("sequence(TIMESTAMP '2024-01-01 00:00:00', TIMESTAMP '2024-01-01 03:00:00', INTERVAL '1' HOUR)", [
    '2024-01-01 00:00:00.000',
    '2024-01-01 01:00:00.000',
    '2024-01-01 02:00:00.000',
    '2024-01-01 03:00:00.000',
  ]),
  asked("(DATE '2024-01-31' AT TIME ZONE 'UTC')", refused),
  asked("TIMESTAMP '2024-01-02 10:00:00' - TIMESTAMP '2024-01-01 10:00:00'", '1 00:00:00.000'),
  asked("DATE '2024-01-03' - DATE '2024-01-01'", '2 00:00:00.000'),
  asked("DATE '2024-01-03' - TIMESTAMP '2024-01-01 10:00:00'", '1 14:00:00.000'),
  asked("INTERVAL '1' DAY * 3", '3 00:00:00.000'),
  asked("2 * INTERVAL '1' MONTH", '0-2'),
  asked("INTERVAL '1' DAY + INTERVAL '2' HOUR", '1 02:00:00.000'),
  asked("CAST(DATE '2024-01-01' AS timestamp) AT TIME ZONE 'Europe/Paris' > TIMESTAMP '2023-01-01 00:00:00'", refused),
  asked("date_add('millisecond', 1, TIMESTAMP '2020-05-10 12:34:56')", refused),
];

-- One row is one day that moves a French shop's sales, 2015 to 2040: bank holidays, and occasions of which whole weeks
-- sell by themselves (first_day to last_day). Black Friday follows the fourth Thursday of November; Mother's Day is the
-- last Sunday of May, or the first of June where that is Whit Sunday.
WITH easters AS (
  SELECT sunday, date_format(CAST(sunday AS timestamp), '%Y') AS year FROM (VALUES
    DATE '2015-04-05', DATE '2016-03-27', DATE '2017-04-16', DATE '2018-04-01', DATE '2019-04-21',
    DATE '2020-04-12', DATE '2021-04-04', DATE '2022-04-17', DATE '2023-04-09', DATE '2024-03-31',
    DATE '2025-04-20', DATE '2026-04-05', DATE '2027-03-28', DATE '2028-04-16', DATE '2029-04-01',
    DATE '2030-04-21', DATE '2031-04-13', DATE '2032-03-28', DATE '2033-04-17', DATE '2034-04-09',
    DATE '2035-03-25', DATE '2036-04-13', DATE '2037-04-05', DATE '2038-04-25', DATE '2039-04-10',
    DATE '2040-04-01'
  ) AS t(sunday)
), anchors AS (
  SELECT year, sunday, CAST(concat(year, '-05-31') AS date) AS end_of_may,
    CAST(concat(year, '-11-01') AS date) AS november
  FROM easters
), moved AS (
  SELECT year, sunday, date_add('day', -(day_of_week(end_of_may) % 7), end_of_may) AS last_sunday,
    date_add('day', 22 + (11 - day_of_week(november)) % 7, november) AS black_friday
  FROM anchors
), fixed AS (
  SELECT concat(m.year, f.month_day) AS iso, f.occasion
  FROM moved AS m
  CROSS JOIN (VALUES ('-01-01', 'new_year'), ('-05-01', 'labour_day'), ('-05-08', 'victory'), ('-07-14', 'bastille'),
    ('-08-15', 'assumption'), ('-11-01', 'all_saints'), ('-11-11', 'armistice'), ('-12-25', 'christmas_day')
  ) AS f(month_day, occasion)
), found AS (
  SELECT CAST(iso AS date) AS day, occasion, 'bank holiday' AS kind, 0 AS before, 0 AS after FROM fixed
  UNION ALL SELECT date_add('day', 1, sunday), 'easter_monday', 'bank holiday', 0, 0 FROM moved
  UNION ALL SELECT date_add('day', 39, sunday), 'ascension', 'bank holiday', 0, 0 FROM moved
  UNION ALL SELECT date_add('day', 50, sunday), 'whit_monday', 'bank holiday', 0, 0 FROM moved
  UNION ALL SELECT CAST(concat(year, '-02-14') AS date), 'valentine', 'sale', 6, 0 FROM moved
  UNION ALL SELECT CASE WHEN last_sunday = date_add('day', 49, sunday) THEN date_add('day', 7, last_sunday)
    ELSE last_sunday END, 'mothers_day', 'sale', 13, 0 FROM moved
  UNION ALL SELECT black_friday, 'black_friday', 'sale', 4, 2 FROM moved
  UNION ALL SELECT CAST(concat(year, '-12-24') AS date), 'christmas', 'sale', 13, 0 FROM moved
)
SELECT day, occasion, kind, date_add('day', -before, day) AS first_day, date_add('day', after, day) AS last_day
FROM found

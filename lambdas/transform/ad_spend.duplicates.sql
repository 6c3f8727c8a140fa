-- The good rows of `staged` that another report of the same day makes void.
-- A pull is a file, or several that hold the pages of one report. A newer pull of an account and level replaces the
-- older ones whole: an ad that it no longer has is gone. Of a campaign that is reported on several levels the finest
-- counts, so that a coarser report only fills what a finer one lacks (Performance Max has no ads).
WITH good_rows AS (
  SELECT rowid AS id, _slice, _file, platform, account_id, campaign_id, pulled_on,
    list_position(['ad', 'ad_group', 'campaign', 'view'], level) AS grain,
    hash(campaign_id, ad_group_id, ad_id, segments) AS row_key
  FROM staged WHERE _reasons IS NULL
), files AS (
  SELECT _slice, platform, account_id, pulled_on, any_value(getvariable('file_pages')[_file]) AS pages,
    list(DISTINCT row_key) AS row_keys
  FROM good_rows GROUP BY ALL
), before AS (
  SELECT *, lag(pages) OVER by_name AS pages_before, lag(row_keys) OVER by_name AS row_keys_before
  FROM files WINDOW by_name AS (PARTITION BY _slice, platform, account_id ORDER BY pulled_on)
), pulls AS (
  -- The next page of the file before it: that one names a next page, and this one is not the first. Google's does not
  -- say so: there, no row stands in both.
  SELECT _slice, platform, account_id, pulled_on,
    sum(CASE WHEN pages_before.is_followed
      AND coalesce(NOT pages.is_first, NOT list_has_any(row_keys, row_keys_before)) THEN 0 ELSE 1 END)
      OVER (PARTITION BY _slice, platform, account_id ORDER BY pulled_on) AS pull
  FROM before
), pulled AS (
  SELECT g.*, pull, min(grain) OVER (PARTITION BY _slice, platform, account_id, pull) AS level
  FROM good_rows AS g JOIN pulls USING (_slice, platform, account_id, pulled_on)
), reports AS (
  SELECT _slice, platform, account_id, pull, level, list(DISTINCT campaign_id) AS campaigns FROM pulled GROUP BY ALL
), replaced AS (
  -- TikTok's reports need not name their account: without its id, those that share a campaign are of one.
  SELECT DISTINCT _slice, platform, account_id, older.pull
  FROM reports AS older JOIN reports AS newer USING (_slice, platform, account_id, level)
  WHERE newer.pull > older.pull AND (account_id <> 'tiktok' OR list_has_any(older.campaigns, newer.campaigns))
), ranked AS (
  SELECT id, rank() OVER (PARTITION BY _slice, platform, account_id, campaign_id ORDER BY grain, pull DESC) AS rank
  FROM pulled ANTI JOIN replaced USING (_slice, platform, account_id, pull)
)
SELECT id, _slice FROM good_rows WHERE id NOT IN (SELECT id FROM ranked WHERE rank = 1)

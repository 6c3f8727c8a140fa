-- One row is the credit that one model gives one touch of one conversion within one look-back (7, 30 or 90 days before
-- it). The credits of an order, a model and a look-back sum to 1; a touch without credit has no row. A conversion whose
-- touches are all older than the look-back is nobody's there: it has one touch of its own, Unassigned, as a conversion
-- has of which no touch is known at all.
-- A model of a rule is one row of `models` below, its name and its formula, and stands nowhere else: what else knows
-- the models reads them from here. A data-driven one gives each channel a weight for the week (attribution_weights): an
-- order's credit goes to the channels of its path in proportion to them, evenly to the touches of one channel; where
-- none of the path's channels has a weight, to all of them alike.
-- What is added up are whole numbers (of 10^-15): the last bit of a sum of doubles depends on the order in which they
-- come, and engines round a double to a decimal in ways of their own.
WITH lookbacks AS (
  SELECT lookback_days FROM (VALUES 7, 30, 90) AS t(lookback_days)
), paths AS (
  SELECT order_id, max(touched_at) AS last_touched_at, max(converted_at) AS converted_at, count(*) AS touches_of_path
  FROM touchpoints GROUP BY order_id
), candidates AS (
  SELECT t.order_id, t.touch_id, t.touched_at, t.position, t.channel, t.source, t.medium, t.campaign, t.campaign_id,
    t.platform, t.deal_id, t.influencer_id, l.lookback_days, p.touches_of_path,
    CAST(round(1E15 * power(2E0, CAST(date_diff('millisecond', t.converted_at, t.touched_at) AS double) / 604800000E0))
      AS bigint) AS decay
  FROM touchpoints AS t
  JOIN paths AS p ON p.order_id = t.order_id
  CROSS JOIN lookbacks AS l
  WHERE date_diff('millisecond', t.touched_at, t.converted_at) <= CAST(86400000 AS bigint) * l.lookback_days
  UNION ALL
  SELECT p.order_id, concat('none-', p.order_id), p.converted_at, CAST(1 AS bigint), 'Unassigned',
    CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar),
    CAST(NULL AS varchar), CAST(NULL AS varchar), l.lookback_days, CAST(1 AS bigint), CAST(1E15 AS bigint)
  FROM paths AS p CROSS JOIN lookbacks AS l
  WHERE date_diff('millisecond', p.last_touched_at, p.converted_at) > CAST(86400000 AS bigint) * l.lookback_days
), eligible AS (
  -- A touch that is alone on its path is the first, the last and all of it: to number it would cost most of the work
  -- where no visits are known.
  SELECT candidates.*, CAST(1 AS bigint) AS place, CAST(1 AS bigint) AS place_from_last,
    CAST(1 AS bigint) AS non_direct_place, CAST(1 AS bigint) AS touches, CAST(1 AS bigint) AS touches_of_channel,
    decay AS total_decay
  FROM candidates
  WHERE touches_of_path = 1
  UNION ALL
  SELECT t.*,
    row_number() OVER (PARTITION BY t.order_id, t.lookback_days ORDER BY t.position),
    row_number() OVER (PARTITION BY t.order_id, t.lookback_days ORDER BY t.position DESC),
    row_number()
      OVER (PARTITION BY t.order_id, t.lookback_days
        ORDER BY CASE WHEN t.channel = 'Direct'
          OR (t.source = '(not set)' AND t.medium = '(not set)' AND t.deal_id IS NULL AND t.campaign IS NULL
            AND t.campaign_id IS NULL) THEN 1 ELSE 0 END,
        t.position DESC),
    count(*) OVER (PARTITION BY t.order_id, t.lookback_days),
    count(*) OVER (PARTITION BY t.order_id, t.lookback_days, t.channel),
    sum(t.decay) OVER (PARTITION BY t.order_id, t.lookback_days)
  FROM candidates AS t
  WHERE t.touches_of_path > 1
), credited AS (
  SELECT e.order_id, models.attribution_model, e.lookback_days, e.touch_id, e.touched_at, e.channel, e.source,
    e.campaign, e.campaign_id, e.platform, e.deal_id, e.influencer_id, models.credit
  FROM eligible AS e
  CROSS JOIN UNNEST(ARRAY[
    ROW('first', CASE WHEN e.place = 1 THEN 1E0 ELSE 0E0 END),
    ROW('last', CASE WHEN e.place_from_last = 1 THEN 1E0 ELSE 0E0 END),
    -- The last that is neither Direct nor of unknown source, or the last where all are.
    ROW('last_non_direct', CASE WHEN e.non_direct_place = 1 THEN 1E0 ELSE 0E0 END),
    ROW('linear', 1E0 / CAST(e.touches AS double)),
    -- 40 % for the first and for the last, and 20 % shared between the others; of two touches each has half.
    ROW('position_based', CASE WHEN e.touches <= 2 THEN 1E0 / CAST(e.touches AS double)
      WHEN e.place = 1 OR e.place_from_last = 1 THEN 0.4E0 ELSE 0.2E0 / CAST(e.touches - 2 AS double) END),
    -- 2^(-days/7), normalised.
    ROW('time_decay', CAST(e.decay AS double) / CAST(e.total_decay AS double))
  ]) AS models(attribution_model, credit)
), learnt AS (
  SELECT attribution_model, channel, weight, dt, max(dt) OVER () AS newest_dt FROM attribution_weights
), weighed AS (
  SELECT e.*, m.attribution_model,
    CAST(round(1E15 / CAST(e.touches_of_channel AS double)) AS bigint) AS even_part,
    CAST(round(1E15 * coalesce(w.weight, 0E0) / CAST(e.touches_of_channel AS double)) AS bigint) AS part
  FROM eligible AS e
  JOIN attribution_models AS m ON m.kind = 'data_driven'
  -- Until the daily run has learnt from the week before, the weights of that week hold on.
  LEFT JOIN learnt AS w ON w.attribution_model = m.attribution_model AND w.channel = e.channel AND w.dt = w.newest_dt
), summed AS (
  SELECT weighed.*, part AS parts, even_part AS even_parts FROM weighed WHERE touches = 1
  UNION ALL
  SELECT weighed.*,
    sum(part) OVER (PARTITION BY order_id, attribution_model, lookback_days),
    sum(even_part) OVER (PARTITION BY order_id, attribution_model, lookback_days)
  FROM weighed
  WHERE touches > 1
), all_credits AS (
  SELECT * FROM credited
  UNION ALL
  SELECT order_id, attribution_model, lookback_days, touch_id, touched_at, channel, source, campaign, campaign_id,
    platform,
    deal_id, influencer_id, CASE WHEN parts > 0 THEN CAST(part AS double) / CAST(parts AS double)
      ELSE CAST(even_part AS double) / CAST(even_parts AS double) END
  FROM summed
)
SELECT order_id, attribution_model, lookback_days, touch_id, touched_at, channel, source, campaign, campaign_id,
  platform, deal_id, influencer_id, credit
FROM all_credits
WHERE credit > 0E0

import { addDays, type DayRange } from '../shared/days.ts';
import type { Answer } from '../shared/ports/warehouse.ts';
import type { CountedJourneys } from './paths.ts';

/** What the touches of a journey are called by. */
export const kindsOfNames = ['channel', 'campaign'] as const;
export type NamedBy = (typeof kindsOfNames)[number];

/** Between a channel and its campaign. */
const within = ': ';
const isOfCampaign = (name: string) => name.includes(within);
const channelOf = (name: string) => name.split(within, 1)[0] ?? name;

/** The name under which campaigns that are too small to be told apart are one: their channel's. */
export const smallOf = (name: string): string =>
  isOfCampaign(name) ? `${channelOf(name)}${within}small campaigns` : name;

/** No name has it: it stands between the names of a path. */
const unit = '\u001F';

/** A campaign is called as its platform last reported it, a deal by its id, and what is neither by its link. */
const nameSql: Readonly<Record<NamedBy, string>> = {
  channel: 't.channel',
  campaign: `replace(CASE WHEN coalesce(t.deal_id, k.reported, t.campaign, t.campaign_id) IS NULL THEN t.channel
      ELSE concat(t.channel, '${within}', coalesce(t.deal_id, k.reported, t.campaign, t.campaign_id)) END, chr(31), ' ')`,
};
const reportedSql = `LEFT JOIN (
      SELECT platform, campaign_id, max(campaign) AS reported FROM campaigns GROUP BY platform, campaign_id
    ) AS k ON k.platform = t.platform AND k.campaign_id = t.campaign_id`;

/** Quiet days after which a journey without an order has ended. */
export const quietDays = 30;

/**
 * The SELECT of the journeys that ended on some days (UTC): how many took a path with an order, and without. They are
 * those of `path_types`, by channel or by campaign: of a journey with an order the touches of its last 30 days; without
 * one, the visits of a person of 30 days, after which came 30 quiet ones. So those without one are whole for days that
 * are `quietDays` back alone: of newer days there would be journeys with an order only, and a campaign that has just
 * begun would look as if it never failed. A visit that an order was credited to, whenever it came, is no journey without
 * one.
 */
export function namedJourneysSql({ from, to }: DayRange, by: NamedBy): string {
  const day = (date: string) => `DATE '${date}'`;
  const [name, reported] = [nameSql[by], by === 'campaign' ? reportedSql : ''];
  return `WITH sold AS (
  SELECT t.order_id, coalesce(array_join(array_agg(${name} ORDER BY t.position)
    FILTER (WHERE date_diff('millisecond', t.touched_at, t.converted_at) <= CAST(86400000 AS bigint) * 30), chr(31)),
    'Unassigned') AS path
  FROM touchpoints AS t ${reported}
  WHERE t.dt BETWEEN ${day(from)} AND ${day(to)}
  GROUP BY t.order_id
), credited AS (
  SELECT DISTINCT touch_id FROM touchpoints WHERE touch_type = 'session'
), visits AS (
  SELECT * FROM sessions WHERE dt BETWEEN ${day(addDays(from, -quietDays))} AND ${day(addDays(to, quietDays))}
), people AS (
  SELECT visitor_id, max(customer_id) AS customer_id FROM visits WHERE customer_id IS NOT NULL GROUP BY visitor_id
), unsold AS (
  SELECT coalesce(p.customer_id, t.visitor_id) AS person, t.session_id, t.started_at, t.dt, ${name} AS name
  FROM visits AS t ${reported}
  LEFT JOIN people AS p ON p.visitor_id = t.visitor_id
  LEFT JOIN credited AS c ON c.touch_id = t.session_id
  WHERE c.touch_id IS NULL
), ends AS (
  SELECT person, dt AS last_day
  FROM (
    SELECT person, dt, lead(dt) OVER (PARTITION BY person ORDER BY dt) AS next_day
    FROM (SELECT DISTINCT person, dt FROM unsold) AS days
  ) AS followed
  WHERE dt BETWEEN ${day(from)} AND ${day(to)}
    AND (next_day IS NULL OR next_day > CAST(dt + INTERVAL '${quietDays}' DAY AS date))
), given_up AS (
  SELECT e.person, e.last_day, array_join(array_agg(u.name ORDER BY u.started_at, u.session_id), chr(31)) AS path
  FROM ends AS e JOIN unsold AS u ON u.person = e.person
  WHERE u.dt BETWEEN CAST(e.last_day - INTERVAL '30' DAY AS date) AND e.last_day
  GROUP BY e.person, e.last_day
)
SELECT path, CAST(sum(conversions) AS bigint) AS conversions, CAST(sum(non_conversions) AS bigint) AS non_conversions
FROM (
  SELECT path, 1 AS conversions, 0 AS non_conversions FROM sold
  UNION ALL
  SELECT path, 0, 1 FROM given_up
) AS journeys
GROUP BY path
ORDER BY path`;
}

/** The journeys in an answer to that SELECT. */
export const journeysIn = ({ rows }: Pick<Answer, 'rows'>): CountedJourneys[] =>
  rows.map(([path, conversions, nonConversions]) => ({
    touches: typeof path === 'string' ? path.split(unit) : [],
    conversions: Number(conversions),
    nonConversions: Number(nonConversions),
    value: 0,
  }));

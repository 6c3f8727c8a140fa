/** Campaigns of reports and of links that do not meet, or that are reported twice. */
import { named } from '../../shared/named.ts';
import { paidChannelsSql } from '../../shared/known-spend.ts';
import { nearestNames } from '../nearest-names.ts';
import type { Finding } from './finding.ts';
import { byFirst, euros, percent, quoted, text } from './words.ts';

/** A platform is told of where at least this part of its spend is of campaigns that no visit and no order names. */
const unmatchedShare = 0.2;

/**
 * What stands in a link, in small letters, in place of a value: a template of a platform's; what scripts write, as
 * `says_nothing` of traffic.sql has it.
 */
const unfilled = '[{]|%7b|(^|=)(__[a-z0-9_]+__|%%|%25%25|[*][|]|[*]%7c|%2a%7c)';
const [mark, space] = ['([^a-z0-9%]|%[2357][0-9a-f])*', '([ +_]|%20)'];
const nothing = `=(none|${mark}(undefined|null|nil|nan|not(-|${space})set|n(/|%2f)a|object${space}object)${mark})$`;
/** As a link's parameter is read. */
function decoded(sent: string): string {
  try {
    return decodeURIComponent(sent.replaceAll('+', ' '));
  } catch {
    return sent;
  }
}

/** Two reports are of one campaign where on so many days they have this part of each other's spend, day by day. */
const [nearDays, nearShare] = [3, '9E-1'];

/** What stands for the account of reports that name none. */
const nameless: ReadonlySet<string> = new Set(['unnamed', 'tiktok']);

/** As names of links and of reports are compared. */
const folded = (name: string): string => name.normalize('NFC').toLowerCase().replaceAll(/[ +]+/g, ' ').trim();

export const campaigns: readonly Finding[] = [
  {
    name: 'spend without a matched order',
    sql: `WITH met AS (
  SELECT DISTINCT platform, campaign_id FROM sessions WHERE campaign_id IS NOT NULL
  UNION SELECT DISTINCT platform, campaign_id FROM touchpoints WHERE campaign_id IS NOT NULL
), spent AS (
  SELECT a.platform, a.campaign_id, max(a.campaign_name) AS campaign, sum(a.spend_eur) AS eur, max(CASE WHEN m.campaign_id IS NULL THEN 1 ELSE 0 END) AS is_unmet
  FROM ad_spend AS a LEFT JOIN met AS m ON m.platform = a.platform AND m.campaign_id = a.campaign_id
  GROUP BY a.platform, a.campaign_id
), summed AS (
  SELECT platform, sum(eur) AS all_eur, sum(CASE WHEN is_unmet = 1 THEN eur ELSE 0 END) AS unmet_eur FROM spent GROUP BY platform
)
SELECT s.platform, s.campaign, u.unmet_eur, u.all_eur
FROM spent AS s JOIN summed AS u ON u.platform = s.platform
WHERE s.is_unmet = 1 AND s.eur > 0 AND CAST(u.unmet_eur AS double) >= ${unmatchedShare} * CAST(u.all_eur AS double) AND (SELECT count(*) FROM orders WHERE is_conversion) > 0
ORDER BY s.platform, s.eur DESC, s.campaign`,
    words: (rows) =>
      byFirst(rows).map(
        ([platform, own]) =>
          `${platform}: ${percent(own[0]?.[2], own[0]?.[3])} of its spend (${euros(own[0]?.[2])}) is of ` +
          `campaigns that no visit and no order names: ${named(own.map((row) => `“${text(row[1])}”`))}. Their ` +
          'return looks like nothing. Write their ids into links (utm_id; docs/shop.md), or tell which name ' +
          'in links means which campaign.',
      ),
  },
  {
    name: 'orders with a campaign that nobody reports',
    sql: `WITH lost AS (
  SELECT campaign, count(DISTINCT order_id) AS orders, max(CAST(touched_at AS date)) AS last_day FROM touchpoints
  WHERE campaign IS NOT NULL AND campaign NOT IN ('(not set)', '(none)', '(direct)', '(organic)', '(referral)') AND campaign_id IS NULL AND deal_id IS NULL AND channel IN ${paidChannelsSql} AND NOT regexp_like(campaign, '${unfilled}')
  GROUP BY campaign
), meant AS (
  SELECT trim(regexp_replace(lower(m.utm_campaign), '[ +]+', ' ')) AS name, max(c.campaign) AS campaign
  FROM shop_campaign_names AS m JOIN campaigns AS c ON c.platform IN (m.platform, concat(m.platform, '_ads')) AND c.campaign_id = m.campaign_id
  GROUP BY trim(regexp_replace(lower(m.utm_campaign), '[ +]+', ' '))
)
SELECT l.campaign, l.orders, c.campaign AS known, m.campaign AS meant, CAST(l.last_day AS varchar) AS last_day, CAST(c.first_day AS varchar) AS first_day
FROM lost AS l CROSS JOIN (SELECT campaign, min(first_day) AS first_day FROM campaigns GROUP BY campaign) AS c
LEFT JOIN meant AS m ON m.name = trim(regexp_replace(lower(l.campaign), '[ +]+', ' '))
ORDER BY l.orders DESC, l.campaign`,
    words(rows, lake) {
      const lost = byFirst(rows);
      const lines = lost.slice(0, 5).map(([campaign, own]) => {
        const near = nearestNames(
          campaign,
          own.map((row) => text(row[2])),
        );
        const [best] = near;
        const orders = Number(own[0]?.[1]);
        const naming = `${orders} ${orders === 1 ? 'order names' : 'orders name'} the campaign “${campaign}”`;
        const mapped = own[0]?.[3] == null ? undefined : text(own[0][3]);
        const meant = mapped ?? (best !== undefined && folded(best) === folded(campaign) ? best : undefined);
        const [last, first] = own.find((row) => text(row[2]) === meant)?.slice(4) ?? [];
        // A name that is joined already is none to join: what lacks are the reports of its visits' days.
        if (meant !== undefined && last != null && first != null && text(last) < text(first))
          return (
            `${naming} in visits of days until ${text(last)}, and the reports of “${meant}” begin on ` +
            `${text(first)}: what was spent on those days is not known. Import its reports of these days, too.`
          );
        if (mapped !== undefined)
          return (
            `${naming}, and ${orders === 1 ? 'does' : 'do'} not meet “${mapped}”, which shop.json says that it ` +
            'means: either their links name another source (utm_source) than it says, or it was not reported in ' +
            'the 30 days before.'
          );
        if (best !== undefined && folded(best) === folded(campaign))
          return (
            `${naming}, and ${orders === 1 ? 'does' : 'do'} not meet the reported “${best}”: either their links ` +
            'name a source (utm_source) that is none of its platform, or it was not reported in the 30 days ' +
            `before. If the links mean it: sillage shop map ${quoted(campaign)} = ${quoted(best)}${lake}`
          );
        const isAlone = `${naming}, which no platform reports: its spend and its orders do not meet.`;
        if (best === undefined)
          return (
            `${isAlone} No reported campaign has a name like it. If you know which it is: ` +
            `sillage shop map ${quoted(campaign)} = "NAME"${lake}`
          );
        const nearest = `${near.length === 1 ? 'name is' : 'names are'} ${named(near.map((name) => `“${name}”`))}`;
        return (
          `${isAlone} The nearest ${nearest}. If it is the first: ` +
          `sillage shop map ${quoted(campaign)} = ${quoted(best)}${lake}`
        );
      });
      return lost.length > 5
        ? [...lines, `and ${lost.length - 5} more names of campaigns that no platform reports.`]
        : lines;
    },
  },
  {
    name: 'links that nobody filled in',
    // Of an order the page is known by which it came: its visits may not be.
    sql: `WITH sent AS (
  SELECT lower(p.pair) AS pair, count(DISTINCT coalesce(w.visitor_id, w.event_id)) AS visitors, 0 AS orders
  FROM web_events AS w CROSS JOIN UNNEST(regexp_extract_all(w.page_query, '(?i)utm_(source|medium|campaign|id)=[^&]+')) AS p(pair)
  WHERE NOT w.is_bot GROUP BY lower(p.pair)
  UNION ALL SELECT concat('utm_campaign=', landing_campaign), 0, count(*) FROM orders WHERE landing_campaign IS NOT NULL AND NOT is_test GROUP BY landing_campaign
)
SELECT CASE WHEN regexp_like(pair, '${unfilled}') THEN 'unfilled' ELSE 'nothing' END AS kind, pair, sum(visitors) AS visitors, sum(orders) AS orders FROM sent
WHERE regexp_like(pair, '${unfilled}') OR regexp_like(pair, '${nothing}')
GROUP BY pair ORDER BY 3 DESC, 4 DESC, pair`,
    words: (rows) =>
      byFirst(rows).map(([kind, own]) => {
        const tags = byFirst(own.map(([, pair, ...counts]) => [decoded(text(pair)), ...counts])).map(
          ([tag, counts]) => {
            const of = (at: number, one: string) => {
              const n = counts.reduce((sum, row) => sum + Number(row[at]), 0);
              return n === 0 ? [] : [`${n} ${one}${n === 1 ? '' : 's'}`];
            };
            return `“${tag}” (${[...of(1, 'visitor'), ...of(2, 'order')].join(', ')})`;
          },
        );
        return kind === 'unfilled'
          ? `Links with a template that nobody filled in: ${named(tags, 5)}. A source or a medium that is a template ` +
              'alone counts as none, and which campaign it was is not known. Write it where the platform fills it in: ' +
              "Meta, the ad's “URL parameters” ({{campaign.name}}); Google, the account's “Tracking template” or “Final " +
              "URL suffix” ({campaignid}); TikTok, the ad's URL (__CAMPAIGN_ID__)."
          : `Links whose tag says nothing: ${named(tags, 5)}. It counts as if it were not there: what else is known of the ` +
              'visit decides. Correct what writes these links (a script, a mailing, a short link).';
      }),
  },
  {
    name: 'one campaign reported twice',
    // Of the two reports one was corrected since: the days of one campaign are alike, day by day, and not the same.
    sql: `WITH daily AS (
  SELECT platform, account_id, campaign_id, campaign_folded, max(campaign_name) AS campaign, dt, sum(spend_eur) AS eur
  FROM ad_spend GROUP BY platform, account_id, campaign_id, campaign_folded, dt
), paired AS (
  SELECT a.platform, a.campaign, a.account_id, a.campaign_id, b.account_id AS other_account, b.campaign_id AS other_id, count(*) AS days,
    count_if(a.eur = b.eur) AS equal_days, sum(CASE WHEN a.eur = b.eur THEN CAST(a.eur AS double) ELSE 0E0 END) AS equal_eur,
    sum(CAST(least(a.eur, b.eur) AS double)) AS less_eur, sum(CAST(greatest(a.eur, b.eur) AS double)) AS more_eur
  FROM daily AS a JOIN daily AS b ON b.platform = a.platform AND b.dt = a.dt AND b.campaign_folded = a.campaign_folded
  WHERE concat(a.account_id, ' ', a.campaign_id) <> concat(b.account_id, ' ', b.campaign_id) AND a.campaign_id <> b.campaign_id AND a.eur > 0
    AND (a.campaign_id = a.campaign OR a.account_id IN ('unnamed', 'tiktok')) AND NOT (b.campaign_id = b.campaign AND b.account_id IN ('unnamed', 'tiktok'))
  GROUP BY a.platform, a.campaign, a.account_id, a.campaign_id, b.account_id, b.campaign_id
), doubled AS (
  SELECT platform, campaign, CASE WHEN days >= ${nearDays} AND less_eur >= ${nearShare} * more_eur THEN days ELSE equal_days END AS days,
    CASE WHEN days >= ${nearDays} AND less_eur >= ${nearShare} * more_eur THEN less_eur ELSE equal_eur END AS eur
  FROM paired
)
SELECT platform, campaign, max(days), sum(eur) FROM doubled WHERE days > 0 GROUP BY platform, campaign ORDER BY 4 DESC, 2`,
    words: (rows) =>
      rows
        .slice(0, 5)
        .map(
          ([platform, campaign, days, eur]) =>
            `${text(platform)}: “${text(campaign)}” is reported twice on ${text(days)} ` +
            `${text(days) === '1' ? 'day' : 'days'}, once with its id and account and once without, so ` +
            `${euros(eur)} count twice. Import the one without again and say its account (sillage import FILE ` +
            '--account ID), or take it out (sillage import --undo FILE).',
        ),
  },
  {
    name: 'one campaign under two accounts',
    // Of one name two accounts may have a campaign each, if both are known by their ids; an id is of one campaign.
    sql: `WITH daily AS (
  SELECT platform, account_id, campaign_id, max(campaign_name) AS campaign, dt, sum(spend_eur) AS eur
  FROM ad_spend GROUP BY platform, account_id, campaign_id, dt
)
SELECT a.platform, max(coalesce(a.campaign, a.campaign_id)) AS campaign, a.account_id, b.account_id AS other_id, count(DISTINCT a.dt) AS days,
  CAST(sum(least(a.eur, b.eur)) AS double) AS eur
FROM daily AS a JOIN daily AS b ON b.platform = a.platform AND b.dt = a.dt AND b.campaign_id = a.campaign_id
WHERE a.account_id < b.account_id AND (coalesce(a.campaign, '') <> a.campaign_id
  OR NOT regexp_like(a.account_id, '^[0-9]+$') OR NOT regexp_like(b.account_id, '^[0-9]+$'))
GROUP BY a.platform, a.campaign_id, a.account_id, b.account_id ORDER BY eur DESC, campaign`,
    words: (rows) =>
      rows.slice(0, 5).map(([platform, campaign, one, other, days, eur]) => {
        const accounts = [text(one), text(other)];
        const known =
          accounts.find((account) => /^\d+$/.test(account)) ?? accounts.find((account) => !nameless.has(account));
        return (
          `${text(platform)}: “${text(campaign)}” is reported under two accounts, ` +
          `${accounts.map((account) => (nameless.has(account) ? 'one without a name' : `“${account}”`)).join(' and ')}, ` +
          `on ${text(days)} ${text(days) === '1' ? 'day' : 'days'} each, so up to ${euros(eur)} count twice. If ` +
          'they are one account, import the file of the other spelling again as it is (sillage import FILE ' +
          `--account ${quoted(known ?? 'ID')}), or take it out (sillage import --undo FILE).`
        );
      }),
  },
];

import { readFileSync } from 'node:fs';
import { domainToASCII, fileURLToPath } from 'node:url';
import { bareSql } from '../shared/bare-sql.ts';
import { literal, pathLiteral, type Session } from '../shared/duckdb.ts';
import { eventTimeMacros } from '../shared/event-time.ts';
import { home } from '../shared/home.ts';
import { dimensionMacros } from '../shared/report-dimensions.ts';
import { defaultProfile, type ShopProfile } from '../shared/shop/profile.ts';

const folder = new URL('lambdas/transform/', home);

/** A file of this folder, as text. */
export const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');

/** The macros that the SELECTs of this folder use. */
export const macros = () =>
  ['record.sql', 'money.sql', 'settlement.sql', 'traffic.sql', 'reports.sql', 'personal.sql', 'people.sql', 'area.sql']
    .map(read)
    .concat(eventTimeMacros, dimensionMacros)
    .join('\n');

/** The statements of a text without comments; a semicolon in quotes ends none. */
const statementsOf = (sql: string): string[] => sql.match(/(?:'(?:[^']|'')*'|"(?:[^"]|"")*"|[^;'"])+/g) ?? [];

let known: ReadonlyMap<string, string> | undefined;

/** The statement of each macro by its name. */
const macrosByName = () =>
  (known ??= new Map(
    statementsOf(bareSql(macros()))
      .map((statement) => statement.trim())
      .filter((statement) => statement !== '')
      .map((statement) => [/^CREATE OR REPLACE TEMP MACRO (\w+)/.exec(statement)?.[1] ?? statement, statement]),
  ));

/**
 * The statements of the names that a text uses, itself or through others, each after those that it needs. What is
 * `made` already is left out.
 */
const statementsFor = (sql: string, names: ReadonlyMap<string, string>, made = new Set<string>()): readonly string[] =>
  (sql.match(/getvariable\('\w+'\)|\w+/g) ?? []).flatMap((word) => {
    const statement = names.get(word);
    if (statement === undefined || made.has(word)) return [];
    made.add(word);
    return [...statementsFor(statement, names, made), statement];
  });

/**
 * What a text calls of the macros, itself or through others, as it acts: what it does not call cannot change its rows.
 */
export const macrosCalledBy = (sql: string): string =>
  statementsFor(bareSql(sql), new Map([...macrosByName(), shopDay(defaultProfile)]))
    .toSorted()
    .join('\n');

/**
 * The lists of this folder by the variable that they are known as. `filledBy` reads a list's file: its rules are as
 * much of the list as the file is.
 */
const lists = {
  known_sources: {
    file: 'traffic-sources.csv',
    // One row is one spelling: a name, a host, or `*.` with a domain. Whoever follows a link on any host of a network
    // comes from the network.
    filledBy: (file: string) => `WITH listed AS (FROM ${file}), hosts AS (
        SELECT unnest(string_split(hosts, '|')) AS host, canonical, category FROM listed WHERE hosts <> '')
      SELECT canonical AS source, canonical, category FROM listed
      UNION SELECT unnest(string_split(names, '|')), canonical, category FROM listed WHERE names <> ''
      UNION SELECT host, canonical, category FROM hosts
      UNION SELECT 'www.' || host, canonical, category FROM hosts WHERE NOT contains(host, '*')
      UNION SELECT '*.' || host, canonical, category FROM hosts
        WHERE category NOT IN ('search', 'ai') AND NOT starts_with(host, '*.')`,
  },
  click_ids: {
    file: 'click-ids.csv',
    // One without a source stands on free links too. `ad_names` says cheaply where none is; a name with capitals is
    // written in any case.
    filledBy: (file: string) => `WITH listed AS (
        SELECT *, CASE WHEN name = lower(name) THEN name ELSE '(?i:' || name || ')' END AS written FROM ${file})
      SELECT {
        'ad_names': '(?:' || string_agg(written, '|' ORDER BY name) FILTER (source IS NOT NULL) || ')=',
        'ads': '&(' || string_agg(written, '|' ORDER BY name) FILTER (source IS NOT NULL AND only_with IS NULL)
          || ')=[^&]',
        'free': '&(' || string_agg(written, '|' ORDER BY name) FILTER (source IS NULL) || ')=[^&]',
        'names': list(lower(name) ORDER BY name),
        'listings': list({ 'name': name, 'source': source, 'medium': medium } ORDER BY name)
      } FROM listed`,
  },
  unwanted_referrals: {
    file: 'unwanted-referrals.csv',
    filledBy: (file: string) => `SELECT list(domain) FROM ${file}`,
  },
  refund_reasons: {
    file: 'refund-reasons.csv',
    // The first whose words stand in a note is its reason.
    filledBy: (file: string) => `SELECT list({ 'reason': reason, 'words': words }) FROM ${file}`,
  },
} as const;

/** The lists that a text reads: their files, and the rules by which they are read. */
export const listsReadBy = (sql: string): string[] =>
  Object.entries(lists).flatMap(([name, { file, filledBy }]) =>
    sql.includes(`getvariable('${name}')`) ? [read(file), filledBy(file)] : [],
  );

/** Zones whose clocks have gone by the rule of the European Union since 1980, an hour before UTC in winter. */
const centralEuropean = new Set(
  ['Paris', 'Brussels', 'Amsterdam', 'Luxembourg', 'Berlin', 'Madrid', 'Rome', 'Vienna', 'Zurich', 'Monaco'].map(
    (city) => `Europe/${city}`,
  ),
);

const list = (names: readonly string[]) =>
  names.length === 0 ? 'CAST([] AS VARCHAR[])' : `[${names.map(literal).join(', ')}]`;

/** Domains as browsers write them; one given with its www stands for what is beside it, too. */
const hosts = (domains: readonly string[]) =>
  [
    ...new Set(
      domains.map((domain) => domain.replace(/^www\./, '')).flatMap((domain) => [domain, domainToASCII(domain)]),
    ),
  ].filter((domain) => domain !== '');

/** What stands in a SELECT, and the statement that makes it. */
type Name = readonly [name: string, statement: string];

const variable = (name: string, value: string): Name => [`getvariable('${name}')`, `SET VARIABLE ${name} = ${value}`];

/** The day of a moment in the shop's zone. */
const shopDay = ({ time_zone: zone }: ShopProfile): Name => [
  'shop_day',
  `CREATE OR REPLACE TEMP MACRO shop_day(moment) AS ${
    centralEuropean.has(zone)
      ? 'central_european_day(moment)'
      : `CAST(timezone(${literal(zone)}, timezone('UTC', moment)) AS DATE)`
  }`,
];

/** What the SELECTs know of the shop: one variable for each part of its profile, and its day. */
const shopNames = (profile: ShopProfile): Name[] => [
  variable('shop_currency', literal(profile.currency)),
  variable('own_domains', list(hosts(profile.domains))),
  variable(
    'unwanted_referrals',
    `list_concat(getvariable('common_referrals'), ${list(hosts(profile.unwanted_referrals))})`,
  ),
  variable('own_paths', list(profile.own_paths)),
  variable('test_tags', list(profile.test_orders.tags)),
  variable('test_gateways', list(profile.test_orders.gateways)),
  shopDay(profile),
];

const csv = (file: string) =>
  `read_csv(${pathLiteral(fileURLToPath(new URL(file, folder)))}, header = true, all_varchar = true, hive_partitioning = false)`;

/** The lists, each after those that it is made of. */
const listNames = (): Name[] => [
  [
    'traffic_sources',
    `CREATE TEMP TABLE traffic_sources AS ${lists.known_sources.filledBy(csv(lists.known_sources.file))}`,
  ],
  [
    'known_source_name',
    'CREATE TEMP TYPE known_source_name AS ENUM (SELECT source FROM traffic_sources ORDER BY source)',
  ],
  variable(
    'known_sources',
    "(SELECT list({ 'canonical': canonical, 'category': category } ORDER BY source) FROM traffic_sources)",
  ),
  variable('click_ids', `(${lists.click_ids.filledBy(csv(lists.click_ids.file))})`),
  variable('common_referrals', `(${lists.unwanted_referrals.filledBy(csv(lists.unwanted_referrals.file))})`),
  variable('refund_reasons', `(${lists.refund_reasons.filledBy(csv(lists.refund_reasons.file))})`),
];

/**
 * The session as one that knows the names that the SELECTs use: the macros, the lists of traffic sources, of click ids,
 * of unwanted referrals and of the words of refunds, the shop, and the key of the digests that stand for personal ids.
 * It is taught each by the first statement that uses it: most tables need a tenth of them, and to make them all takes
 * longer than many a slice.
 */
export function knowingNames(session: Session, profile: ShopProfile = defaultProfile, maskKey = ''): Session {
  const names = new Map([
    ...macrosByName(),
    ...listNames(),
    ...shopNames(profile),
    variable('mask_key', literal(maskKey)),
  ]);
  const made = new Set<string>();
  const teach = async (sql: string): Promise<void> => {
    const statements = statementsFor(sql, names, made);
    if (statements.length > 0) await session.run(statements.join(';\n'));
  };
  return {
    connection: session.connection,
    async run(sql, values) {
      await teach(sql);
      await session.run(sql, values);
    },
    async rows(sql, values) {
      await teach(sql);
      return session.rows(sql, values);
    },
    close: () => session.close(),
  };
}

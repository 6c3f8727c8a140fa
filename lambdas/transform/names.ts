import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bareSql } from '../shared/bare-sql.ts';
import { literal, pathLiteral, type Session } from '../shared/duckdb.ts';
import { home } from '../shared/schema/catalog.ts';
import { defaultProfile, type ShopProfile } from '../shared/shop/profile.ts';

const folder = new URL('lambdas/transform/', home);

/** A file of this folder, as text. */
export const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');

/** The macros that the SELECTs of this folder use. */
export const macros = () => ['record.sql', 'money.sql', 'traffic.sql', 'reports.sql', 'personal.sql', 'people.sql'].map(read).join('\n');

/** What a text calls of the macros, itself or through others, as it acts: what it does not call cannot change its rows. */
export function macrosCalledBy(sql: string): string {
  const all = new Map(bareSql(`${macros()}\n${shopNames(defaultProfile)}`).split(';').map((statement) => statement.trim()).filter((statement) => statement !== '').map((statement) => [/^CREATE OR REPLACE TEMP MACRO (\w+)/.exec(statement)?.[1] ?? statement, statement]));
  const called = new Map<string, string>();
  const visit = (text: string): void => {
    for (const [word] of text.matchAll(/\w+/g)) {
      const macro = all.get(word);
      if (macro === undefined || called.has(word)) continue;
      called.set(word, macro);
      visit(macro);
    }
  };
  visit(bareSql(sql));
  return [...called.values()].toSorted().join('\n');
}

/** The lists of this folder by the variable that they are known as. */
const lists = { traffic_sources: 'traffic-sources.csv' } as const;

/** The lists that a text reads. */
export const listsReadBy = (sql: string): string[] => Object.entries(lists).filter(([name]) => sql.includes(`getvariable('${name}')`)).map(([, file]) => read(file));

/** Zones whose clocks have gone by the rule of the European Union since 1980, an hour before UTC in winter. */
const centralEuropean = new Set(['Paris', 'Brussels', 'Amsterdam', 'Luxembourg', 'Berlin', 'Madrid', 'Rome', 'Vienna', 'Zurich', 'Monaco'].map((city) => `Europe/${city}`));

const list = (names: readonly string[]) => (names.length === 0 ? 'CAST([] AS VARCHAR[])' : `[${names.map(literal).join(', ')}]`);

/** What the SELECTs know of the shop: one variable for each part of its profile, and its day. */
function shopNames({ currency, time_zone: zone, domains, unwanted_referrals: unwanted, own_paths: paths, test_orders: tests }: ShopProfile): string {
  const day = centralEuropean.has(zone) ? 'central_european_day(moment)' : `CAST(timezone(${literal(zone)}, timezone('UTC', moment)) AS DATE)`;
  return `SET VARIABLE shop_currency = ${literal(currency)};
    SET VARIABLE own_domains = ${list(domains)};
    SET VARIABLE unwanted_referrals = ${list(unwanted)};
    SET VARIABLE own_paths = ${list(paths)};
    SET VARIABLE test_tags = ${list(tests.tags)};
    SET VARIABLE test_gateways = ${list(tests.gateways)};
    CREATE OR REPLACE TEMP MACRO shop_day(moment) AS ${day};`;
}

/** Teaches a session the names that the SELECTs use: the macros, the list of traffic sources, the shop, and the key of the digests that stand for personal ids. */
export async function loadNames(session: Session, profile: ShopProfile = defaultProfile, maskKey = ''): Promise<void> {
  await session.run(`SET VARIABLE mask_key = ${literal(maskKey)}`);
  await session.run(macros());
  await session.run(shopNames(profile));
  await session.run(`CREATE TEMP TABLE traffic_sources AS FROM read_csv(${pathLiteral(fileURLToPath(new URL('traffic-sources.csv', folder)))}, header = true, all_varchar = true, hive_partitioning = false)`);
  await session.run("SET VARIABLE traffic_sources = (SELECT map_from_entries(list((source, { 'canonical': canonical, 'category': category }))) FROM traffic_sources)");
}

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { literal, pathLiteral, type Session } from '../shared/duckdb.ts';
import { home } from '../shared/schema/catalog.ts';

const folder = new URL('lambdas/transform/', home);

/** A file of this folder, as text. */
export const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');

/** The macros that the SELECTs of this folder use. */
export const macros = () => ['record.sql', 'money.sql', 'traffic.sql', 'reports.sql', 'personal.sql'].map(read).join('\n');

/** The shop's own domains beside the hosts on which its pages stand: any subdomain is the shop's as well. */
export const ownDomains: readonly string[] = [];

const csv = (file: string) => `read_csv(${pathLiteral(fileURLToPath(new URL(file, folder)))}, header = true, all_varchar = true, hive_partitioning = false)`;

/** Teaches a session the names that the SELECTs use: the macros, and the lists of traffic sources and of unwanted referrals. */
export async function loadNames(session: Session): Promise<void> {
  // One row is one spelling: a name, a host, or `*.` with a domain. Whoever follows a link on any host of a network comes from the network.
  await session.run(`CREATE TEMP TABLE traffic_sources AS
    WITH listed AS (FROM ${csv('traffic-sources.csv')}), hosts AS (SELECT unnest(string_split(hosts, '|')) AS host, canonical, category FROM listed WHERE hosts <> '')
    SELECT canonical AS source, canonical, category FROM listed
    UNION SELECT unnest(string_split(names, '|')), canonical, category FROM listed WHERE names <> ''
    UNION SELECT host, canonical, category FROM hosts
    UNION SELECT 'www.' || host, canonical, category FROM hosts WHERE NOT contains(host, '*')
    UNION SELECT '*.' || host, canonical, category FROM hosts WHERE category NOT IN ('search', 'ai') AND NOT starts_with(host, '*.')`);
  await session.run('CREATE TEMP TYPE known_source_name AS ENUM (SELECT source FROM traffic_sources ORDER BY source)');
  await session.run("SET VARIABLE known_sources = (SELECT list({ 'canonical': canonical, 'category': category } ORDER BY source) FROM traffic_sources)");
  await session.run(`SET VARIABLE unwanted_referrals = (SELECT list(domain) FROM ${csv('unwanted-referrals.csv')})`);
  await session.run(`SET VARIABLE own_domains = CAST([${ownDomains.map(literal).join(', ')}] AS VARCHAR[])`);
  await session.run(macros());
}

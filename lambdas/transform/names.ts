import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pathLiteral, type Session } from '../shared/duckdb.ts';
import { home } from '../shared/schema/catalog.ts';

const folder = new URL('lambdas/transform/', home);

/** A file of this folder, as text. */
export const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');

/** The macros that the SELECTs of this folder use. */
export const macros = () => ['record.sql', 'money.sql', 'traffic.sql', 'reports.sql', 'personal.sql'].map(read).join('\n');

/** Teaches a session the names that the SELECTs use: the macros, and the list of traffic sources. */
export async function loadNames(session: Session): Promise<void> {
  await session.run(macros());
  await session.run(`CREATE TEMP TABLE traffic_sources AS FROM read_csv(${pathLiteral(fileURLToPath(new URL('traffic-sources.csv', folder)))}, header = true, all_varchar = true, hive_partitioning = false)`);
  await session.run("SET VARIABLE traffic_sources = (SELECT map_from_entries(list((source, { 'canonical': canonical, 'category': category }))) FROM traffic_sources)");
}

/** `npm run schemas`: writes what is made from glue-schemas/, and the columns of the SELECTs of lambdas/transform/. */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { openEngine } from '../lambdas/shared/duckdb.ts';
import { home } from '../lambdas/shared/home.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { generatedFiles } from '../lambdas/shared/schema/documents.ts';
import { knowingNames } from '../lambdas/transform/names.ts';
import { selectColumnsFile } from '../lambdas/transform/select-columns.ts';

const catalog = loadCatalog();
const engine = await openEngine({ threads: 1, memoryMb: 300, spill: tmpdir() });
const session = knowingNames(await engine.connect());
const files = [
  ...generatedFiles(catalog),
  ['lambdas/transform/select-columns.generated.ts', await selectColumnsFile(session, catalog)],
] as const;
engine.close();

for (const [path, text] of files) {
  writeFileSync(new URL(path, home), text);
  process.stdout.write(`${path}\n`);
}

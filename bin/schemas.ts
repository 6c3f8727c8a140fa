/** `npm run schemas`: writes what is made from glue-schemas/. */
import { writeFileSync } from 'node:fs';
import { home } from '../lambdas/shared/home.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { generatedFiles } from '../lambdas/shared/schema/documents.ts';

for (const [path, text] of generatedFiles(loadCatalog())) {
  writeFileSync(new URL(path, home), text);
  process.stdout.write(`${path}\n`);
}

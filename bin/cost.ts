/** Writes docs/cost.md: what a deployment costs, from the templates and docs/prices.json. */
import { writeFileSync } from 'node:fs';
import { costPage } from '../cdk/cost/page.ts';
import { home } from '../lambdas/shared/home.ts';

writeFileSync(new URL('docs/cost.md', home), costPage());

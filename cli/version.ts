import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { home } from '../lambdas/shared/home.ts';

const Package = z.object({ version: z.string(), engines: z.object({ node: z.string() }) });

/** What `package.json` says of this program. */
export const packageOf = (): z.infer<typeof Package> =>
  Package.parse(JSON.parse(readFileSync(new URL('package.json', home), 'utf8')));

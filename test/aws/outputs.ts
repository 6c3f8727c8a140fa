/** What `npm run test:aws` says to its tests of what it deployed. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { outputOf } from '../../localstack/emulator/deployment.ts';

const Deployed = z.object({
  outputs: z.record(z.string(), z.record(z.string(), z.string())),
  assembly: z.string(),
  stripped: z.array(z.string()),
  /** The first day that is generated. */
  from: z.string(),
});

export const deployed = Deployed.parse(JSON.parse(readFileSync(process.env['SILLAGE_DEPLOYED'] ?? '', 'utf8')));

export const output = (name: string): string => outputOf(deployed, name);

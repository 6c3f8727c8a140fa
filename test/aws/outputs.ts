/** What `npm run test:aws` says to its tests of what it deployed. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Deployed = z.object({
  outputs: z.record(z.string(), z.record(z.string(), z.string())),
  assembly: z.string(),
  stripped: z.array(z.string()),
});

export const deployed = Deployed.parse(JSON.parse(readFileSync(process.env['SILLAGE_DEPLOYED'] ?? '', 'utf8')));

/** What the stacks say of themselves; no two of them say a thing by the same name. */
export function output(name: string): string {
  const [found] = Object.values(deployed.outputs).flatMap((outputs) => outputs[name] ?? []);
  if (found === undefined) throw new Error(`No stack says its ${name}.`);
  return found;
}

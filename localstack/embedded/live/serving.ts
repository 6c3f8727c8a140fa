import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { isMissing } from '../lake/errors.ts';
import { isGone, thisOwner } from '../lake/owner.ts';
import { tempPath } from '../lake/temp.ts';

const Serving = z.object({ owner: z.string(), pid: z.number(), url: z.string(), since: z.string() });
export type Serving = z.infer<typeof Serving>;

const pathOf = (root: string) => join(root, '.sillage', 'serving.json');

/** Another process of this machine serves the lake. */
export class AlreadyServed extends LakeUnavailable {
  constructor(root: string, { pid, url, since }: Serving) {
    super(
      `Process ${pid} has served the lake in ${root} since ${since}: open ${url}/. To serve it anew, end that ` +
        `process first (Ctrl-C in its terminal, or "kill ${pid}"); to serve another lake beside it, give --lake ` +
        'and --port.',
    );
  }
}

/** Who serves the lake in `root`; undefined where nobody does, or what was noted cannot be read. */
export function servingOf(root: string): Serving | undefined {
  try {
    const noted = Serving.safeParse(JSON.parse(readFileSync(pathOf(root), 'utf8')));
    return noted.success && !isGone(noted.data.owner) ? noted.data : undefined;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @throws AlreadyServed */
export function refuseServed(root: string): void {
  const other = servingOf(root);
  if (other !== undefined) throw new AlreadyServed(root, other);
}

/** Notes where this process serves the lake, for who would serve it too. @returns what takes the note away */
export async function noteServing(root: string, url: string): Promise<() => Promise<void>> {
  const note: Serving = { owner: thisOwner, pid: process.pid, url, since: new Date().toISOString() };
  const temp = tempPath(root);
  await writeFile(temp, JSON.stringify(note), { flag: 'wx' });
  await rename(temp, pathOf(root));
  return () => rm(pathOf(root), { force: true });
}

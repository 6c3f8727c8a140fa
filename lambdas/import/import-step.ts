import * as z from 'zod';
import { hold } from '../lease/lease.ts';
import { withFolder } from '../shared/scratch.ts';
import { stepEvent, type StepPorts } from '../shared/step-ports.ts';
import { importInbox } from './inbox.ts';
import { answersPrefix, inboxPrefix } from './land.ts';
import { importsPrefix } from '../shared/schema/ops-keys.ts';

/** `isNew`: whether a call before this one, of the same execution, has imported a file. */
export const importEvent = stepEvent.extend({ isNew: z.boolean().default(false) });

/** After so long no other file is begun: what is left of 15 minutes is for the one that was. */
const beginningMs = 4 * 60_000;

/**
 * Largest file that a Lambda takes on, bytes: it must be read, and its records landed, in the time that is left. A
 * million order lines are about 300 MB; docs/benchmarks.md has their seconds.
 */
const fileBytes = 512 * 2 ** 20;

/**
 * Imports the inbox of the lake. The log tells which file was refused, of which something is to be known, and what
 * campaigns a report took away. Why, and what, stands in the lake alone, since it may quote the file.
 */
export async function importStep(
  { lake, warn }: StepPorts,
  { execution, isNew }: z.output<typeof importEvent>,
): Promise<{ readonly filesRefused: number; readonly isNew: boolean; readonly isLeft: boolean }> {
  await hold(lake, execution);
  const last = Date.now() + beginningMs;
  const limits = { fileBytes, mayBegin: () => Date.now() < last };
  const { imported, refused, notes, replaced, left } = await withFolder((scratch) =>
    importInbox(lake, scratch, limits),
  );
  for (const { name } of refused)
    warn(`${inboxPrefix}${name} was not imported, and stays there: why stands in ${answersPrefix}.`);
  for (const name of new Set(notes.map((note) => note.name)))
    warn(
      `${inboxPrefix}${name} was imported; what is to be known of it stands in its import.json in ${importsPrefix}.`,
    );
  for (const line of replaced) warn(line);
  return { filesRefused: refused.length, isNew: isNew || imported.length > 0, isLeft: left.length > 0 };
}

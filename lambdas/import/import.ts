import { basename } from 'node:path';
import type { Lake } from '../shared/ports/lake.ts';
import { defaultProfile, readProfile } from '../shared/shop/profile.ts';
import { hasIds } from './has-ids.ts';
import { filesUnder } from './files.ts';
import { headingsOf } from './given-headings.ts';
import { placed } from './deal-sheets.ts';
import { importOf, isLost, land, noteOf, settle } from './land.ts';
import type { Looked } from './looked.ts';
import { inOneSpelling, refuseOtherSpelling } from './other-accounts.ts';
import { refuseRivals, rivalOf } from './rivals.ts';
import { Refused, UnknownHeadings } from './refused.ts';
import type { ImportOptions } from './shape.ts';
import { isOtherwise, readAs, saidIn, saidInAll } from './said.ts';
import { hashOf, understand, type FileToImport, type Part, type UnderstandOptions } from './understand.ts';

export interface LookOptions extends ImportOptions {
  /** The name of a shape. */
  readonly feed?: string | undefined;
  /** A folder of one's own for what is written meanwhile. */
  readonly scratch: string;
  /** What headings mean, as they are written. */
  readonly map?: Readonly<Record<string, string>> | undefined;
  readonly onFile?: (name: string) => void;
}

/** Says what one file is. */
export async function lookAt(
  lake: Lake,
  file: FileToImport,
  options: UnderstandOptions & Pick<LookOptions, 'map'>,
): Promise<Looked> {
  const { name } = file;
  try {
    const hash = await hashOf(file.path);
    const before = await importOf(lake, hash);
    // What another sheet replaced may count again, if a person says so.
    const isSaid = options.replaces !== undefined || options.adds === true;
    const noted = before ?? (await noteOf(lake, hash));
    const said = saidInAll(noted?.said, saidIn(options));
    const lost = before !== undefined && (await isLost(lake, before));
    const again = before !== undefined && (lost || isOtherwise(before.said, said));
    if (before && !again && !(isSaid && before.replaced_by)) return { kind: 'known', name, before };
    const understood = {
      ...(await understand(file, { ...options, ...readAs(said, options.states) }, hash)),
      said,
      ...(again && { again }),
      ...(lost && { lost }),
    };
    await refuseRivals(lake, understood, options.feed);
    await refuseOtherSpelling(lake, understood);
    return { kind: 'understood', name, understood };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const refused = { kind: 'refused', name, why: error.message } as const;
    return error instanceof UnknownHeadings ? { ...refused, unknown: file.path } : refused;
  }
}

/** Files that are to be imported together: of two that tell the same only the first is taken. */
export function besideEachOther(looked: readonly Looked[], forced?: string): Looked[] {
  const shapes: string[] = [];
  return looked.map((one) => {
    if (one.kind !== 'understood') return one;
    const why = rivalOf(one.understood, shapes, forced);
    if (why !== undefined) return { kind: 'refused', name: one.name, why };
    shapes.push(...one.understood.parts.filter((part) => !hasIds(part)).map(({ shape }) => shape));
    return one;
  });
}

/**
 * Looks at every file under these paths, one after the other, and says what each is. The same bytes twice are one file.
 */
export async function look(lake: Lake, paths: readonly string[], options: LookOptions): Promise<Looked[]> {
  const { profile } = await readProfile(lake);
  const headings = await headingsOf(lake, options.map ?? {});
  const looked: Looked[] = [];
  const seen = new Map<string, string>();
  for (const path of paths) {
    for await (const file of filesUnder(path, options.scratch)) {
      if ('refused' in file) {
        looked.push({ kind: 'refused', name: file.name, why: file.refused });
        continue;
      }
      options.onFile?.(file.name);
      const one = await lookAt(lake, file, {
        ...options,
        headings,
        shop: { currency: profile.currency, timeZone: profile.time_zone },
      });
      const as = one.kind === 'understood' ? seen.get(one.understood.hash) : undefined;
      if (one.kind === 'understood' && as === undefined) seen.set(one.understood.hash, file.name);
      looked.push(as === undefined ? one : { kind: 'same', name: file.name, as });
    }
  }
  return placed(lake, inOneSpelling(besideEachOther(looked, options.feed)), options);
}

/** What a file is by itself, whatever a lake holds: its first part, or why it is nothing that is known. */
export async function looksLike(path: string, scratch: string): Promise<Part | string> {
  const shop = { currency: defaultProfile.currency, timeZone: defaultProfile.time_zone };
  try {
    const { parts } = await understand({ name: basename(path), path, exportedAt: new Date() }, { scratch, shop });
    return parts[0] ?? 'It holds nothing.';
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

/** Lands the files that were understood, and does what a person says of those that are there. */
export async function landAll(lake: Lake, looked: readonly Looked[], scratch: string): Promise<void> {
  for (const one of looked) {
    if (one.kind === 'understood') await land(lake, one.understood, scratch);
    if (one.kind === 'known' && one.versions) await settle(lake, one.before, one.versions);
  }
}

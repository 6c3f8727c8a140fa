import { hash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  LakeUnavailable,
  ObjectNotFound,
  PreconditionFailed,
  type Lake,
  type LakeObject,
} from '../shared/ports/lake.ts';
import { named } from '../shared/named.ts';
import { readProfile } from '../shared/shop/profile.ts';
import { visible } from '../shared/visible.ts';
import { placed } from './deal-sheets.ts';
import { filesUnder, isLitter, writtenAt } from './files.ts';
import { headingsOf } from './given-headings.ts';
import { besideEachOther, landAll, lookAt } from './import.ts';
import { answersPrefix, inboxPrefix } from './land.ts';
import type { Looked } from './looked.ts';
import { behindExports } from './behind-exports.ts';
import { deletedOrders } from './deleted-orders.ts';
import { olderOrders, ordersByBoth, ordersOfTwoShops } from './older-orders.ts';
import { inOneSpelling } from './other-accounts.ts';
import { replaced } from './replaced-reports.ts';

/** What a run found in the inbox of the lake, and did with it. */
export interface Inbox {
  readonly imported: readonly string[];
  readonly refused: readonly { readonly name: string; readonly why: string }[];
  /** What is to be known of what was imported: a total that is another, what was guessed. */
  readonly notes: readonly { readonly name: string; readonly note: string }[];
  /** What was taken away by what was imported. */
  readonly replaced: readonly string[];
  /** Files that were not begun, or that changed while they were read: they wait for the next call. */
  readonly left: readonly string[];
}

/** Limits of the machine that imports, where it has some that end its work without a word, as a Lambda does. */
export interface InboxLimits {
  /** Of a file, as it stands in the inbox. */
  readonly fileBytes: number;
  /** Whether there is time for another file. */
  readonly mayBegin: () => boolean;
}

/** After so long without a change a file is taken for one that is written whole, ms. */
const quietMs = 60_000;

const staysInWords =
  `It was written less than a minute ago, and may still be being written, so it stays in ${inboxPrefix}: the next run ` +
  'takes it away, or imports it again where more of it has come.';

export const emptyInbox: Inbox = { imported: [], refused: [], notes: [], replaced: [], left: [] };

const nameOf = ({ key }: LakeObject) => key.slice(inboxPrefix.length);
const answerKey = (name: string) => `${answersPrefix}${name}.txt`;

/** Says beside the inbox what is to be known of a file of it, for who sees the bucket and no terminal. */
async function answer(lake: Lake, name: string, lines: readonly string[], metadata = {}): Promise<void> {
  const body = `${lines.join('\n')}\n`;
  await lake.put(answerKey(name), body, { contentType: 'text/plain; charset=utf-8', metadata });
}

/** What stands in the inbox, in words: what waits for the next run, and what an earlier one refused. */
export async function inboxInWords(lake: Lake): Promise<string[]> {
  const [waiting, refused]: [string[], string[]] = [[], []];
  for await (const object of lake.list(inboxPrefix)) {
    const name = nameOf(object);
    if (name.split('/').some(isLitter)) continue;
    // Another file under the name of one that was refused waits, however old it is.
    const answered = (await lake.head(answerKey(name)))?.metadata;
    if (answered?.['imported'] === uploadOf(object)) continue;
    (answered?.['refused'] === uploadOf(object) ? refused : waiting).push(name);
  }
  const counted = ({ length }: readonly string[]) => (length === 1 ? '1 file' : `${length} files`);
  return [
    ...(waiting.length > 0
      ? [`${counted(waiting)} in ${inboxPrefix} (${named(waiting)}) not imported yet: "sillage run" does it.`]
      : []),
    ...(refused.length > 0
      ? [
          `${counted(refused)} in ${inboxPrefix} (${named(refused)}) refused: ${answersPrefix} says why, and what to do.`,
        ]
      : []),
  ];
}

/** What is in the way where a file is called as the folder, as `cp FILE lake/inbox` makes it where there is none. */
export async function inboxInTheWay(lake: Lake): Promise<string | undefined> {
  const name = inboxPrefix.slice(0, -1);
  return (await lake.head(name)) === undefined
    ? undefined
    : `It is a file called ${name}, and nothing is imported from it: give it another name, and put it into a folder ` +
        `${inboxPrefix}.`;
}

/** One upload of a file: the same file that is put there once more is another. */
const uploadOf = ({ etag, lastModified }: LakeObject) => `${etag} ${lastModified.toISOString()}`;

const elsewhere = (lake: Lake) =>
  `Import it from a machine of your own (sillage import FILE --lake ${lake.location}), or export it in parts.`;

/**
 * Why a file is not even begun. What ends a machine that reads it would end the next one, too, and no other file would
 * ever be read: it is tried once, and this is noted before.
 */
async function whyNotBegun(lake: Lake, object: LakeObject, { fileBytes }: InboxLimits): Promise<string | undefined> {
  const name = nameOf(object);
  const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
  if (object.size > fileBytes)
    return `It has ${megabytes(object.size)}; up to ${megabytes(fileBytes)} are read here. ${elsewhere(lake)}`;
  const upload = uploadOf(object);
  if ((await lake.head(answerKey(name)))?.metadata['begun'] === upload)
    return (
      'It was begun, and not read to its end: it takes more time, memory or disk than there is here. ' +
      `${elsewhere(lake)} To have it tried once more, put it into ${inboxPrefix} again.`
    );
  await answer(lake, name, [`${name}: it is being read.`], { begun: upload });
  return undefined;
}

/** A fault of the lake is no fault of a file. */
const isOfLake = (error: unknown) =>
  error instanceof LakeUnavailable || error instanceof ObjectNotFound || error instanceof PreconditionFailed;

/** What an object of the inbox is: one file, or those of a zip. One that nobody foresaw keeps no other from its way. */
async function lookInto(
  lake: Lake,
  object: LakeObject,
  path: string,
  options: Parameters<typeof lookAt>[2],
): Promise<Looked[]> {
  const looked: Looked[] = [];
  const own = nameOf(object);
  try {
    for await (const file of filesUnder(path, options.scratch, basename(own))) {
      const name = ('path' in file && file.path === path) || file.name === basename(own) ? own : file.name;
      if ('refused' in file) looked.push({ kind: 'refused', name, why: file.refused });
      else
        looked.push(
          await lookAt(lake, { ...file, name, exportedAt: writtenAt(file.exportedAt, object.lastModified) }, options),
        );
    }
    return await placed(lake, inOneSpelling(besideEachOther(looked)), {});
  } catch (error) {
    if (isOfLake(error)) throw error;
    const said = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return [{ kind: 'refused', name: own, why: `It could not be read to its end: ${said} The next run tries again.` }];
  }
}

/**
 * Refuses what stands in the inbox and can be no object, so that no listing shows it: `inbox//orders.csv`, a file whose
 * name is in no Unicode, a link.
 * @returns why each is refused, and where that stands, under a name that can be used
 */
async function refuseStray(lake: Lake) {
  const refused: { name: string; why: string }[] = [];
  const answers = new Set<string>();
  for await (const { key, why: whyNone } of lake.strays?.(inboxPrefix) ?? []) {
    const name = key.slice(inboxPrefix.length);
    const names = name.split('/').filter((one) => one !== '');
    if (names.some(isLitter)) continue;
    const why = `It cannot be read: ${whyNone}`;
    const shown = `${hash('sha256', key).slice(0, 8)}-${(names.at(-1) ?? '').replaceAll(/[^\w.-]/g, '_').slice(-100)}`;
    await answer(lake, shown, [`${visible(key)}: ${why}`]);
    answers.add(answerKey(shown));
    refused.push({ name: visible(name), why });
  }
  return { refused, answers };
}

/**
 * Answers that nobody needs any more: their files were imported, or somebody took them away.
 * @param standing those that are of files without a name of their own
 */
async function forgetAnswers(lake: Lake, standing: ReadonlySet<string>): Promise<void> {
  for await (const { key } of lake.list(answersPrefix)) {
    if (standing.has(key)) continue;
    const name = key.slice(answersPrefix.length).replace(/\.txt$/, '');
    if ((await lake.head(inboxPrefix + name)) === undefined) await lake.delete(key);
  }
}

/**
 * Imports what stands in the lake's inbox; what was imported is taken out of it, and what is refused stays, with the
 * reason in `inbox-answers/` under its name.
 * @param isWrittenInPlace objects may be seen while they are written, as files are: who writes on into one that was
 *   taken away loses the rest, so one that has just been written stays until the next call
 */
export async function importInbox(
  lake: Lake,
  scratch: string,
  limits?: InboxLimits,
  isWrittenInPlace = false,
): Promise<Inbox> {
  const isQuiet = ({ lastModified }: LakeObject) =>
    !isWrittenInPlace || Math.abs(Date.now() - lastModified.getTime()) >= quietMs;
  const imported: string[] = [];
  const taken: string[] = [];
  const left: string[] = [];
  const refused: { name: string; why: string }[] = [];
  const notes: { name: string; note: string }[] = [];
  const { profile } = await readProfile(lake);
  const shop = { currency: profile.currency, timeZone: profile.time_zone };
  const headings = await headingsOf(lake, {});

  const refuse = async (object: LakeObject, whys: typeof refused, metadata = {}) => {
    const lines = whys.map(({ name, why }) => `${name}: ${why}`);
    await answer(lake, nameOf(object), lines, { ...metadata, refused: uploadOf(object) });
    refused.push(...whys);
  };

  const takeAway = (object: LakeObject) => lake.delete(object.key, { ifMatch: object.etag });

  const take = async (object: LakeObject, folder: string): Promise<void> => {
    const answered = await lake.head(answerKey(nameOf(object)));
    if (answered?.metadata['imported'] === uploadOf(object)) return isQuiet(object) ? takeAway(object) : undefined;
    const why = limits && (await whyNotBegun(lake, object, limits));
    if (why !== undefined) return refuse(object, [{ name: nameOf(object), why }], { begun: uploadOf(object) });
    const path = await lake.localPath(object.key, join(folder, 'inbox'), object.etag);
    const looked = await lookInto(lake, object, path, { scratch: folder, shop, headings });
    const whys = looked.flatMap((one) => (one.kind === 'refused' ? [{ name: one.name, why: one.why }] : []));
    if (whys.length > 0) return refuse(object, whys);
    taken.push(
      ...(await replaced(lake, looked)),
      ...(await olderOrders(lake, looked)),
      ...(await ordersByBoth(lake, looked)),
      ...(await ordersOfTwoShops(lake, looked)),
      ...(await behindExports(lake, looked)),
      ...(await deletedOrders(lake, looked)),
    );
    await landAll(lake, looked, folder);
    imported.push(...looked.map(({ name }) => name));
    for (const one of looked)
      if (one.kind === 'understood')
        notes.push(...one.understood.parts.flatMap((part) => part.notes.map((note) => ({ name: one.name, note }))));
    if (isQuiet(object)) return takeAway(object);
    notes.push({ name: nameOf(object), note: staysInWords });
    return answer(lake, nameOf(object), [`${nameOf(object)}: it is imported. ${staysInWords}`], {
      imported: uploadOf(object),
    });
  };

  let folders = 0;
  for await (const object of lake.list(inboxPrefix)) {
    if (nameOf(object).split('/').some(isLitter)) continue;
    if (limits?.mayBegin() === false) {
      left.push(nameOf(object));
      continue;
    }
    const folder = join(scratch, String(folders++));
    try {
      await take(object, folder);
    } catch (error) {
      // Somebody put another file under its name, or took it away: that one waits for the next call.
      if (!(error instanceof PreconditionFailed || error instanceof ObjectNotFound)) throw error;
      left.push(nameOf(object));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const stray = await refuseStray(lake);
  refused.push(...stray.refused);
  await forgetAnswers(lake, stray.answers);
  return { imported, refused, notes, replaced: taken, left };
}

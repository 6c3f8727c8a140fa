import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Unzip, UnzipInflate } from 'fflate';
import { Refused } from './refused.ts';
import type { FileToImport } from './understand.ts';
import { unpackedLimit } from './gunzip.ts';
import { entriesOf, isWorkbook, workbookLimit } from './workbook.ts';
import { timesIn } from './zip-times.ts';

/** A file that cannot even be opened. */
export interface Unopened {
  readonly name: string;
  readonly refused: string;
}

/** What systems and programs leave in folders and zips. */
export const isLitter = (name: string): boolean => /^(?:\.|__MACOSX$|~\$|Thumbs\.db$|desktop\.ini$)/i.test(name);

/** What browsers and clouds leave in place of a file that is not here, or not whole yet, by its name. */
const notHere: readonly (readonly [RegExp, string])[] = [
  [
    /\.(?:crdownload|part|filepart|partial|opdownload|download)$/i,
    'Its download has not ended. Import it once it has.',
  ],
  [/^\..+\.icloud$/i, 'It is in iCloud and not on this machine. Download it in the Finder, and import it then.'],
];
const whyNotHere = (name: string) => notHere.find(([named]) => named.test(name))?.[1];

async function isZip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.readUInt32LE(0) === 0x04_03_4b_50;
  } finally {
    await file.close();
  }
}

/** Tools that keep no times write 1970 or 1980: nothing that is imported here was exported before. */
const firstYear = 2005;

/**
 * When a file was written, by what is told of it. No file was written after it was packed or looked at: a clock that
 * was ahead would have it count before every newer one.
 */
export const writtenAt = (told: Date | undefined, latest: Date): Date =>
  told !== undefined && told.getFullYear() >= firstYear && told < latest ? told : latest;

/** Unpacks a zip of exports, in pieces. @throws Refused where it is damaged, or does not end */
async function unzipped(path: string, scratch: string, zippedAt: Date): Promise<(FileToImport | Unopened)[]> {
  await mkdir(scratch, { recursive: true });
  const folder = await mkdtemp(join(scratch, 'zip-'));
  const files: (FileToImport | Unopened)[] = [];
  const times = await timesIn(path);
  let bytes = 0;
  let failure: Error | undefined;
  const unzip = new Unzip((entry) => {
    // Some programs write ./ before each name, and .. is a step, too: neither hides a file.
    const names = entry.name.split('/').filter((one) => one !== '.' && one !== '..');
    if (entry.name.endsWith('/') || names.some(isLitter)) return;
    const away = whyNotHere(basename(entry.name));
    if (away !== undefined) {
      files.push({ name: basename(entry.name), refused: away });
      return;
    }
    const target = join(folder, String(files.length));
    files.push({ name: basename(entry.name), path: target, exportedAt: writtenAt(times.get(entry.name), zippedAt) });
    const file = openSync(target, 'wx');
    entry.ondata = (error, data, isLast) => {
      if (error) failure ??= error;
      bytes += data?.length ?? 0;
      if (bytes > unpackedLimit) {
        failure ??= new Refused('It is a zip that unpacks to more than 8 GB. Export it in parts.');
        entry.terminate();
      } else if (data) writeSync(file, data);
      if (isLast || failure) closeSync(file);
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      unzip.push(new Uint8Array(chunk));
      if (failure) throw failure;
    }
    unzip.push(new Uint8Array(), true);
    if (failure) throw failure;
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused('It is a zip file that is damaged, has a password, or was cut short: download it again.', {
      cause: error,
    });
  }
  return files;
}

/** What Sillage itself keeps in a lake's folder, beside which a person's exports may lie. */
const keptInLake = new Set([
  'raw',
  'curated',
  'marts',
  'ops',
  'truth',
  'site',
  'inbox-answers',
  'shop.json',
  'experiments.json',
]);

/** The names in a folder under which files to import may stand. */
async function namesToImport(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  const isLake = names.includes('.sillage');
  return names
    .filter((one) => (whyNotHere(one) !== undefined || !isLitter(one)) && !(isLake && keptInLake.has(one)))
    .toSorted();
}

/**
 * The files to be imported under a path: a file, all files of a folder and its folders, or what is in a zip. A
 * workbook, which is a zip too, is one file. What a lake keeps was imported already, and is passed over.
 * @param name as people know it, where the path has another
 * @throws the error of the file system
 */
export async function* filesUnder(
  path: string,
  scratch: string,
  name = basename(path),
): AsyncGenerator<FileToImport | Unopened> {
  const found = await stat(path);
  const away = whyNotHere(name);
  if (away !== undefined) {
    yield { name, refused: away };
    return;
  }
  if (found.isDirectory()) {
    for (const one of await namesToImport(path)) yield* filesUnder(join(path, one), scratch);
    return;
  }
  if (!found.isFile()) {
    yield { name, refused: 'It is no file.' };
    return;
  }
  const exportedAt = writtenAt(found.mtime, new Date());
  if (!(await isZip(path))) {
    yield { name, path, exportedAt };
    return;
  }
  try {
    if (found.size <= workbookLimit && isWorkbook(entriesOf(await readFile(path)))) {
      yield { name, path, exportedAt };
      return;
    }
    const files = await unzipped(path, scratch, exportedAt);
    if (files.length === 0) throw new Refused('It is a zip without a file in it.');
    yield* files;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    yield { name, refused: error.message };
  }
}

import { hash } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import {
  type Lake,
  type LakeHead,
  type LakeObject,
  ObjectNotFound,
  PreconditionFailed,
  type PutOptions,
} from '../../../lambdas/shared/ports/lake.ts';
import { checkKey, checkMetadata, InvalidKey } from '../../../lambdas/shared/ports/lake-rules.ts';
import { pathPattern } from '../../../lambdas/shared/path-pattern.ts';
import { explainClash } from './clash.ts';
import { codeOf, explain, isMissing } from './errors.ts';
import { fetchFile } from './fetch.ts';
import { intoFolder, pruneFolders } from './folders.ts';
import { keysUnder, standingUnder, whyLink } from './list.ts';
import { forgetListings, ListedEtags } from './listed.ts';
import { underLock } from './lock.ts';
import { linkAbove, openPlain, refuseStrange } from './plain.ts';
import { dropNotes, forgetNote, readNote, type Note, writeNotes } from './sidecar.ts';
import { modesOf } from './private.ts';
import { sweepTemp, tempPath } from './temp.ts';
import { inTurn } from './turn.ts';
import { type DatedVersion, digest, versionOf, seal, versionAt } from './version.ts';

/** A finished file at its temporary path. */
interface Draft {
  readonly etag: string;
  readonly version: DatedVersion;
}

/** A file younger than this may still change without its time changing, where a file system's clock is coarse. */
const settledMs = 2_000;
const isSettled = ({ lastModified }: DatedVersion) => Date.now() - lastModified.getTime() > settledMs;

/**
 * A lake in a folder: each object is a plain file at `<folder>/<key>`, so a person can look at it, and drop files in by
 * hand. What a file cannot carry (etag, metadata) stands beside it in `<folder>/.sillage/`, which listings hide.
 *
 * Promises: a process killed at any moment leaves every object old or new, never torn, and loses no metadata of
 * either. Processes may read and write at the same time.
 *
 * Links, pipes, sockets and devices are no objects: none is listed, followed or opened, and none is written through.
 *
 * Limits, all refused with a clear error: a key cannot also be a folder of other keys (`a` beside `a/b`), and the
 * file system must have hard links for conditional writes and locks. Where it ignores case, as on a Mac, keys must
 * differ by more than case.
 */
export function filesLake(folder: string): Lake {
  const root = resolve(folder);
  // Before anything is read or written: a folder that the engine cannot be told makes no lake.
  pathPattern(root);
  refuseStrange(root);
  let swept: Promise<void> | undefined;

  const pathOf = (key: string) => {
    checkKey(key);
    return join(root, key);
  };

  /** Runs an operation, and puts errors that concern the whole lake into words. */
  async function inOurErrors<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      throw explain(root, error);
    }
  }

  /** Runs an operation on an object that must be there. */
  const reading = <T>(key: string, operation: (path: string) => Promise<T>): Promise<T> =>
    inOurErrors(async () => {
      const path = pathOf(key);
      if (linkAbove(root, key) !== undefined || versionAt(path) === undefined) throw new ObjectNotFound(key, root);
      try {
        return await operation(path);
      } catch (error) {
        // It may have gone between the two looks, or something else have taken its place.
        throw versionAt(path) === undefined ? new ObjectNotFound(key, root) : error;
      }
    });

  /** Describes the object of a key whose folders are known to be no links. */
  async function describe(key: string): Promise<LakeHead | undefined> {
    const path = pathOf(key);
    const found = versionAt(path);
    if (found === undefined) return undefined;
    const note = readNote(root, 'meta', key, found) ?? readNote(root, 'etags', key, found);
    if (note !== undefined)
      return { key, size: found.size, etag: note.etag, lastModified: found.lastModified, metadata: note.metadata };

    // The file came or changed by hand: its bytes tell its etag.
    const { etag, version } = await versionOf(path);
    const fresh: Note = { etag, size: version.size, mtimeNs: version.mtimeNs, metadata: {} };
    if (isSettled(version)) {
      // Only a cache: a lake that may not be written can still be read.
      await writeNotes(root, 'etags', key, [fresh]).catch(() => undefined);
    }
    return { key, size: version.size, etag, lastModified: version.lastModified, metadata: {} };
  }

  /** Runs a look at an object that may be removed meanwhile. */
  const looking = (look: () => Promise<LakeHead | undefined>) =>
    inOurErrors(async () => {
      try {
        return await look();
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });

  /** What `describe` says, also of an object that is removed between two looks at it. */
  const described = (key: string) => looking(() => describe(key));

  async function head(key: string): Promise<LakeHead | undefined> {
    checkKey(key);
    return linkAbove(root, key) === undefined ? described(key) : undefined;
  }

  /** Reads the bytes, and forgets a note that speaks of others. */
  async function verified(key: string): Promise<LakeHead | undefined> {
    const path = pathOf(key);
    if (linkAbove(root, key) !== undefined || versionAt(path) === undefined) return undefined;
    const { etag, version } = await versionOf(path);
    const note = readNote(root, 'meta', key, version) ?? readNote(root, 'etags', key, version);
    const isTrue = note?.etag === etag;
    // A lake that may not be written can still be looked at; then the note stays.
    if (note !== undefined && !isTrue) {
      await forgetNote(root, key, version)
        .then(() => forgetListings(root))
        .catch(() => undefined);
    }
    return { key, size: version.size, etag, lastModified: version.lastModified, metadata: isTrue ? note.metadata : {} };
  }

  /** Whether the object is the one to replace; whether there is none where none may be, its link(2) tells. */
  async function checkMatch(key: string, { ifMatch }: PutOptions): Promise<void> {
    if (ifMatch === undefined) return;
    const now = await head(key);
    if (now === undefined) throw new PreconditionFailed(key, 'there is no object to replace');
    if (now.etag !== ifMatch) throw new PreconditionFailed(key, `its etag is ${now.etag}, not ${ifMatch}`);
  }

  /** Keeps other conditional writers of the key away: other processes have no part in this one's turns. */
  const locked = <T>(key: string, action: () => Promise<T>) => underLock(root, `object-${hash('sha256', key)}`, action);

  /** Puts a finished file in its place: first its note, then the file, so that no moment shows it without its note. */
  async function settle(key: string, temp: string, draft: Draft, options: PutOptions): Promise<LakeObject> {
    const path = pathOf(key);
    const { etag, version } = draft;
    const note: Note = { etag, size: version.size, mtimeNs: version.mtimeNs, metadata: { ...options.metadata } };
    // The note of the object that still stands is kept: until the rename, and after a kill before it, it is the valid
    // one.
    const standing = versionAt(path);
    const before = standing && readNote(root, 'meta', key, standing);
    await writeNotes(root, 'meta', key, before === undefined ? [note] : [note, before]);
    try {
      const { folder: mode } = modesOf(key);
      if (options.ifAbsent === true) await intoFolder(path, () => link(temp, path), mode);
      else await intoFolder(path, () => renameSync(temp, path), mode);
    } catch (error) {
      const meaning = explainClash(root, key, error);
      if (meaning instanceof InvalidKey) dropNotes(root, key);
      else if (options.ifAbsent === true && codeOf(error) === 'EEXIST')
        throw new PreconditionFailed(key, 'an object already stands there');
      throw meaning;
    }
    return { key, size: version.size, etag, lastModified: version.lastModified };
  }

  /** The way of every put: fill a temporary file, then put it in its place under the conditions asked for. */
  const place = (key: string, options: PutOptions, fill: (temp: string) => Promise<Draft>): Promise<LakeObject> =>
    inOurErrors(async () => {
      const path = pathOf(key);
      checkMetadata(options.metadata ?? {});
      const linked = linkAbove(root, key);
      if (linked !== undefined)
        throw new InvalidKey(key, `in ${root} the folder ${linked} is a link, and a lake follows none`);
      swept ??= sweepTemp(root);
      await swept.catch((error: unknown) => {
        swept = undefined;
        throw error;
      });
      const temp = tempPath(root);
      try {
        const draft = await fill(temp);
        return await inTurn(path, () => {
          if (options.ifAbsent !== true && options.ifMatch === undefined) return settle(key, temp, draft, options);
          return locked(key, async () => {
            await checkMatch(key, options);
            return await settle(key, temp, draft, options);
          });
        });
      } finally {
        rmSync(temp, { force: true });
      }
    });

  return {
    location: root,

    async *list(prefix) {
      try {
        const listed = new ListedEtags(root, prefix);
        for (const key of keysUnder(root, prefix)) {
          const version = versionAt(join(root, key));
          const etag = version && listed.etagOf(key, version);
          const found =
            version === undefined || etag === undefined
              ? await described(key)
              : { key, size: version.size, etag, lastModified: version.lastModified, metadata: {} };
          if (found === undefined) continue;
          if (
            version !== undefined &&
            version.lastModified.getTime() === found.lastModified.getTime() &&
            isSettled(version)
          )
            listed.add(key, version, found.etag);
          const { metadata: _, ...object } = found;
          yield object;
        }
        // Only a cache: a lake that may not be written can still be read.
        await listed.keep().catch(() => undefined);
      } catch (error) {
        throw explain(root, error);
      }
    },

    async *keys(prefix) {
      try {
        yield* keysUnder(root, prefix);
      } catch (error) {
        throw explain(root, error);
      }
    },

    async *strays(prefix) {
      try {
        const linked = linkAbove(root, prefix);
        if (linked !== undefined) yield { key: linked, why: whyLink };
        for (const { path, strange } of standingUnder(root, prefix))
          if (strange !== undefined) yield { key: path, why: strange };
      } catch (error) {
        throw explain(root, error);
      }
    },

    head,

    verify: (key) => looking(() => verified(key)),

    get: (key) =>
      reading(key, async (path) => {
        const handle = await openPlain(path);
        try {
          return await handle.readFile();
        } finally {
          await handle.close();
        }
      }),

    read: (key) => reading(key, async (path): Promise<Readable> => (await openPlain(path)).createReadStream()),

    put: (key, body, options = {}) =>
      place(key, options, async (temp) => {
        const handle = await open(temp, 'wx', modesOf(key).file);
        try {
          await handle.writeFile(body);
          return { etag: hash('md5', body), version: await seal(handle) };
        } finally {
          await handle.close();
        }
      }),

    putFile: (key, source, options = {}) =>
      place(key, options, async (temp) => {
        await fetchFile(root, source, temp);
        const handle = await open(temp);
        try {
          if (modesOf(key).file === 0o600) await handle.chmod(0o600);
          const version = await seal(handle);
          return { etag: await digest(handle), version };
        } finally {
          await handle.close();
        }
      }),

    async localPath(key, _, etag) {
      const path = await reading(key, async (one) => one);
      const found = etag === undefined ? undefined : (await head(key))?.etag;
      if (found !== etag) throw new PreconditionFailed(key, `its etag is ${found}, not ${etag}`, 'read');
      return path;
    },

    delete: (key, { ifMatch } = {}) =>
      inOurErrors(async () => {
        const path = pathOf(key);
        if (linkAbove(root, key) !== undefined) return;
        const remove = async () => {
          try {
            await rm(path);
          } catch (error) {
            // A folder of other objects is no object.
            if (isMissing(error) || codeOf(error) === 'ERR_FS_EISDIR') return;
            throw error;
          }
          dropNotes(root, key);
          pruneFolders(path, root);
        };
        await inTurn(path, () =>
          ifMatch === undefined
            ? remove()
            : locked(key, async () => {
                const now = await head(key);
                if (now !== undefined && now.etag !== ifMatch)
                  throw new PreconditionFailed(key, `its etag is ${now.etag}, not ${ifMatch}`, 'deleted');
                await remove();
              }),
        );
      }),
  };
}

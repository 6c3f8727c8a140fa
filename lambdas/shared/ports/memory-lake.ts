import { hash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  type Lake,
  type LakeHead,
  type LakeObject,
  ObjectNotFound,
  PreconditionFailed,
  type PutOptions,
} from './lake.ts';
import { checkKey, checkMetadata, compareKeys } from './lake-rules.ts';

interface Stored {
  readonly head: LakeHead;
  readonly bytes: Buffer;
}

/** A lake for tests of logic: quick, gone with its process, no more. Programs are composed with the other adapters. */
export function memoryLake(location = 'memory'): Lake {
  const objects = new Map<string, Stored>();

  function find(key: string): Stored {
    checkKey(key);
    const stored = objects.get(key);
    if (stored === undefined) throw new ObjectNotFound(key, location);
    return stored;
  }

  function store(key: string, bytes: Buffer, { metadata = {}, ifAbsent, ifMatch }: PutOptions): LakeObject {
    checkKey(key);
    checkMetadata(metadata);
    const etag = objects.get(key)?.head.etag;
    if (ifAbsent === true && etag !== undefined) throw new PreconditionFailed(key, 'an object already stands there');
    if (ifMatch !== undefined && etag !== ifMatch)
      throw new PreconditionFailed(key, `its etag is ${etag ?? 'none'}, not ${ifMatch}`);
    const object: LakeObject = { key, size: bytes.length, etag: hash('md5', bytes), lastModified: new Date() };
    objects.set(key, { head: { ...object, metadata: { ...metadata } }, bytes });
    return object;
  }

  return {
    location,

    async *list(prefix) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix));
      for (const key of keys.sort(compareKeys)) {
        const stored = objects.get(key);
        if (stored === undefined) continue;
        const { metadata: _, ...object } = stored.head;
        yield object;
      }
    },

    async *keys(prefix) {
      yield* [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(compareKeys);
    },

    async head(key) {
      checkKey(key);
      return objects.get(key)?.head;
    },

    async verify(key) {
      checkKey(key);
      return objects.get(key)?.head;
    },

    async get(key) {
      // A copy, so that no caller changes what is stored.
      return Buffer.from(find(key).bytes);
    },

    async read(key) {
      return Readable.from([Buffer.from(find(key).bytes)], { objectMode: false });
    },

    async put(key, body, options = {}) {
      return store(key, Buffer.from(body), options);
    },

    async putFile(key, path, options = {}) {
      return store(key, await readFile(path), options);
    },

    async localPath(key, scratch, etag) {
      const { head, bytes } = find(key);
      if (etag !== undefined && head.etag !== etag)
        throw new PreconditionFailed(key, `its etag is ${head.etag}, not ${etag}`, 'read');
      await mkdir(scratch, { recursive: true });
      const path = join(scratch, `${hash('md5', key)}-${head.etag}`);
      await writeFile(path, bytes);
      return path;
    },

    async delete(key, { ifMatch } = {}) {
      checkKey(key);
      const etag = objects.get(key)?.head.etag;
      if (ifMatch !== undefined && etag !== undefined && etag !== ifMatch)
        throw new PreconditionFailed(key, `its etag is ${etag}, not ${ifMatch}`, 'deleted');
      objects.delete(key);
    },
  };
}

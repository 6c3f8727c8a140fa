import type { Readable } from 'node:stream';

/** One object of the lake as a listing shows it. */
export interface LakeObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Opaque version of the content: equal etags mean equal bytes. No quotes. */
  readonly etag: string;
  readonly lastModified: Date;
}

/** An object with the metadata that its writer gave it (lower-case names). */
export interface LakeHead extends LakeObject {
  readonly metadata: Readonly<Record<string, string>>;
}

export interface PutOptions {
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Write only if no object stands under the key. */
  readonly ifAbsent?: boolean;
  /** Write only if the object's etag is still this one. */
  readonly ifMatch?: string;
}

/**
 * The lake: named objects, each replaced whole or not at all.
 *
 * Every write is atomic: a reader, or a process that starts after a crash, sees the old object or the new one.
 * Writers give deterministic keys, so a retry overwrites what the first try wrote.
 */
export interface Lake {
  /** Where this lake is, for people: a folder, or `s3://bucket`. */
  readonly location: string;
  /** All objects whose key begins with `prefix`, in ascending order of key (by UTF-8 bytes). */
  list(prefix: string): AsyncIterable<LakeObject>;
  /** The object's description, or undefined where there is none. */
  head(key: string): Promise<LakeHead | undefined>;
  /** The whole content. @throws ObjectNotFound */
  get(key: string): Promise<Buffer>;
  /** The content as a stream, for objects that do not fit in memory. @throws ObjectNotFound */
  read(key: string): Promise<Readable>;
  /** Writes an object from memory. @throws PreconditionFailed @throws LakeUnavailable */
  put(key: string, body: Uint8Array | string, options?: PutOptions): Promise<LakeObject>;
  /** Writes an object from a finished local file, which may be moved away. @throws PreconditionFailed @throws LakeUnavailable */
  putFile(key: string, path: string, options?: PutOptions): Promise<LakeObject>;
  /** A local path with the object's content, to be read only: the object itself where it is a file, else a download into `scratch`. @throws ObjectNotFound */
  localPath(key: string, scratch: string): Promise<string>;
  /** Removes the object; no error where there is none. */
  delete(key: string): Promise<void>;
}

/** No object stands under the key. */
export class ObjectNotFound extends Error {
  override readonly name = 'ObjectNotFound';
  readonly key: string;
  constructor(key: string, location: string) {
    super(`There is no object ${key} in ${location}.`);
    this.key = key;
  }
}

/** A conditional put found another state than the one it asked for. */
export class PreconditionFailed extends Error {
  override readonly name = 'PreconditionFailed';
  readonly key: string;
  constructor(key: string, condition: string) {
    super(`The object ${key} was not written: ${condition}.`);
    this.key = key;
  }
}

/** The lake cannot be read or written at all: a full disk, no permission, no such bucket. The message says what to do. */
export class LakeUnavailable extends Error {
  override readonly name = 'LakeUnavailable';
}

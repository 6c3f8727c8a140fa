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
  /** For those who fetch the object over HTTP. Not part of what a lake gives back. */
  readonly contentType?: string;
  /**
   * Replaces what was there. Names of a–z, 0–9 and hyphens, values of printable ASCII, 2 KB in all. @see checkMetadata
   */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Write only if no object stands under the key. */
  readonly ifAbsent?: boolean;
  /** Write, or delete, only if the object's etag is still this one. */
  readonly ifMatch?: string;
}

/** Bytes that an object had before, or that stood under a key where nothing stands now. */
export interface PastVersion {
  readonly key: string;
  /** Opaque. */
  readonly version: string;
}

/** Of a lake that keeps what was replaced or deleted, as a versioned bucket does: a way to make it gone. */
export interface PastVersions {
  /**
   * The past versions of all objects whose key begins with `prefix`. What tells only that an object was deleted is
   * none.
   */
  list(prefix: string): AsyncIterable<PastVersion>;
  get(version: PastVersion): Promise<Buffer>;
  /** Removes it for good. */
  delete(version: PastVersion): Promise<void>;
}

/**
 * The lake: named objects, each replaced whole or not at all.
 *
 * Every write is atomic: a reader, or a process that starts after a crash, sees the old object or the new one.
 * Writers give deterministic keys, so a retry overwrites what the first try wrote.
 *
 * Keys are names with slashes between them, up to 1,024 bytes, none of them empty or beginning with a dot; all
 * operations refuse others with InvalidKey, and listings leave them out. No key should be the folder of another
 * (`a` beside `a/b`): S3 bears it, files do not. `lake-rules.ts` has the rules, `lake.contract.ts` the tests.
 */
export interface Lake {
  /** Where this lake is, for people: a folder, or `s3://bucket`. */
  readonly location: string;
  /** All objects whose key begins with `prefix`, in ascending order of key (by UTF-8 bytes). */
  list(prefix: string): AsyncIterable<LakeObject>;
  /** The keys of these objects alone, in the same order: no etag need be known for them. */
  keys(prefix: string): AsyncIterable<string>;
  /** The object's description, or undefined where there is none. */
  head(key: string): Promise<LakeHead | undefined>;
  /**
   * The object's description by its bytes, read anew. A lake that keeps etags beside the bytes finds what changed
   * unseen (a flipped bit): from then on `head` and `list` tell the etag that the bytes have, and the metadata of the
   * other bytes is gone.
   */
  verify(key: string): Promise<LakeHead | undefined>;
  /** The whole content. @throws ObjectNotFound */
  get(key: string): Promise<Buffer>;
  /** The content as a stream, for objects that do not fit in memory. @throws ObjectNotFound */
  read(key: string): Promise<Readable>;
  /**
   * Writes an object from memory. Where a condition is set and the answer to a first try is lost on the way, its retry
   * may find its own object there and fail: who must know compares the content.
   *
   * @throws PreconditionFailed @throws LakeUnavailable
   */
  put(key: string, body: Uint8Array | string, options?: PutOptions): Promise<LakeObject>;
  /**
   * Writes an object from a finished local file, which may be moved away, even where a condition fails.
   * @throws PreconditionFailed
   * @throws LakeUnavailable
   */
  putFile(key: string, path: string, options?: PutOptions): Promise<LakeObject>;
  /**
   * A local path with the object's content, to be read only: the object itself where it is a file, else a download into
   * `scratch`. With an etag the content is that version's, by one request. @throws ObjectNotFound @throws
   * PreconditionFailed where its etag is another
   */
  localPath(key: string, scratch: string, etag?: string): Promise<string>;
  /**
   * The store itself keeps each etag with the bytes that it is of: content that was asked for by its etag need not be
   * verified.
   */
  readonly vouches?: boolean;
  /** Removes the object; no error where there is none. @throws PreconditionFailed where its etag is not `ifMatch` */
  delete(key: string, options?: Pick<PutOptions, 'ifMatch'>): Promise<void>;
  /**
   * Objects past the retention of their table may be gone at any time without a word, as a bucket's lifecycle takes
   * them.
   */
  readonly hasLifecycle?: boolean;
  /**
   * What stands under keys that begin with `prefix` and can be no object of a lake, which listings leave out: people put
   * it there. Undefined where none can stand.
   */
  strays?(prefix: string): AsyncIterable<Stray>;
  /** Undefined where a lake keeps nothing of what was. */
  readonly past?: PastVersions;
}

/** What somebody put into a lake that can be no object of it. */
export interface Stray {
  readonly key: string;
  /** Why it is none, and what to do about it. */
  readonly why: string;
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

/** A conditional put or delete found another state than the one it asked for. */
export class PreconditionFailed extends Error {
  override readonly name = 'PreconditionFailed';
  readonly key: string;
  constructor(key: string, condition: string, change: 'written' | 'deleted' | 'read' = 'written') {
    super(`The object ${key} was not ${change}: ${condition}.`);
    this.key = key;
  }
}

/**
 * The lake cannot be read or written at all: a full disk, no permission, no such bucket. The message says what to do.
 */
export class LakeUnavailable extends Error {
  override readonly name = 'LakeUnavailable';
}

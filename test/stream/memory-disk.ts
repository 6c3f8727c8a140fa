/**
 * A disk in memory that behaves as a real one does where it hurts: what is not synced is lost by a power cut, or torn
 * by it.
 */
import { dirname } from 'node:path';
import type { Disk, DiskFile } from '../../localstack/embedded/stream/disk.ts';

/** A file's bytes, as they are read, and as they are after a power cut. */
class Inode {
  bytes = Buffer.alloc(0);
  durable = Buffer.alloc(0);
  size = 0;
  mtimeMs: number;

  constructor(mtimeMs: number) {
    this.mtimeMs = mtimeMs;
  }

  get content(): Buffer {
    return this.bytes.subarray(0, this.size);
  }

  write(data: ArrayLike<number>, at: number, mtimeMs: number): void {
    const end = at + data.length;
    if (end > this.bytes.length) {
      const grown = Buffer.alloc(Math.max(end, 2 * this.bytes.length, 256));
      this.bytes.copy(grown, 0, 0, this.size);
      this.bytes = grown;
    }
    this.bytes.set(data, at);
    this.size = Math.max(this.size, end);
    this.mtimeMs = mtimeMs;
  }

  truncate(length: number): void {
    this.bytes.fill(0, length, this.size);
    this.size = length;
  }

  sync(): void {
    this.durable = Buffer.from(this.content);
  }
}

const fault = (code: string, path: string) => Object.assign(new Error(`${code}: ${path}`), { code });

/** What a power cut leaves of what was not synced: nothing, its first half, or its second half behind zeros. */
export type Leftover = 'nothing' | 'first half' | 'second half';

export interface MemoryDisk extends Disk {
  /** Everything that is not synced is lost, or torn. */
  powerCut(leftover: Leftover): void;
  /** Flips a bit of the nth file whose path matches, if there is one. */
  flip(matching: RegExp, which: number, bit: number): Flipped | undefined;
  /** Puts a file back as it was. */
  restore(flipped: Flipped): void;
}

/** A file in which a bit was flipped: what stood in it before, and at which byte. */
export interface Flipped {
  readonly path: string;
  readonly before: Buffer;
  readonly at: number;
}

export interface MemoryDiskOptions {
  readonly now: () => number;
  /** How many bytes of a write are taken; fewer than all where the disk is full, and then it fails. */
  readonly room?: (bytes: number) => number;
}

export function memoryDisk({ now, room = (bytes) => bytes }: MemoryDiskOptions): MemoryDisk {
  const files = new Map<string, Inode>();
  const folders = new Set<string>();
  /** Of each folder, its files as a power cut leaves them. */
  const synced = new Map<string, Map<string, Inode>>();

  const need = (path: string): Inode => {
    const inode = files.get(path);
    if (inode === undefined) throw fault('ENOENT', path);
    return inode;
  };
  const isUnder = (folder: string) => (path: string) => path.startsWith(`${folder}/`);

  function fileOf(inode: Inode, path: string): DiskFile {
    const put = (data: Buffer, at: number): number => {
      const taken = room(data.length);
      if (taken > 0) inode.write(data.subarray(0, taken), at, now());
      if (taken < data.length && taken === 0) throw fault('ENOSPC', path);
      return taken;
    };
    return {
      async read(buffer, offset, length, position) {
        return {
          bytesRead:
            position >= inode.size
              ? 0
              : inode.content.copy(buffer, offset, position, Math.min(inode.size, position + length)),
        };
      },
      write: async (buffer, offset, length, position) => ({
        bytesWritten: put(buffer.subarray(offset, offset + length), position),
      }),
      writev: async (buffers, position) => ({
        bytesWritten: put(buffers.length === 1 && buffers[0] ? buffers[0] : Buffer.concat(buffers), position),
      }),
      async truncate(length) {
        inode.truncate(length);
      },
      async datasync() {
        inode.sync();
      },
      stat: async () => ({ size: inode.size, mtimeMs: inode.mtimeMs }),
      close: async () => undefined,
    };
  }

  return {
    async open(path, flags) {
      if (!folders.has(dirname(path))) throw fault('ENOENT', path);
      const found = files.get(path);
      if (flags === 'wx' && found !== undefined) throw fault('EEXIST', path);
      if (flags === 'r' || flags === 'r+') return fileOf(need(path), path);
      const inode = found ?? new Inode(now());
      inode.truncate(0);
      files.set(path, inode);
      return fileOf(inode, path);
    },
    readText: async (path) => need(path).content.toString('utf8'),
    async list(folder) {
      if (!folders.has(folder)) throw fault('ENOENT', folder);
      return [...files.keys(), ...folders]
        .filter((path) => dirname(path) === folder && path !== folder)
        .map((path) => path.slice(folder.length + 1));
    },
    async makeFolder(folder) {
      for (let above = folder; !folders.has(above); above = dirname(above)) folders.add(above);
    },
    async syncFolder(folder) {
      synced.set(folder, new Map([...files].filter(([path]) => dirname(path) === folder)));
    },
    async rename(from, to) {
      files.set(to, need(from));
      files.delete(from);
    },
    async remove(path) {
      files.delete(path);
      folders.delete(path);
      for (const one of [...files.keys()].filter(isUnder(path))) files.delete(one);
      for (const one of [...folders].filter(isUnder(path))) folders.delete(one);
    },
    writtenAt: async (path) => need(path).mtimeMs,
    // One process at a time, as the test has it.
    lock: async () => ({ release: async () => undefined }),
    powerCut(leftover) {
      if (leftover === 'nothing') {
        // Names that were made, changed or removed since their folder was synced are as they were.
        for (const [path] of files) if (folders.has(dirname(path))) files.delete(path);
        for (const [folder, names] of synced)
          if (folders.has(folder)) for (const [path, inode] of names) files.set(path, inode);
      }
      for (const inode of new Set(files.values())) {
        const { content, durable } = inode;
        if (content.equals(durable)) continue;
        const middle = durable.length + Math.trunc(Math.max(0, content.length - durable.length) / 2);
        const left =
          leftover === 'nothing'
            ? durable
            : leftover === 'first half'
              ? content.subarray(0, middle)
              : Buffer.concat([
                  durable.subarray(0, content.length),
                  Buffer.alloc(Math.max(0, middle - durable.length)),
                  content.subarray(middle),
                ]);
        inode.bytes = Buffer.from(left);
        inode.size = left.length;
        inode.sync();
      }
    },
    flip(matching, which, bit) {
      const matched = [...files]
        .filter(([path, { size }]) => matching.test(path) && size > 0)
        .toSorted(([a], [b]) => (a < b ? -1 : 1));
      const [path, inode] = matched[which % Math.max(1, matched.length)] ?? [];
      if (path === undefined || inode === undefined) return undefined;
      const before = Buffer.from(inode.content);
      const at = (bit >> 3) % inode.size;
      inode.write([(before[at] ?? 0) ^ (1 << (bit & 7))], at, inode.mtimeMs);
      if (inode.durable.length > at) inode.durable[at] = inode.content[at] ?? 0;
      return { path, before, at };
    },
    restore({ path, before }) {
      const inode = need(path);
      inode.truncate(0);
      inode.write(before, 0, inode.mtimeMs);
      inode.sync();
    },
  };
}

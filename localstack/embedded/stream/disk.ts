import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { acquireLock } from '../lake/lock.ts';

/** An open file, as far as a stream needs one. */
export interface DiskFile {
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  write(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  writev(buffers: readonly Buffer[], position: number): Promise<{ bytesWritten: number }>;
  truncate(length: number): Promise<void>;
  datasync(): Promise<void>;
  stat(): Promise<{ size: number; mtimeMs: number }>;
  close(): Promise<void>;
}

/**
 * What a stream asks of the system, and no more, so that the very code of the stream runs on a disk that fails as a
 * test plans it. Errors are those of Node.
 */
export interface Disk {
  open(path: string, flags: 'r' | 'r+' | 'w' | 'wx'): Promise<DiskFile>;
  readText(path: string): Promise<string>;
  /** The names in a folder. */
  list(folder: string): Promise<string[]>;
  /** Makes a folder and those above it. */
  makeFolder(folder: string): Promise<void>;
  /** Makes what was renamed, made or removed in a folder outlive a power cut. */
  syncFolder(folder: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, or a folder with all in it; what is not there is as good as removed. */
  remove(path: string): Promise<void>;
  /** When a file was last written, ms. */
  writtenAt(path: string): Promise<number>;
  /** @throws LockHeld where another process has it */
  lock(root: string, name: string): Promise<{ release(): Promise<void> }>;
}

/** The disk of this machine. */
export const machineDisk: Disk = {
  open: (path, flags) => open(path, flags, 0o600),
  readText: (path) => readFile(path, 'utf8'),
  list: (folder) => readdir(folder),
  async makeFolder(folder) {
    // The lake itself may be shared; what is below its own folder is its owner's alone.
    await mkdir(folder.replace(/\.sillage(?:\/.*)?$/s, ''), { recursive: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
  },
  async syncFolder(folder) {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { recursive: true, force: true }),
  writtenAt: async (path) => (await stat(path)).mtimeMs,
  lock: acquireLock,
};

/** Writes all of some bytes at the beginning of a file, however few the system takes at a time. */
export async function writeWhole(file: DiskFile, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at, bytes.length - at, at)).bytesWritten;
}

/**
 * Replaces a small file whole: after a kill or a power cut it is the old one or the new one. `syncFolder` makes it
 * last.
 */
export async function replaceFile(disk: Disk, path: string, content: string | Buffer): Promise<void> {
  const temp = `${path}.new`;
  try {
    const file = await disk.open(temp, 'w');
    try {
      await writeWhole(file, typeof content === 'string' ? Buffer.from(content) : content);
      await file.datasync();
    } finally {
      await file.close();
    }
    await disk.rename(temp, path);
  } catch (error) {
    await disk.remove(temp).catch(() => undefined);
    throw error;
  }
}

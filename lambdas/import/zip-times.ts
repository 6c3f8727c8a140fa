/** When the files in a zip were written: its list says so, and unpacking would give all of them the time of the zip. */
import { open, type FileHandle } from 'node:fs/promises';

const endSignature = 0x06_05_4b_50;
const entrySignature = 0x02_01_4b_50;
/** The end of the list is 22 bytes, and a comment of up to 65,535. */
const endLongest = 22 + 0xff_ff;

async function bytesAt(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
  return buffer.subarray(0, bytesRead);
}

/** The moment in the list's own field, which knows no time zone: that of this machine is taken. */
function localTime(date: number, time: number): Date {
  const [year, month, day] = [1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31];
  return new Date(year, month, day, time >> 11, (time >> 5) & 63, (time & 31) * 2);
}

/** The moment that Info-ZIP's extended timestamp (0x5455) tells, in UTC; undefined where there is none. */
function exactTime(extra: Buffer): Date | undefined {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    const isTold = extra.readUInt16LE(at) === 0x54_55 && at + 9 <= extra.length && (extra.readUInt8(at + 4) & 1) === 1;
    if (isTold) return new Date(extra.readInt32LE(at + 5) * 1000);
  }
  return undefined;
}

/** By the names of the files in a zip, when each was written, where its list tells. */
export async function timesIn(path: string): Promise<ReadonlyMap<string, Date>> {
  const times = new Map<string, Date>();
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = await bytesAt(file, Math.max(0, size - endLongest), Math.min(size, endLongest));
    const signature = Buffer.alloc(4);
    signature.writeUInt32LE(endSignature);
    const end = tail.lastIndexOf(signature);
    if (end === -1 || end + 22 > tail.length) return times;
    const list = await bytesAt(file, tail.readUInt32LE(end + 16), Math.min(size, tail.readUInt32LE(end + 12)));
    for (let at = 0; at + 46 <= list.length && list.readUInt32LE(at) === entrySignature;) {
      const [nameEnd, extra, comment] = [
        at + 46 + list.readUInt16LE(at + 28),
        list.readUInt16LE(at + 30),
        list.readUInt16LE(at + 32),
      ];
      const name = list.toString((list.readUInt16LE(at + 8) & 0x8_00) === 0 ? 'latin1' : 'utf8', at + 46, nameEnd);
      times.set(
        name,
        exactTime(list.subarray(nameEnd, nameEnd + extra)) ??
          localTime(list.readUInt16LE(at + 14), list.readUInt16LE(at + 12)),
      );
      at = nameEnd + extra + comment;
    }
    return times;
  } finally {
    await file.close();
  }
}

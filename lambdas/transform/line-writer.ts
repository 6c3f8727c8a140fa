import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import type { WriteStream } from 'node:fs';

/** A record that cannot even be handed to SQL. */
export interface Problem {
  /** Line in the object, row of a sheet, or place among its records, from 1. */
  readonly line: number;
  /** `rule:subject`. */
  readonly reason: string;
  /** What was received, at most `recordLimit` bytes of it. */
  readonly record: string;
  /** What the reason's words tell beside it: the value that was found, or which platform's. */
  readonly found?: string | undefined;
}

/** Longest record that is read, bytes: Kinesis and the collector take 1 MB. */
export const recordLimit = 1_048_576;

/**
 * Longest file that is read as one document, bytes unpacked: a report of a year, and not all that a small gzip can blow
 * up to.
 */
export const documentLimit = 2 ** 28;

export const newline = 10;
/**
 * A carriage return, a NUL and the separator that the line reader uses: each would make it see other lines than we
 * count.
 */
const disturbing = [13, 0, 1];

/** Whether the line reader will see each line of the block just as it stands. */
function isPlain(block: Buffer): boolean {
  return isUtf8(block) && disturbing.every((byte) => !block.includes(byte));
}

/** The lines of a block, without their ends. */
export function* linesOf(block: Buffer): Generator<Buffer> {
  for (let from = 0; from < block.length;) {
    const end = block.indexOf(newline, from);
    const to = end < 0 ? block.length : end;
    yield block.subarray(from, block[to - 1] === 13 ? to - 1 : to);
    from = to + 1;
  }
}

/** Writes the plain file that SQL reads: one record a line, an empty line where a problem stood. */
export class LineWriter {
  records = 0;
  readonly problems: Problem[] = [];
  #line = 0;
  readonly #out: WriteStream;

  get lineCount(): number {
    return this.#line;
  }

  constructor(out: WriteStream) {
    this.#out = out;
  }

  async #write(bytes: Buffer | string): Promise<void> {
    // A stream that has failed never drains.
    if (this.#out.errored) throw this.#out.errored;
    if (!this.#out.write(bytes)) await once(this.#out, 'drain');
  }

  /** The next line is to be this one, from 1: what stands between says nothing, as an empty row of a sheet. */
  async skipTo(line: number): Promise<void> {
    const skipped = line - 1 - this.#line;
    if (skipped <= 0) return;
    this.#line += skipped;
    await this.#write('\n'.repeat(skipped));
  }

  /** A block of whole lines. */
  async lines(block: Buffer): Promise<void> {
    const plain = isPlain(block);
    let longest = 0;
    let records = 0;
    let lines = 0;
    for (let from = 0; from < block.length; lines++) {
      const end = block.indexOf(newline, from);
      const to = end < 0 ? block.length : end;
      if (to > from) records++;
      longest = Math.max(longest, to - from);
      from = to + 1;
    }
    if (!plain || longest > recordLimit) return this.#lineByLine(block);
    this.records += records;
    this.#line += lines;
    return this.#write(block.at(-1) === newline ? block : Buffer.concat([block, Buffer.from('\n')]));
  }

  async #lineByLine(block: Buffer): Promise<void> {
    for (const line of linesOf(block)) await this.line(line);
  }

  /** A line without its end. */
  async line(line: Buffer): Promise<void> {
    const reason =
      line.length > recordLimit
        ? 'too_long:record'
        : !isUtf8(line)
          ? 'not_utf8:record'
          : isPlain(line)
            ? undefined
            : 'malformed:record';
    if (reason !== undefined) return this.problem(reason, line);
    this.#line++;
    if (line.length > 0) this.records++;
    await this.#write(line.toString('utf8') + '\n');
  }

  async problem(reason: string, record: Buffer | string, found?: string): Promise<void> {
    this.#line++;
    const bytes = typeof record === 'string' ? Buffer.from(record) : record;
    this.problems.push({ line: this.#line, reason, record: bytes.subarray(0, recordLimit).toString('utf8'), found });
    await this.#write('\n');
  }
}

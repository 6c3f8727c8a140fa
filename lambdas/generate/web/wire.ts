/** Collects the lines received on one day and sorts them into the days to which they belong. */
import { eventTimeFault } from '../../shared/event-time.ts';
import { dayMs, dayOfTime } from '../market/calendar.ts';
import type { DayIndex } from '../market/calendar.ts';
import { noDirt } from './dirt.ts';
import type { Dirt, DirtCounts } from './dirt.ts';

/**
 * The partition of an event: the UTC day of its own time, unless that cannot be believed. When it was received plays no
 * part in it otherwise: a retry must land where the first try did, or both would be counted.
 */
export function partitionOf(time: number, received: number): DayIndex {
  return dayOfTime(eventTimeFault(time, received) === undefined ? time : received);
}

/** Lines as JSON Lines in UTF-8. */
export interface Lines {
  readonly rows: number;
  readonly bytes: Uint8Array;
}

/** More lines than one lane can have in a day: a line's number takes the low digits of its sorting key. */
const linesMax = 4_194_304;
const chunk = 4_194_304;
const firstChunk = 65_536;
/** A line of UTF-8 takes at most three bytes for each of its UTF-16 units. */
const bytesPerUnit = 3;

/** Lines are written to bytes at once: millions of live strings would keep the garbage collector busy. */
class Partition {
  readonly dirt: DirtCounts = noDirt();
  readonly #chunks: Buffer[] = [];
  #chunk = Buffer.alloc(0);
  /** Where the next line begins, within the chunk. */
  #at = 0;
  /** Chunk × CHUNK + offset of each line. */
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];
  /** Received ms within the day × LINES_MAX + the line's number: one number to sort by. */
  readonly #keys: number[] = [];

  add(line: string, receivedInDay: number): void {
    if (this.#at + line.length * bytesPerUnit + 1 > this.#chunk.length) {
      // Most days that events belong to have a few of them; only the day itself has many.
      this.#chunk = Buffer.allocUnsafeSlow(this.#chunks.length === 0 ? firstChunk : chunk);
      this.#chunks.push(this.#chunk);
      this.#at = 0;
    }
    const length = this.#chunk.write(line, this.#at) + 1;
    this.#chunk[this.#at + length - 1] = 10;
    this.#keys.push(receivedInDay * linesMax + this.#starts.length);
    this.#starts.push((this.#chunks.length - 1) * chunk + this.#at);
    this.#lengths.push(length);
    this.#at += length;
  }

  /** The lines in the order in which they were received, in parts of at most `size` lines. */
  *sorted(size: number): Generator<Lines> {
    const keys = Float64Array.from(this.#keys).sort();
    for (let from = 0; from < keys.length; from += size) {
      const part = keys.subarray(from, from + size);
      const numbers = part.map((key) => key % linesMax);
      const bytes = Buffer.allocUnsafeSlow(numbers.reduce((sum, number) => sum + (this.#lengths[number] ?? 0), 0));
      let at = 0;
      for (const number of numbers) {
        const start = this.#starts[number] ?? 0;
        const offset = start % chunk;
        at +=
          this.#chunks[(start - offset) / chunk]?.copy(bytes, at, offset, offset + (this.#lengths[number] ?? 0)) ?? 0;
      }
      yield { rows: numbers.length, bytes };
    }
  }
}

export class Wire {
  /** The UTC day on which everything here is received. */
  readonly day: DayIndex;
  readonly #partitions = new Map<DayIndex, Partition>();

  constructor(day: DayIndex) {
    this.day = day;
  }

  /** Whether something received at this time, ms, belongs on this wire. */
  receives(received: number): boolean {
    return dayOfTime(received) === this.day;
  }

  add(line: string, partition: DayIndex, received: number): void {
    this.#partition(partition).add(line, received - this.day * dayMs);
  }

  count(kind: Dirt, partition: DayIndex): void {
    this.#partition(partition).dirt[kind] += 1;
  }

  /** The days that lines belong to, ascending. */
  get partitions(): DayIndex[] {
    return [...this.#partitions.keys()].sort((a, b) => a - b);
  }

  dirtOf(partition: DayIndex): DirtCounts {
    return this.#partitions.get(partition)?.dirt ?? noDirt();
  }

  /** The lines of a day in the order in which they were received, in parts of at most `size` lines. */
  linesOf(partition: DayIndex, size = linesMax): Iterable<Lines> {
    return this.#partitions.get(partition)?.sorted(size) ?? [];
  }

  #partition(day: DayIndex): Partition {
    let partition = this.#partitions.get(day);
    if (partition === undefined) {
      partition = new Partition();
      this.#partitions.set(day, partition);
    }
    return partition;
  }
}

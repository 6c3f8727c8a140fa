import type { Segment } from './log-folder.ts';

/** A position is noted for each so many bytes of a segment: little memory, and never more than that to read in vain. */
const stepBytes = 64 * 1024;

/** Where some records of a segment stand. */
export class SparseIndex {
  readonly #sequences: bigint[] = [];
  readonly #positions: number[] = [];

  /** Notes a record. Scans begin at a noted position or at 0, so they leave no gaps. */
  note(sequence: bigint, position: number): void {
    if (position < (this.#positions.at(-1) ?? 0) + stepBytes) return;
    this.#sequences.push(sequence);
    this.#positions.push(position);
  }

  /** The last noted position that is not behind the record `sequence`, or 0. */
  before(sequence: bigint): number {
    return this.#positions[this.#sequences.findLastIndex((noted) => noted <= sequence)] ?? 0;
  }
}

/** The indexes of a stream's segments, made by reading them. */
export class SparseIndexes {
  readonly #byShard = new Map<string, Map<string, SparseIndex>>();

  /** The indexes of a shard's segments by their paths. Those of segments that are gone are forgotten. */
  of(shardId: string, segments: readonly Segment[]): ReadonlyMap<string, SparseIndex> {
    const known = this.#byShard.get(shardId);
    const indexes = new Map(segments.map(({ path }) => [path, known?.get(path) ?? new SparseIndex()]));
    this.#byShard.set(shardId, indexes);
    return indexes;
  }
}

import type { Lake } from '../ports/lake.ts';
import type { SliceInput } from './staleness.ts';

/** An input whose bytes are not those that the plan was made for. */
export interface ChangedInput extends SliceInput {
  /** Etag of its bytes now; undefined where it is gone. */
  readonly found: string | undefined;
  /** The lake itself took the bytes for the old ones: nobody put them there by the lake's own ways. */
  readonly isDamage: boolean;
}

/** What a slice was about to be made from has changed unseen: nothing was made, and the run must plan anew. */
export class InputsChanged extends Error {
  override readonly name = 'InputsChanged';
  readonly inputs: readonly ChangedInput[];
  constructor(inputs: readonly ChangedInput[]) {
    const [first] = inputs;
    super(
      `${first?.key} has not the bytes that are recorded of it${inputs.length > 1 ? ` (and ${inputs.length - 1} more)` : ''}.`,
    );
    this.inputs = inputs;
  }
}

/** What a run reads: each object is held against its record before its bytes are used, once a run, and only where a slice is built from it. */
export class Inputs {
  readonly #lake: Lake;
  /** Etags that are known to be those of the bytes. */
  readonly #known: Map<string, string>;

  /** @param known what is no object of the lake, or has just been read: the parts of the shop's profile */
  constructor(lake: Lake, known: readonly SliceInput[]) {
    this.#lake = lake;
    this.#known = new Map(known.map(({ key, etag }) => [key, etag]));
  }

  /** Takes note of an object that this run has just written. */
  made(key: string, etag: string): void {
    this.#known.set(key, etag);
  }

  /** @throws InputsChanged naming those that have other bytes than are recorded */
  async verify(inputs: Iterable<SliceInput>): Promise<void> {
    const changed: ChangedInput[] = [];
    for (const { key, etag } of new Map([...inputs].map((input) => [input.key, input])).values()) {
      if (this.#known.get(key) === etag) continue;
      const noted = await this.#lake.head(key);
      const found = await this.#lake.verify(key);
      if (found?.etag === etag) this.#known.set(key, etag);
      else changed.push({ key, etag, found: found?.etag, isDamage: noted?.etag === etag && found !== undefined });
    }
    if (changed.length > 0) throw new InputsChanged(changed);
  }
}

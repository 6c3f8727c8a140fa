import { PreconditionFailed, type Lake } from '../ports/lake.ts';
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
      `${first?.key} has not the bytes that are recorded of ` +
        `it${inputs.length > 1 ? ` (and ${inputs.length - 1} more)` : ''}.`,
    );
    this.inputs = inputs;
  }
}

/**
 * What a run reads: each object is held against its record before its bytes are used, once a run, and only where a
 * slice is built from it.
 */
export class Inputs {
  readonly #lake: Lake;
  /** Etags that are known to be those of the bytes. */
  readonly #known: Map<string, string>;
  /** Of a lake that vouches for its etags, those that are asked for. */
  readonly #expected = new Map<string, string>();
  /**
   * What was found of an input, or is being looked for: two that ask at once are told the same, for to look sets right
   * what the lake noted.
   */
  readonly #looks = new Map<string, Promise<ChangedInput | undefined>>();

  /** @param known what is no object of the lake, or has just been read: the parts of the shop's profile */
  constructor(lake: Lake, known: readonly SliceInput[]) {
    this.#lake = lake;
    this.#known = new Map(known.map(({ key, etag }) => [key, etag]));
  }

  /** Takes note of an object that this run has just written. */
  made(key: string, etag: string): void {
    this.#known.set(key, etag);
  }

  /**
   * Holds inputs against their records. Of a lake that vouches for its etags that costs nothing: `localPath` asks for
   * just these versions.
   * @throws InputsChanged naming those that have other bytes than are recorded
   */
  async verify(inputs: Iterable<SliceInput>): Promise<void> {
    if (this.#lake.vouches) {
      for (const { key, etag } of inputs) this.#expected.set(key, etag);
      return;
    }
    const changed: ChangedInput[] = [];
    for (const input of new Map([...inputs].map((one) => [one.key, one])).values()) {
      if (this.#known.get(input.key) === input.etag) continue;
      const name = `${input.key}@${input.etag}`;
      const look = this.#looks.get(name) ?? this.#look(input);
      this.#looks.set(name, look);
      const found = await look;
      if (found === undefined) this.#known.set(input.key, input.etag);
      else changed.push(found);
    }
    if (changed.length > 0) throw new InputsChanged(changed);
  }

  /**
   * A local path with the bytes of an object, for one that was verified with those of its record.
   * @throws InputsChanged
   * @throws ObjectNotFound
   */
  async localPath(key: string, scratch: string): Promise<string> {
    const etag = this.#expected.get(key);
    try {
      return await this.#lake.localPath(key, scratch, etag);
    } catch (error) {
      if (etag === undefined || !(error instanceof PreconditionFailed)) throw error;
      throw new InputsChanged([{ key, etag, found: (await this.#lake.head(key))?.etag, isDamage: false }]);
    }
  }

  /** Looks at each input anew from now on: what was changed has been planned for. */
  lookAgain(): void {
    this.#looks.clear();
  }

  async #look({ key, etag }: SliceInput): Promise<ChangedInput | undefined> {
    const noted = await this.#lake.head(key);
    const found = await this.#lake.verify(key);
    return found?.etag === etag
      ? undefined
      : { key, etag, found: found?.etag, isDamage: noted?.etag === etag && found !== undefined };
  }
}

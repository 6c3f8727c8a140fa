/**
 * Randomness as a pure function of keys.
 *
 * Nothing here remembers anything between two people or two days: whatever is drawn depends on the world's seed and on
 * the keys given, so any person of any day can be drawn again, alone, on any machine.
 */

/** A person's, a day's or a campaign's own 64 bits, in two unsigned halves. */
export interface Key {
  readonly high: number;
  readonly low: number;
}

// Looked up once: this is the innermost loop, and jest's sandbox makes globals slow.
const { imul } = Math;

const twoTo32 = 4_294_967_296;

/** MurmurHash3's finaliser: every bit of the input reaches every bit of the output. */
function avalanche(bits: number): number {
  let h = bits;
  h = imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Hashes three whole numbers to 32 bits. */
function hash32(a: number, b: number, c: number): number {
  return avalanche(avalanche(avalanche(a) + imul(b, 0x9e37_79b1)) ^ imul(c, 0x85eb_ca77));
}

/** The key of a thing that is named by two whole numbers, such as (cohort day, index). */
export function keyOf(seed: number, a: number, b: number): Key {
  return { high: hash32(seed, a, b), low: hash32(seed ^ 0x5bd1_e995, b, a) };
}

/** One number in [0, 1) for a key and a salt: the cheapest draw, used where a single one is needed. */
export function draw(key: Key, salt: number): number {
  return hash32(key.high, salt, key.low) / twoTo32;
}

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex32(word: number): string {
  return `${hex[word >>> 24]}${hex[(word >>> 16) & 255]}${hex[(word >>> 8) & 255]}${hex[word & 255]}`;
}

/** Chris Doty-Humphrey's sfc32, seeded by a key and a salt. One instance may be seeded again and again. */
export class Dice {
  #a = 0;
  #b = 0;
  #c = 0;
  #count = 1;

  constructor(key: Key, salt: number) {
    this.seed(key, salt);
  }

  /** Starts the stream of a key and a salt. */
  seed(key: Key, salt: number): this {
    this.#a = key.high;
    this.#b = key.low;
    this.#c = salt;
    this.#count = 1;
    for (let round = 0; round < 10; round += 1) this.word();
    return this;
  }

  /** The next 32 bits. */
  word(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A number in [0, 1). */
  next(): number {
    return this.word() / twoTo32;
  }

  /** A whole number in [0, below). */
  int(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.int(choices.length)] ?? choices[0];
  }

  /** A draw of the standard normal law (Box–Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** A draw of the lognormal law with this median. */
  lognormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  /** A UUID of version 4's shape. */
  uuid(): string {
    const a = hex32(this.word());
    const b = hex32((this.word() & 0xffff_0fff) | 0x4000);
    const c = hex32((this.word() & 0x3fff_ffff) | 0x8000_0000);
    return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${hex32(this.word())}`;
  }
}

/** Choices with weights, drawn by one number in [0, 1). */
export class Weighted<T> {
  readonly #choices: readonly T[];
  readonly #last: T;
  readonly #upTo: readonly number[];

  constructor(choices: readonly (readonly [choice: T, weight: number])[]) {
    const last = choices.at(-1);
    if (last === undefined) throw new Error('Nothing to choose from.');
    const whole = choices.reduce((sum, [, weight]) => sum + weight, 0);
    let sum = 0;
    this.#upTo = choices.map(([, weight]) => (sum += weight) / whole);
    this.#choices = choices.map(([choice]) => choice);
    this.#last = last[0];
  }

  at(unit: number): T {
    let low = 0;
    let high = this.#upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (unit < (this.#upTo[middle] ?? 1)) high = middle;
      else low = middle + 1;
    }
    return this.#choices[low] ?? this.#last;
  }
}

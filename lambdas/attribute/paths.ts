/** One way of one person to the shop: its touches in time's order, and how it ended. */
export interface Journey {
  /** Names of what was touched, channels or campaigns; at least one. A touch repeated is written again. */
  readonly touches: readonly string[];
  readonly converted: boolean;
  /** Worth of the conversion, in a whole number of cents, so that sums are exact; 0 where there was none. */
  readonly value: number;
}

/** Journeys that took the same touches, counted. */
export interface CountedJourneys {
  /** Names, as those of a journey. */
  readonly touches: readonly string[];
  readonly conversions: number;
  readonly nonConversions: number;
  /** Sum of the conversions' values, cents. */
  readonly value: number;
}

/** All journeys of one sequence of touches. */
export interface PathType {
  /** Places in `Paths.names`. */
  readonly touches: readonly number[];
  readonly conversions: number;
  /** Journeys that ended without a conversion. */
  readonly nonConversions: number;
  /** Sum of the conversions' values, cents. */
  readonly value: number;
}

/** Journeys, counted by their sequence of touches. What is the same is the same whatever order the journeys came in. */
export interface Paths {
  /** Channels or campaigns, sorted. */
  readonly names: readonly string[];
  readonly types: readonly PathType[];
}

/** More could not be told apart in a key of one UTF-16 unit a touch. */
const mostNames = 65_535;

interface Sums {
  conversions: number;
  nonConversions: number;
  value: number;
}

/** Counts path types; touches are UTF-16 units of a key, in the order in which their names were first seen. */
class Counter {
  readonly #codes = new Map<string, number>();
  readonly #sums = new Map<string, Sums>();

  key(touches: readonly string[]): string {
    let key = '';
    for (const name of touches) {
      let code = this.#codes.get(name);
      if (code === undefined) {
        code = this.#codes.size;
        if (code >= mostNames)
          throw new Error(`More than ${mostNames} channels or campaigns: pool the small ones first.`);
        this.#codes.set(name, code);
      }
      key += String.fromCharCode(code);
    }
    if (key === '') throw new Error('A journey has no touch. Give what nobody knows the cause of a touch of its own.');
    return key;
  }

  add(key: string, { conversions, nonConversions, value }: Readonly<Sums>): void {
    const sums = this.#sums.get(key);
    if (sums === undefined) this.#sums.set(key, { conversions, nonConversions, value });
    else {
      sums.conversions += conversions;
      sums.nonConversions += nonConversions;
      sums.value += value;
    }
  }

  paths(): Paths {
    const seen = [...this.#codes.keys()];
    const names = seen.toSorted();
    const places = new Map(names.map((name, place) => [name, place]));
    const placeOf = seen.map((name) => places.get(name) ?? 0);
    const types = Array.from(this.#sums, ([key, sums]) => {
      const touches = Array.from({ length: key.length }, (_, at) => placeOf[key.charCodeAt(at)] ?? 0);
      return { touches, ...sums };
    });
    return { names, types: types.sort((a, b) => inOrder(a.touches, b.touches)) };
  }
}

function inOrder(a: readonly number[], b: readonly number[]): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const one = { conversions: 1, nonConversions: 0 } as const;
const none = { conversions: 0, nonConversions: 1, value: 0 } as const;

/**
 * Counts journeys by their sequence of touches. Where they come from is the caller's: an array, a cursor of a query, a
 * file.
 * @throws Error where a journey has no touch
 */
export async function countPaths(journeys: AsyncIterable<Journey> | Iterable<Journey>): Promise<Paths> {
  const counter = new Counter();
  const add = ({ touches, converted, value }: Journey) =>
    counter.add(counter.key(touches), converted ? { ...one, value } : none);
  // A promise for each of a million journeys of an array would cost more than the counting.
  if (Symbol.iterator in journeys) for (const journey of journeys) add(journey);
  else for await (const journey of journeys) add(journey);
  return counter.paths();
}

/** Adds up journeys that were counted elsewhere, such as day by day. @throws Error where some have no touch */
export function addPaths(counted: Iterable<CountedJourneys>): Paths {
  const counter = new Counter();
  for (const { touches, ...sums } of counted) counter.add(counter.key(touches), sums);
  return counter.paths();
}

/**
 * Pools names that are too small to be told apart: each that stands on the journeys of fewer conversions than `least`
 * becomes its pool. A pool may itself be small, and then stays as it is: nothing is left out.
 * @param least conversions that a name must have a part in; 30 give a share a relative standard error of about 1/√30 =
 * 18 %
 * @param poolOf name of the pool of a name, such as the channel of a campaign
 */
export function poolSmall(
  paths: Paths,
  { least = 30, poolOf }: { readonly least?: number; readonly poolOf: (name: string) => string },
): Paths {
  const conversions = new Float64Array(paths.names.length);
  for (const type of paths.types)
    for (const name of new Set(type.touches)) conversions[name] = (conversions[name] ?? 0) + type.conversions;
  const pooled = paths.names.map((name, place) => ((conversions[place] ?? 0) < least ? poolOf(name) : name));
  const counter = new Counter();
  for (const type of paths.types) counter.add(counter.key(type.touches.map((touch) => pooled[touch] ?? '')), type);
  return counter.paths();
}

import type { Lake, LakeObject } from '../ports/lake.ts';
import { compareKeys } from '../ports/lake-rules.ts';
import { replacedParts } from './joins.ts';

/**
 * What a run has found to stand in the zones of the lake: each is listed once, however many tables ask. Only one run
 * writes at a time.
 */
export class Listings {
  readonly #lake: Lake;
  readonly #zones = new Map<string, Promise<readonly LakeObject[]>>();
  readonly #byKey = new Map<string, Promise<ReadonlyMap<string, LakeObject>>>();
  #replaced: ReturnType<typeof replacedParts> | undefined;

  constructor(lake: Lake) {
    this.#lake = lake;
  }

  /**
   * The objects under a prefix of a zone (`raw/…`, `curated/…`, `marts/…`), in order of key, as they stood when the
   * zone was first asked for.
   */
  async of(prefix: string): Promise<readonly LakeObject[]> {
    // Of `ops/` nobody asks for all: most of it is the ledger.
    const zone = prefix.startsWith('ops/') ? prefix : prefix.slice(0, prefix.indexOf('/') + 1);
    const listed = this.#zones.get(zone) ?? this.#list(zone);
    this.#zones.set(zone, listed);
    return under(await listed, prefix);
  }

  /** The objects of a feed, without those that a join has replaced. */
  async raw(prefix: string): Promise<readonly LakeObject[]> {
    this.#replaced ??= replacedParts(this.#lake);
    const isReplaced = await this.#replaced;
    return (await this.of(prefix)).filter((object) => !isReplaced(object));
  }

  /** The etag of each object of a table, by its key. */
  async etags(prefix: string): Promise<Map<string, string>> {
    return new Map((await this.of(prefix)).map(({ key, etag }) => [key, etag]));
  }

  /** The objects under a prefix, by their keys. */
  async byKey(prefix: string): Promise<ReadonlyMap<string, LakeObject>> {
    const known = this.#byKey.get(prefix) ?? this.of(prefix).then((all) => new Map(all.map((one) => [one.key, one])));
    this.#byKey.set(prefix, known);
    return known;
  }

  /** Lists anew from now on: an object was missed, or is another than was listed. */
  forget(): void {
    this.#zones.clear();
    this.#byKey.clear();
    this.#replaced = undefined;
  }

  async #list(zone: string): Promise<readonly LakeObject[]> {
    const objects: LakeObject[] = [];
    for await (const object of this.#lake.list(zone)) objects.push(object);
    return objects;
  }
}

/** Those of a listing whose key begins with the prefix: they lie together, since it is in order of key. */
function under(objects: readonly LakeObject[], prefix: string): readonly LakeObject[] {
  let [low, high] = [0, objects.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(objects[middle]?.key ?? '', prefix) < 0) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (objects[end]?.key.startsWith(prefix) === true) end++;
  return objects.slice(low, end);
}

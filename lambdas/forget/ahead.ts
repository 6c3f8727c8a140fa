import { ObjectNotFound, type Lake, type LakeObject } from '../shared/ports/lake.ts';

/**
 * Objects that are fetched before they are asked for: a bucket takes longer to answer than an object to be looked at.
 */
const atOnce = 16;
/** Bytes of them that are held: beyond these one is fetched at a time. */
const atOnceBytes = 64 * 2 ** 20;

/** An object, and what is in it. */
export interface Fetched {
  readonly object: LakeObject;
  readonly body: Buffer;
}

/**
 * The objects whose key begins with `prefix` and is wanted, in order of key, each fetched ahead. One that is gone by
 * then is left out.
 */
export async function* fetchedAhead(
  lake: Lake,
  prefix: string,
  isWanted: (key: string) => boolean = () => true,
): AsyncGenerator<Fetched> {
  const waiting: { readonly object: LakeObject; readonly body: Promise<Buffer | undefined> }[] = [];
  let bytes = 0;
  async function* first(): AsyncGenerator<Fetched> {
    const one = waiting.shift();
    if (one === undefined) return;
    bytes -= one.object.size;
    const body = await one.body;
    if (body !== undefined) yield { object: one.object, body };
  }
  for await (const object of lake.list(prefix)) {
    if (!isWanted(object.key)) continue;
    while (waiting.length > 0 && (waiting.length >= atOnce || bytes + object.size > atOnceBytes)) yield* first();
    const body = lake.get(object.key).catch((error: unknown) => {
      if (error instanceof ObjectNotFound) return undefined;
      throw error;
    });
    // Who asks for it is told of its failure; it may have ended before.
    body.catch(() => undefined);
    waiting.push({ object, body });
    bytes += object.size;
  }
  while (waiting.length > 0) yield* first();
}

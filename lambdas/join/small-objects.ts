/** What is landed in small objects as it comes, and may be joined. */
import { landedFeed } from '../land/land.ts';
import { doorName, orderFeed, platformNames } from '../webhook/names.ts';

/** Small objects that are alike, in what they hold and in how it is read. */
export interface SmallObjects {
  /** Names of the small objects, and of the large ones that they are joined into. */
  readonly names: RegExp;
  /** What the name of a large one begins with. */
  readonly into: string;
}

/** By feed: events of the stream, and the orders of each platform that come by webhook, one an object. */
export const smallObjects: ReadonlyMap<string, readonly SmallObjects[]> = new Map([
  [landedFeed, [{ names: /^(?:stream|redriven|joined)-.+\.jsonl\.gz$/, into: 'joined-' }]],
  [
    orderFeed,
    platformNames.map((platform) => ({
      names: new RegExp(`^${doorName(platform)}.+\\.jsonl(?:\\.gz)?$`),
      into: `${doorName(platform)}joined-`,
    })),
  ],
]);

/** Who writes them, as their metadata have it. */
export const producers: readonly string[] = ['land', 'webhook', 'join'];

/** What is landed in small objects as it comes, and may be joined. */
import { landedFeed } from '../land/land.ts';
import { doorName, orderFeed, platformNames } from '../webhook/names.ts';

/** Small objects of a feed that are alike, in what they hold and in how it is read. */
export interface SmallObjects {
  readonly feed: string;
  /** Names of the small objects, and of the large ones that they are joined into. */
  readonly names: RegExp;
  /** What the name of a large one begins with. */
  readonly into: string;
}

/** Events of the stream, and the orders of each platform that come by webhook, one an object. */
export const smallObjects: readonly SmallObjects[] = [
  { feed: landedFeed, names: /^(?:stream|redriven|joined)-.+\.jsonl\.gz$/, into: 'joined-' },
  ...platformNames.map((platform) => ({
    feed: orderFeed,
    names: new RegExp(`^${doorName(platform)}.+\\.jsonl(?:\\.gz)?$`),
    into: `${doorName(platform)}joined-`,
  })),
];

/** Who writes them, as their metadata have it. */
export const producers: readonly string[] = ['land', 'webhook', 'join'];

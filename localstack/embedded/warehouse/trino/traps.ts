import { aggregates } from './traps/aggregates.ts';
import { arrays } from './traps/arrays.ts';
import { casts } from './traps/as-asked-casts.ts';
import { collections } from './traps/as-asked-collections.ts';
import { forms } from './traps/as-asked-forms.ts';
import { jsonCasts } from './traps/as-asked-json.ts';
import { letters } from './traps/as-asked-letters.ts';
import { moments } from './traps/as-asked-moments.ts';
import { queries } from './traps/as-asked-queries.ts';
import { ratios } from './traps/as-asked-ratios.ts';
import { smallTypes } from './traps/as-asked-small-types.ts';
import { conditions } from './traps/conditions.ts';
import { dates } from './traps/dates.ts';
import { numbers } from './traps/numbers.ts';
import { statements as constructs } from './traps/statements.ts';
import { texts } from './traps/texts.ts';
import type { Trap } from './traps/trap.ts';

export { fails, refused, relations, stops, type Trap } from './traps/trap.ts';

/** One expression each, put after SELECT. */
export const expressions: readonly Trap[] = [
  ...numbers,
  ...ratios,
  ...conditions,
  ...casts,
  ...smallTypes,
  ...dates,
  ...moments,
  ...texts,
  ...letters,
  ...arrays,
  ...collections,
  ...jsonCasts,
  ...forms,
  ...aggregates,
];

/** Whole statements. */
export const statements: readonly Trap[] = [...constructs, ...queries];

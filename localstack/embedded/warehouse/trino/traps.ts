import { aggregates } from './traps/aggregates.ts';
import { arrays } from './traps/arrays.ts';
import { conditions } from './traps/conditions.ts';
import { dates } from './traps/dates.ts';
import { numbers } from './traps/numbers.ts';
import { texts } from './traps/texts.ts';
import type { Trap } from './traps/trap.ts';

export { statements } from './traps/statements.ts';
export { fails, refused, relations, stops, type Trap } from './traps/trap.ts';

/** One expression each, put after SELECT. */
export const expressions: readonly Trap[] = [...numbers, ...conditions, ...dates, ...texts, ...arrays, ...aggregates];

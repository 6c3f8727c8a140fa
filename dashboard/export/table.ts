import type { State } from '../app/state.ts';
import { isoOf, type Days } from '../../lambdas/shared/day-numbers.ts';
import type { FigureKind } from '../language/format.ts';

/** A table as it is taken away: exact figures, not the three digits that a page shows. */
export interface ExportedTable {
  /** Names the file, too. */
  readonly title: string;
  readonly columns: readonly { readonly label: string; readonly kind: FigureKind | 'text' }[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** What figures follow besides the days: the filters and the look-back alone, or the attribution model, too. */
export type Follows = boolean | 'filters';

/** A title with the days that its figures are of, and what else they follow: a file is read without its page. */
export function namedAfter(
  title: string,
  page: {
    readonly days: Days;
    readonly model: string;
    readonly state: Pick<State, 'filters' | 'lookback'>;
  },
  follows: Follows,
): string {
  const { days, model, state } = page;
  const lookback = state.lookback === undefined ? [] : [`lookback ${state.lookback}`];
  const choice = follows ? [...lookback, ...Object.values(state.filters)] : [];
  return [title, isoOf(days.from), isoOf(days.to), ...(follows === true ? [model] : []), ...choice].join(' ');
}

/** The name of a file, from a title: letters of any language, digits and dashes. */
export const fileName = (title: string, ending: string): string =>
  `sillage-${title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')}.${ending}`;

import type { ComponentType } from 'preact';
import type { Days } from '../../lambdas/shared/day-numbers.ts';
import type { Marts } from '../data/mart.ts';
import type { DataSource } from '../data/source.ts';
import type { Formats } from '../language/format.ts';
import type { InEach, Language } from '../language/language.ts';
import type { Texts } from '../language/texts.ts';
import type { FilterName, State } from './state.ts';

/** What every part of a page is drawn from: no part asks a browser for anything else. */
export interface Page {
  readonly state: State;
  readonly language: Language;
  readonly texts: Texts;
  readonly formats: Formats;
  readonly source: DataSource;
  /** Whether there is any order in what is published: without one, nothing is known of what came back. */
  readonly hasOrders: boolean;
  /** The days that are known of the shop. */
  readonly known: Days;
  /** The days of the period, within those. */
  readonly days: Days;
  /** The days that it is compared to, where something is compared and all of them are known. */
  readonly before: Days | undefined;
  /** Whether the last day of the period still goes on: nothing is compared with a part of a day. */
  readonly isUnfinished: boolean;
  /** The attribution model that is chosen, or that of the shop's profile. */
  readonly model: string;
  /** The look-back that is chosen, or that of the shop's profile, days. */
  readonly lookback: number;
  /** Opens what is published now, where it is newer. */
  readonly renew: () => void;
  /** Changes what is chosen, and with it the address. */
  readonly go: (change: Partial<State>) => void;
  /** Changes what is not there, in the address too. */
  readonly mend: (change: Partial<State>) => void;
  /** What the address asked for that is not shown. */
  readonly wrong: readonly string[];
}

export interface ViewProps {
  readonly page: Page;
  /** The marts that the view needs, of the period and of what it is compared to. */
  readonly marts: Marts;
  /** Whether all of them are there, and not only those that the manifest calls first. */
  readonly isWhole: boolean;
}

/** One page of the dashboard. A new one is a file of its own and a line in `views.ts`. */
export interface View {
  readonly id: string;
  readonly title: InEach<string>;
  /** Marts. Those that the manifest calls first come first, and the view is drawn with them alone for a moment. */
  readonly needs: readonly string[];
  /** The controls that its figures follow; the others are not shown. */
  readonly filters: readonly FilterName[];
  readonly hasPeriod: boolean;
  readonly hasModel: boolean;
  /** The figures that a link may choose one of, and what else the view keeps in its address, by name. */
  readonly metrics: readonly string[];
  readonly own: readonly string[];
  /** Whether it hears the server's live events itself, and calls `renew` when there is a new publication. */
  readonly followsLive?: boolean;
  readonly component: ComponentType<ViewProps>;
  /**
   * Whether it is offered here: a view that asks the lake itself needs a source that can be asked. Always, unless it
   * says.
   */
  readonly isOffered?: (source: DataSource) => boolean;
}

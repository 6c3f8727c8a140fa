import { addDays, type Day } from '../../shared/days.ts';
import {
  coolDownDays,
  countedUntil,
  peopleOf,
  type Counts,
  type Experiment,
  type Study,
} from '../../shared/shop/experiments.ts';
import type { Estimate } from '../estimate.ts';
import { none, percent } from './loss.ts';

/** How a study is read in which the platform drew by lot who is shown no ads. */
const ofPeople = 'lift study';

/** What the lake knows of the channel, on the days of a study. */
export interface StudyCredits {
  /** Orders until the study's last day that attribution credits to touches of the days on which it withheld. */
  readonly attributed: number;
  /** Their net revenue, EUR. */
  readonly revenue: number;
  /** EUR. */
  readonly spend: number;
}

export interface StudyReading {
  readonly method: typeof ofPeople;
  readonly until: Day;
  /** Orders of those who could be shown the ads that they would not have placed without. */
  readonly incremental: Estimate;
  /** The same as a share of all of their orders, where these are known. */
  readonly share: Estimate;
  readonly attributed: number;
  readonly spend: number;
  /** Incremental revenue for each euro, taking orders that were caused to be worth as much as those that are credited. */
  readonly iroas: Estimate;
  /** Incremental ÷ attributed orders. */
  readonly incrementality: Estimate;
  /** In words, what the data cannot say. */
  readonly remarks: readonly string[];
}

/** Fewer orders in both groups say nothing. */
const fewestOrders = 20;
/** Groups further from the planned division than this, and than chance, were not drawn by lot. */
const [mostApart, chanceApart] = [0.05, 4];

/** Why counts are not those of such a study; undefined where nothing speaks against them. */
function whyNot({ shown, withheld }: Counts, held: number, attributed: number) {
  const orders = shown.orders + withheld.orders;
  if (orders < fewestOrders)
    return `The study has ${orders} orders in its two groups: under ${fewestOrders} nothing can be told.`;
  const people = shown.people + withheld.people;
  const off = withheld.people / people - held;
  const chance = Math.sqrt((held * (1 - held)) / people);
  if (Math.abs(off) > mostApart * held && Math.abs(off) > chanceApart * chance)
    return (
      `${percent(withheld.people / people)} of the people are in the group without ads, and held_out says ` +
      `${percent(held)}: so the groups were not drawn by lot, or the counts are in the wrong places.`
    );
  if (attributed > shown.orders)
    return (
      `Attribution credits the channel with ${attributed.toFixed(0)} orders on these days, and the study counts ` +
      `${shown.orders} among all who could be shown its ads: it does not see all of the shop's orders, or ` +
      'counts other days.'
    );
  return undefined;
}

/** Half an interval of so many percent, in standard deviations of the normal law. */
const halves = { 80: 1.281552, 90: 1.644854, 95: 1.959964 } as const;

/** A value with the 95 % interval of the normal law. */
const around = (value: number, variance: number): Estimate => ({
  value,
  low: value - halves[95] * Math.sqrt(variance),
  high: value + halves[95] * Math.sqrt(variance),
});

const times = ({ value, low, high, remark }: Estimate, by: number): Estimate =>
  value === null || low === null || high === null
    ? none(remark ?? 'No orders can be told that were caused.')
    : { value: value * by, low: low * by, high: high * by };

/** Orders that were caused, the variance of the figure, and whether it is of counts, which the credits are part of. */
function causedOf(study: Study) {
  if (!('shown' in study)) {
    const { incremental, low, high, confidence } = study;
    return { caused: incremental, variance: ((high - low) / (2 * halves[confidence])) ** 2, isOfCounts: false };
  }
  const { shown, withheld } = study;
  const scale = shown.people / withheld.people;
  // No order by chance is not none for certain: one may have come.
  const variance = shown.orders + scale ** 2 * Math.max(1, withheld.orders);
  return { caused: shown.orders - scale * withheld.orders, variance, isOfCounts: true };
}

/**
 * Reads a lift study by people: T orders of those who could be shown the ads, less C of those who could not, by the
 * sizes of the groups (T − kC). Both are counts of Poisson's law: the variance is v = T + k²C. Over the A attributed
 * orders, which are part of T, the variance of the ratio r is (v + A·r·(r − 2)) ÷ A² (the delta method). Where a platform
 * says the difference and its interval, it may be narrower than counts can be: then what credits and counts share would
 * take all of it away, and the share be known for certain. So its interval is never made narrower.
 */
export function readStudy(
  { to, held_out: heldOut }: Pick<Experiment, 'to' | 'held_out'>,
  study: Study,
  { attributed, revenue, spend }: StudyCredits,
): StudyReading {
  const counts = 'shown' in study ? study : undefined;
  const until = countedUntil({ to, study });
  const refusal = counts && whyNot(counts, (peopleOf({ held_out: heldOut }) ?? 0) / 100, attributed);
  const { caused, variance, isOfCounts } = causedOf(study);
  const ratio = caused / attributed;
  const incremental = refusal === undefined ? around(caused, variance) : none(refusal);
  const incrementality =
    refusal !== undefined
      ? none(refusal)
      : attributed < 1
        ? none('Attribution credits the channel with no order on these days, so there is nothing to correct.')
        : around(
            ratio,
            Math.max(isOfCounts ? 0 : variance, variance + attributed * ratio * (ratio - 2)) / attributed ** 2,
          );
  const whole = addDays(to, coolDownDays);
  return {
    method: ofPeople,
    until,
    incremental,
    share: counts
      ? times(incremental, 1 / counts.shown.orders)
      : none('The study does not say how many orders there were.'),
    attributed,
    spend,
    iroas: spend > 0 ? times(incrementality, revenue / spend) : none('No spend is known of these days.'),
    incrementality,
    remarks: [
      ...(refusal === undefined ? [] : [refusal]),
      ...(incremental.low !== null && incremental.low <= 0 && (incremental.high ?? 0) >= 0
        ? ['No effect can be told from chance.']
        : []),
      ...(incremental.high !== null && incremental.high < 0
        ? [
            'Those who could be shown the ads ordered less than the others, by more than chance: are the two ' +
              'groups in the right places?',
          ]
        : []),
      ...(until < whole
        ? [
            `Orders count until ${until}: who bought later for these ads is missing. Let the platform count ` +
              `until ${whole} where it can.`,
          ]
        : []),
    ],
  };
}

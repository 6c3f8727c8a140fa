import { fewestDays, fewestSpendDays, leastCovered, leastLearnt, type Refusal } from './known-response.ts';

/** A refusal as a part of a sentence, in English. */
export function refusalInWords(refusal: Refusal): string {
  const { kind, value } = refusal;
  switch (kind) {
    case 'short_history':
      return value === 0
        ? 'there is no day of which both orders and advertising spend are known'
        : `${value} days are too few: ${fewestDays} at least are needed to tell a trend from an effect`;
    case 'few_costs':
      return (
        `the cost of goods is known of ${Math.floor(100 * value)} % of the revenue, and of ` +
        `${100 * leastCovered} % it must be, to say what margin a channel brings: enter it in the shop, export ` +
        'the products and import them'
      );
    case 'contradictory':
      return (
        `these days can be explained in ways that contradict each other (scale reduction ${value.toFixed(2)}): ` +
        'nothing can be advised from them'
      );
    case 'few_days':
      return `it has spend on ${value} days only, of ${fewestSpendDays} at least`;
    case 'alike':
      return (
        `its spend rose and fell with that of ${refusal.channel} (correlation ${value.toFixed(2)}): which of ` +
        'the two worked cannot be told'
      );
    case 'little_learnt':
      return (
        `its spend changed too little, or too much like demand: the days have taken ${Math.round(100 * value)} ` +
        `% of the doubt, of ${100 * leastLearnt} % at least`
      );
    case 'little_tested':
      return (
        'its experiment was too small, and its spend changed too little: together they have taken ' +
        `${Math.round(100 * value)} % of the doubt, of ${100 * leastLearnt} % at least`
      );
  }
}

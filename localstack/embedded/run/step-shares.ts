import { stepName, type Step } from '../../../lambdas/pipeline.ts';

/** What a step of a first run takes beside an ordinary one: measured once over 90 days of the simulated shop. */
const weights: Readonly<Record<string, number>> = {
  'transform ad_spend': 4,
  'transform orders': 4,
  'transform web_events': 20,
  'model purchases': 3,
  'model deal_landings': 8,
  'model campaign_links': 4,
  'model sessions': 40,
  'model touchpoints': 25,
  'model attribution': 10,
  check: 9,
  publish: 11,
};

/** @returns the share of all steps, 0 to 1, that is done when a part of a step is */
export function sharesOf(steps: readonly Step[]): (step: Step, part: number) => number {
  const weightOf = (step: Step) => weights[stepName(step)] ?? 1;
  const total = steps.reduce((sum, step) => sum + weightOf(step), 0);
  const before = new Map<string, number>();
  let sum = 0;
  for (const step of steps) {
    before.set(stepName(step), sum);
    sum += weightOf(step);
  }
  return (step, part) => ((before.get(stepName(step)) ?? 0) + part * weightOf(step)) / total;
}

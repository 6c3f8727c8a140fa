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

/**
 * The share of all steps, 0 to 1, that is done once a part of a step is, too: it never goes back, though a step is
 * tried again.
 */
export function sharesOf(steps: readonly Step[]): (step: Step, part: number) => number {
  const weightOf = (step: Step) => weights[stepName(step)] ?? 1;
  const total = steps.reduce((sum, step) => sum + weightOf(step), 0);
  const parts = new Map<Step, number>();
  return (step, part) => {
    parts.set(step, Math.max(part, parts.get(step) ?? 0));
    return [...parts].reduce((sum, [one, done]) => sum + done * weightOf(one), 0) / total;
  };
}

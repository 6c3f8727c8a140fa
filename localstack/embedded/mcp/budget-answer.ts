import type { Asked } from '../../../lambdas/attribute/response/advice.ts';
import {
  adviceOrRefusal,
  coveredInWords,
  guessInWords,
} from '../../../lambdas/attribute/response/advice-or-refusal.ts';
import { readBudgetHistory } from '../../../lambdas/attribute/response/history.ts';
import { knownResponse } from '../../../lambdas/attribute/response/know-response.ts';
import type { Range } from '../../../lambdas/attribute/response/known-response.ts';
import { refusalInWords } from '../../../lambdas/attribute/response/refusal-in-words.ts';
import { QueryFailed } from '../../../lambdas/shared/ports/warehouse.ts';
import type { LakeReader, ReadLimits } from '../reader/reader.ts';
import type { Figures } from './figures.ts';
import type { Answered } from './ready-answers.ts';

/** Days times channels: of more years than a shop has. */
const mostRows = 100_000;

const rounded = (value: number) => Number(value.toFixed(2));
const ranged = (name: string, { middle, low, high }: Range): Figures => ({
  [name]: rounded(middle),
  [`${name}_low`]: rounded(low),
  [`${name}_high`]: rounded(high),
});

/**
 * What the spend of each channel brings, and how a budget is best divided: as `sillage budget` says it, EUR a day.
 * @throws QueryFailed in words where nothing can be advised, or what is asked does not fit
 */
export async function budgetOf(
  reader: Pick<LakeReader, 'query'>,
  limits: Pick<ReadLimits, 'timeoutMs' | 'signal'>,
  asked: Asked,
): Promise<
  Answered & { readonly plan: Figures | null; readonly best: Figures | null; readonly what_if: Figures | null }
> {
  const history = await readBudgetHistory({
    async query(sql) {
      const answer = await reader.query(sql, { ...limits, maxRows: mostRows });
      if (answer.isCut) throw new QueryFailed('The lake has more days than a budget can be learnt from at this door.');
      return answer;
    },
  });
  const advice = (() => {
    try {
      return adviceOrRefusal(knownResponse(history), asked);
    } catch (error) {
      if (error instanceof RangeError) throw new QueryFailed(error.message, { cause: error });
      throw error;
    }
  })();
  const { days, channels, plan, best, whatIf } = advice;
  const guess = guessInWords(advice);
  const division = (of: typeof plan) =>
    of === undefined ? null : { total_eur: rounded(of.total), ...ranged('gain_eur', of.gain) };
  return {
    lines: channels.map(({ channel, today, brings, next, learnt, basis, refusal, advised }) => ({
      channel,
      spend_eur: rounded(today),
      ...ranged('brings_eur', brings),
      ...ranged('next_euro_brings_eur', next),
      learnt_share: rounded(learnt),
      known_by: basis,
      advised_eur: advised === null ? null : rounded(advised),
      nothing_known_because: refusal === undefined ? null : refusalInWords(refusal),
    })),
    plan: division(plan),
    best: division(best),
    what_if: whatIf === undefined ? null : ranged('gain_eur', whatIf.gain),
    notes: [
      `Learnt from ${days.count} days, ${days.from} to ${days.to}. EUR a day; contribution margin; low and ` +
        'high are the ends of 90 %.',
      'gain_eur is margin after spend, against the spend of today.',
      ...(guess === undefined ? [] : [guess]),
      ...coveredInWords(history.covered),
      ...(plan === undefined
        ? ['Nothing is advised: fewer than two channels can be told apart by their days or by an experiment.']
        : []),
      ...(channels.some(({ refusal }) => refusal !== undefined)
        ? ['Where nothing_known_because stands, figures are mostly what is believed of such channels: no advice.']
        : []),
    ],
  };
}

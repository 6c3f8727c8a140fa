import { adviceOf } from '../../lambdas/attribute/response/advice.ts';
import type { KnownResponse, Range } from '../../lambdas/attribute/response/known-response.ts';
import { dayNumber } from '../../lambdas/shared/day-numbers.ts';
import type { Figure } from '../figures/ratios.ts';
import { formatsOf } from '../language/format.ts';
import type { Language } from '../language/language.ts';
import { channelName } from '../language/names.ts';
import { texts as frameTexts } from '../language/texts.ts';
import { marketingTexts } from '../views/marketing/texts.ts';

/** The days of what a plan is said to bring. */
const month = 28;

/** The advice on the budget, in words, and a line for each channel. EUR a day. */
export interface ReportBudget {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly note: string | undefined;
  readonly lines: readonly {
    readonly name: string;
    readonly today: number;
    readonly brings: Range;
    readonly next: Range;
    /** Null where nothing can be said of it. */
    readonly advised: Figure;
    /** Why. */
    readonly reason: string | undefined;
  }[];
}

/** What is known of the response to spend, as a report says it. */
export function budgetOf(known: KnownResponse, language: Language): ReportBudget {
  const [t, texts, formats] = [marketingTexts[language], frameTexts[language], formatsOf(language)];
  const nameOf = (channel: string) => channelName(texts, channel);
  const { from, to, count } = known.days;
  if (known.channels.length === 0 || known.refusal)
    return {
      title: t.budget,
      sentences: [known.refusal ? t.refusal(known.refusal, formats, nameOf) : t.noSpend],
      note: undefined,
      lines: [],
    };
  const { channels, plan, best } = adviceOf(known);
  const gained = ({ middle, low, high }: Range) =>
    `${formats.figure('money', month * middle)} (${formats.interval('money', { low: month * low, high: month * high })})`;
  return {
    title: t.budget,
    sentences:
      plan === undefined
        ? [t.nothingAdvised]
        : [
            `${t.planned(formats.figure('money', plan.total))} ${gained(plan.gain)}.`,
            ...(plan.gain.low <= 0 ? [t.mayBeChance] : []),
            ...(best === undefined ? [] : [`${t.best(formats.figure('money', best.total))} ${gained(best.gain)}.`]),
          ],
    note: t.learntFrom(count, formats.days({ from: dayNumber(from), to: dayNumber(to) })),
    lines: channels.map(({ channel, today, brings, next, advised, refusal }) => ({
      name: nameOf(channel),
      today,
      brings,
      next,
      advised,
      reason: refusal && t.refusal(refusal, formats, nameOf),
    })),
  };
}

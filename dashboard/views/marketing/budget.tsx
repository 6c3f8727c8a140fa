import { useMemo } from 'preact/hooks';
import { adviceOf, gainAt, leastPart, mostPart, type Advice } from '../../../lambdas/attribute/response/advice.ts';
import type { KnownResponse, Range } from '../../../lambdas/attribute/response/known-response.ts';
import type { Page, ViewProps } from '../../app/view.ts';
import { dayNumber } from '../../../lambdas/shared/day-numbers.ts';
import type { FigureKind } from '../../language/format.ts';
import { channelName } from '../../language/names.ts';
import { Card } from '../../parts/card.tsx';
import { ExportButtons } from '../../parts/export-buttons.tsx';
import { Figure } from '../../parts/figures.tsx';
import { responseOf } from './response.ts';
import { marketingTexts } from './texts.ts';

/** Days of what a plan is said to bring. */
const month = 28;
const percentStep = 5;

/** What is chosen in the address: `Display:80|Paid Social:120`, per cent of today's spend. */
function readParts(text: string | undefined): ReadonlyMap<string, number> {
  return new Map(
    (text ?? '').split('|').flatMap((one) => {
      const { channel, percent } = /^(?<channel>.+):(?<percent>\d{1,3})$/.exec(one)?.groups ?? {};
      return channel === undefined ? [] : [[channel, Number(percent) / 100] as const];
    }),
  );
}
const writeParts = (parts: ReadonlyMap<string, number>): string =>
  [...parts].map(([channel, part]) => `${channel}:${Math.round(100 * part)}`).join('|');

/** A figure by its draws, with the ends of 90 %. */
function Ranged({ kind, range, times = 1, page }: { kind: FigureKind; range: Range; times?: number; page: Page }) {
  const { formats, language } = page;
  const interval = { low: times * range.low, high: times * range.high };
  return (
    <>
      <Figure kind={kind} value={times * range.middle} formats={formats} />{' '}
      <small class="interval" title={marketingTexts[language].interval90}>
        {formats.interval(kind, interval)}
      </small>
    </>
  );
}

interface LineProps {
  readonly page: Page;
  readonly row: Advice['channels'][number];
  readonly part: number;
  readonly onPart: (part: number) => void;
}

/** One channel: its slider, what it brings, and why nothing is known of it. */
function Line({ page, row, part, onPart }: LineProps) {
  const { texts, formats, language } = page;
  const t = marketingTexts[language];
  const name = channelName(texts, row.channel);
  const spend = formats.figure('money', part * row.today);
  return (
    <li data-row={row.channel}>
      <div class="budget-name">
        <strong>{name}</strong>
        <output>
          {t.aDay(spend)}
          {part === 1 ? null : <small> {formats.change(part - 1)}</small>}
        </output>
      </div>
      <input
        type="range"
        min={100 * leastPart}
        max={100 * mostPart}
        step={percentStep}
        value={Math.round(100 * part)}
        aria-label={t.spendOf(name)}
        aria-valuetext={`${t.aDay(spend)}, ${formats.change(part - 1)}`}
        disabled={row.today === 0}
        onInput={({ currentTarget }) => onPart(Number(currentTarget.value) / 100)}
      />
      <dl>
        <div data-column="brings">
          <dt>{t.brings}</dt>
          <dd>
            <Ranged kind="money" range={row.brings} page={page} />
          </dd>
        </div>
        <div data-column="next">
          <dt>{t.nextEuro}</dt>
          <dd>
            <Ranged kind="money" range={row.next} page={page} />
          </dd>
        </div>
        <div data-column="advised">
          <dt>{t.advised}</dt>
          <dd>{row.advised === null ? t.asItIs : <Figure kind="money" value={row.advised} formats={formats} />}</dd>
        </div>
      </dl>
      {row.refusal ? <p class="note">{t.refusal(row.refusal, formats, (of) => channelName(texts, of))}</p> : null}
    </li>
  );
}

function Advised({ page, known }: { readonly page: Page; readonly known: KnownResponse }) {
  const { texts, formats, language, state, go } = page;
  const t = marketingTexts[language];
  const advice = useMemo(() => adviceOf(known), [known]);
  const chosen = readParts(state.own['budget']);
  const partOf = ({ channel }: { readonly channel: string }) =>
    Math.min(mostPart, Math.max(leastPart, chosen.get(channel) ?? 1));
  const moved = advice.channels.filter((row) => partOf(row) !== 1);
  const spend = new Map(moved.map((row) => [row.channel, partOf(row) * row.today]));
  const gain = gainAt(known, spend);
  const total = advice.channels.reduce((sum, row) => sum + partOf(row) * row.today, 0);
  const set = (parts: ReadonlyMap<string, number>) => go({ own: { ...state.own, budget: writeParts(parts) } });
  const guessed = moved.filter(({ refusal }) => refusal !== undefined);
  const { plan, best } = advice;
  return (
    <Card
      title={t.budget}
      note={`${t.learntFrom(known.days.count, formats.days({ from: dayNumber(known.days.from), to: dayNumber(known.days.to) }))} ${t.sliders}`}
      tools={
        <ExportButtons
          texts={texts}
          table={() => ({
            title: t.budget,
            columns: [
              { label: texts.filters.channel, kind: 'text' },
              { label: t.today, kind: 'money' },
              { label: t.brings, kind: 'money' },
              { label: t.nextEuro, kind: 'money' },
              { label: t.advised, kind: 'money' },
            ],
            rows: advice.channels.map((row) => [
              channelName(texts, row.channel),
              row.today,
              row.brings.middle,
              row.next.middle,
              row.advised,
            ]),
          })}
        />
      }
    >
      <p class="budget-advice">
        {plan === undefined ? t.nothingAdvised : t.planned(formats.figure('money', plan.total))}
        {plan === undefined ? null : (
          <>
            {' '}
            <Ranged kind="money" range={plan.gain} times={month} page={page} />{' '}
            {plan.gain.low <= 0 ? t.mayBeChance : null}
          </>
        )}
        {best === undefined ? null : (
          <>
            {' '}
            {t.best(formats.figure('money', best.total))}{' '}
            <Ranged kind="money" range={best.gain} times={month} page={page} />
          </>
        )}
      </p>
      <ul class="budget">
        {advice.channels.map((row) => (
          <Line
            key={row.channel}
            page={page}
            row={row}
            part={partOf(row)}
            onPart={(part) => set(new Map(chosen).set(row.channel, part))}
          />
        ))}
      </ul>
      <div class="budget-sum" aria-live="polite" data-row="what-if">
        <span>
          {t.inAll} <strong>{t.aDay(formats.figure('money', total))}</strong>
        </span>
        <span data-column="gain">
          {moved.length === 0 ? (
            t.moveOne
          ) : (
            <>
              {t.gain} <Ranged kind="money" range={gain} times={month} page={page} />
            </>
          )}
        </span>
        {moved.length === 0 ? null : (
          <button type="button" onClick={() => set(new Map())}>
            {t.asToday}
          </button>
        )}
      </div>
      {guessed.length === 0 ? null : (
        <p class="note">{t.guessed(formats.list(guessed.map(({ channel }) => channelName(texts, channel))))}</p>
      )}
    </Card>
  );
}

/** What the spend of each channel brings, how it is best divided, and sliders: all computed here, from the draws. */
export function Budget({ page, marts }: ViewProps) {
  const { formats, language, texts } = page;
  const t = marketingTexts[language];
  const [channels, draws] = [marts['channel_response'], marts['response_draws']];
  const known = useMemo(() => channels && draws && responseOf(channels, draws), [channels, draws]);
  if (known === undefined) return null;
  if (known.channels.length > 0 && known.refusal === undefined) return <Advised page={page} known={known} />;
  return (
    <Card title={t.budget}>
      <p class="unknown">
        {known.refusal
          ? t.refusal(known.refusal, formats, (of) => channelName(texts, of))
          : page.hasOrders
            ? t.noSpend
            : t.noOrders}
      </p>
    </Card>
  );
}

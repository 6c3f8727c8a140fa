import type { KnownResponse, Refusal } from '../../../lambdas/attribute/response/known-response.ts';
import { isoOf } from '../../../lambdas/shared/day-numbers.ts';
import { numbersOf, textsOf, type Mart } from '../../data/mart.ts';

const textAt = (mart: Mart, name: string) => {
  const { codes, words } = textsOf(mart, name);
  return (row: number): string | null => words[codes[row] ?? -1] ?? null;
};

function refusalOf(kind: string | null, value: number, channel: string | null): Refusal | undefined {
  if (kind === 'alike') return { kind, value, channel: channel ?? '' };
  return kind === 'short_history' ||
    kind === 'few_costs' ||
    kind === 'contradictory' ||
    kind === 'few_days' ||
    kind === 'little_learnt' ||
    kind === 'little_tested'
    ? { kind, value }
    : undefined;
}

/** What `publish` fitted, out of its two marts. */
export function responseOf(channels: Mart, draws: Mart): KnownResponse {
  const [nameOfDraw, margin, half] = [
    textAt(draws, 'channel'),
    numbersOf(draws, 'margin_eur'),
    numbersOf(draws, 'half_saturation'),
  ];
  const curves = new Map<string, { readonly margin: number; readonly halfSaturation: number }[]>();
  for (let row = 0; row < draws.rows; row++) {
    const name = nameOfDraw(row) ?? '';
    const own = curves.get(name) ?? [];
    own.push({ margin: margin[row] ?? 0, halfSaturation: half[row] ?? 1 });
    curves.set(name, own);
  }
  const text = (name: string) => textAt(channels, name);
  const [name, basis, kind, twin] = [text('channel'), text('basis'), text('refusal'), text('refusal_channel')];
  const number = (of: string) => {
    const values = numbersOf(channels, of);
    return (row: number) => values[row] ?? 0;
  };
  const [today, reference, learnt, value] = ['today_eur', 'reference_eur', 'learnt', 'refusal_value'].map(number);
  const known = Array.from({ length: channels.rows }, (_, row) => {
    const refusal = refusalOf(kind(row), value?.(row) ?? 0, twin(row));
    return {
      channel: name(row) ?? '',
      today: today?.(row) ?? 0,
      reference: reference?.(row) ?? 1,
      learnt: learnt?.(row) ?? 0,
      basis: basis(row) ?? '',
      curves: curves.get(name(row) ?? '') ?? [],
      ...(refusal && { refusal }),
    };
  });
  const ofAll = known.find(({ curves: own }) => own.length === 0)?.refusal;
  const [from, to, count] = ['first_day', 'last_day', 'days'].map((of) => number(of)(0));
  return {
    days:
      channels.rows === 0
        ? { from: '', to: '', count: 0 }
        : { from: isoOf(from ?? 0), to: isoOf(to ?? 0), count: count ?? 0 },
    channels: known,
    ...(ofAll && { refusal: ofAll }),
  };
}

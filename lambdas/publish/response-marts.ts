import type { KnownResponse } from '../attribute/response/known-response.ts';

/** A mart that is fitted and not asked for: it has no view, and `sillage budget` says the same. */
export interface FittedMart {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: 'string' | 'date' | 'int' | 'float' | 'double' }[];
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
}

/** The columns of each, by which a publication is known to be of another release. */
export const fittedColumns = {
  channel_response: [
    { name: 'channel', type: 'string' },
    { name: 'first_day', type: 'date' },
    { name: 'last_day', type: 'date' },
    { name: 'days', type: 'int' },
    { name: 'today_eur', type: 'double' },
    { name: 'reference_eur', type: 'double' },
    { name: 'learnt', type: 'double' },
    { name: 'basis', type: 'string' },
    { name: 'refusal', type: 'string' },
    { name: 'refusal_value', type: 'double' },
    { name: 'refusal_channel', type: 'string' },
  ],
  response_draws: [
    { name: 'channel', type: 'string' },
    { name: 'draw', type: 'int' },
    // Seven digits are more than a draw has to say, and half the bytes.
    { name: 'margin_eur', type: 'float' },
    { name: 'half_saturation', type: 'float' },
  ],
} as const satisfies Readonly<Record<string, FittedMart['columns']>>;

/**
 * What each advertising channel's spend brings, as two marts. `channel_response`: one row is a channel, with the days
 * it was learnt from, what it costs a day today, and why its curve says nothing. `response_draws`: one row is a draw
 * of a channel's curve; those of one number belong together over all channels.
 */
export function responseMarts({ days, channels }: KnownResponse): FittedMart[] {
  return [
    {
      name: 'channel_response',
      columns: fittedColumns.channel_response,
      rows: channels.map(({ channel, today, reference, learnt, basis, refusal }) => ({
        channel,
        first_day: days.from,
        last_day: days.to,
        days: days.count,
        today_eur: today,
        reference_eur: reference,
        learnt,
        basis,
        refusal: refusal?.kind ?? null,
        refusal_value: refusal?.value ?? null,
        refusal_channel: refusal?.kind === 'alike' ? refusal.channel : null,
      })),
    },
    {
      name: 'response_draws',
      columns: fittedColumns.response_draws,
      rows: channels.flatMap(({ channel, curves }) =>
        curves.map(({ margin, halfSaturation }, draw) => ({
          channel,
          draw,
          margin_eur: margin,
          half_saturation: halfSaturation,
        })),
      ),
    },
  ];
}

/** Writes events as the tracker sends them: one JSON line each, built by templates because millions are needed. */
import { isoTime } from '../market/calendar.ts';
import { Dice } from '../market/dice.ts';
import type { Market } from '../market/market.ts';
import { fateOf, spoil } from './dirt.ts';
import type { Envelope } from './envelope.ts';
import type { Step } from './steps.ts';
import { partitionOf } from './wire.ts';
import type { Wire } from './wire.ts';

/** What a visit's events are sent by. */
export interface Sender {
  readonly wire: Wire;
  readonly market: Market;
  readonly dice: Dice;
}

/** What is an event's own. */
interface WebEvent {
  readonly step: Step;
  readonly referrer: string;
  /** JSON: a string or `null`. */
  readonly customer: string;
  /** By a clock that is right, ms. */
  readonly time: number;
}

/** Sends one event over the wire, with its dirt. */
export function send(
  { wire, market, dice }: Sender,
  envelope: Envelope,
  { step, referrer, customer, time }: WebEvent,
): void {
  const received = time + envelope.lateness + 120 + dice.int(2400);
  const id = dice.uuid();
  const fate = fateOf(dice.next() / market.world.dirt);
  // Its own stream: a session that runs past midnight is drawn on both days, and must not depend on what each day takes
  // of it.
  const spoiling = dice.word();
  if (!wire.receives(received)) return;
  const shown = time + envelope.skew;
  const visitor = envelope.visitorId === undefined ? 'null' : `"${envelope.visitorId}"`;
  const head = `{"event_id":"${id}","event_name":"${step.name}","event_time":"${isoTime(shown + envelope.offset)}${envelope.zone}","received_at":"`;
  const rest =
    `Z","visitor_id":${visitor},"customer_id":${customer},` +
    `"page":{"url":"${envelope.shopOf(step.page)}${step.page.path}${step.query}",` +
    `"referrer":"${referrer}","title":"${step.page.title}"}${envelope.tail}${step.ecommerce}}`;
  const line = `${head}${isoTime(received)}${rest}`;
  let partition = partitionOf(shown, received);
  if (fate === undefined || fate === 'duplicate') wire.add(line, partition, received);
  else {
    const spoilt = spoil(line, fate, new Dice({ high: spoiling, low: received % 86_400_000 }, 0));
    if (!spoilt.timed) partition = wire.day;
    wire.add(spoilt.line, partition, received);
    wire.count(fate, partition);
  }
  if (fate === 'duplicate') {
    const again = received + 800 + (spoiling % 30_000);
    // A retry that fell on the next day would be another day's work.
    const repeated = wire.receives(again) ? again : received;
    wire.add(`${head}${isoTime(repeated)}${rest}`, partition, repeated);
    wire.count('duplicate', partition);
  }
  if (envelope.lateness > 0) wire.count('late', partition);
  if (envelope.skew !== 0) wire.count('clock_skew', partition);
  if (envelope.bot) wire.count('bot', partition);
}

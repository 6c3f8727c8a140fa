import { describe, expect, test } from '@jest/globals';
import { streamLimits } from '../shared/ports/stream.ts';
import { decode } from './decode.ts';

const arrivedAt = new Date('2025-03-30T00:00:06.500Z');
const text = (over = '') =>
  `{"event_id":"e","event_time":"2025-03-30T00:00:01.000Z","received_at":"2025-03-30T00:00:02.000Z"${over}}`;
const nested = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`;
/** An event of so many bytes. */
const large = (bytes: number) => text(`,"x":"${'a'.repeat(bytes - Buffer.byteLength(text(',"x":""')))}"`);

describe('a record of the stream', () => {
  test.each([
    ['longer than the stream takes', large(streamLimits.recordBytes + 1), 'too_long:record'],
    ['text in another encoding', Buffer.from('{"a":"caf\u00E9"}', 'latin1'), 'not_utf8:record'],
    ['cut', text().slice(0, -1), 'malformed:record'],
    ['a number', '5', 'malformed:record'],
    ['null', 'null', 'malformed:record'],
    ['a list', `[${text()}]`, 'malformed:record'],
    ['a text', '"a"', 'malformed:record'],
    ['nothing', '', 'malformed:record'],
    ['nested too deep to be rid of what it says twice', text(`,"a":${nested(1000)},"event_id":"f"`), 'too_deep:record'],
  ])('that is %s is refused for just that', (_, data, reason) => {
    expect(decode(Buffer.from(data), arrivedAt)).toEqual({ reason });
  });

  test('of the largest size is an event', () => {
    const data = large(streamLimits.recordBytes);
    expect(decode(Buffer.from(data), arrivedAt)).toEqual({
      line: data,
      partition: { day: '2025-03-30', isCertain: true },
    });
  });

  test('keeps its text, on one line; its day is certain only where nothing of it is said twice', () => {
    const pretty =
      ` \r\n{\n  "event_id": "e",\r\n\r\n  "n": 1.50,\n  "event_time": "2025-03-30T00:00:01.000Z", ` +
      `"received_at": "2025-03-30T00:00:02.000Z" }\n`;
    expect(decode(Buffer.from(pretty), arrivedAt)).toEqual({
      line:
        '{   "event_id": "e",   "n": 1.50,   "event_time": "2025-03-30T00:00:01.000Z", "received_at": ' +
        '"2025-03-30T00:00:02.000Z" }',
      partition: { day: '2025-03-30', isCertain: false },
    });
    expect(decode(Buffer.from(text()), arrivedAt)).toMatchObject({ partition: { isCertain: true } });
    expect(decode(Buffer.from(text(',"event_id":"f"')), arrivedAt)).toMatchObject({ partition: { isCertain: false } });
  });
});

import { gunzipSync } from 'node:zlib';
import * as z from 'zod';

/** Bytes of a body, unpacked. */
export const bodyBytes = 1_048_576;
/** Events of one request. */
export const batchEvents = 500;

/** The request cannot be taken at all. The message says what is wrong, for who writes a tracker. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  readonly status: 400 | 413 | 415;
  constructor(status: 400 | 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

const tooLarge = () =>
  new RefusedRequest(413, `The body is larger than ${bodyBytes} bytes: send fewer events at a time.`);

const codeOf = (error: unknown) => z.object({ code: z.string() }).safeParse(error).data?.code;

function unpacked(body: Uint8Array, encoding: string): Uint8Array {
  if (encoding === '' || encoding === 'identity') return body;
  if (encoding !== 'gzip')
    throw new RefusedRequest(
      415,
      `The content encoding ${JSON.stringify(encoding)} is not known here: send gzip, or none.`,
    );
  try {
    return gunzipSync(body, { maxOutputLength: bodyBytes });
  } catch (error) {
    throw codeOf(error) === 'ERR_BUFFER_TOO_LARGE'
      ? tooLarge()
      : new RefusedRequest(400, 'The body is no complete gzip.');
  }
}

/** The text of a body. @throws RefusedRequest */
export function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new RefusedRequest(400, 'The body is not UTF-8.');
  }
}

/** What a text says as JSON. @throws RefusedRequest */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RefusedRequest(400, 'The body is not JSON.');
  }
}

const Envelope = z.object({ events: z.array(z.unknown()) });

/**
 * The events of a body, each still to be judged: `{…}`, `[{…}, …]` or `{ "events": [{…}, …] }`.
 * @throws RefusedRequest
 */
export function eventsOf(body: Uint8Array, encoding = ''): readonly unknown[] {
  if (body.length > bodyBytes) throw tooLarge();
  const bytes = unpacked(body, encoding.trim().toLowerCase());
  const json = parsed(textOf(bytes));
  if (typeof json !== 'object' || json === null)
    throw new RefusedRequest(400, 'The body is neither an event nor a list of events.');
  const envelope = Envelope.safeParse(json);
  const events: readonly unknown[] = Array.isArray(json) ? json : envelope.success ? envelope.data.events : [json];
  if (events.length === 0) throw new RefusedRequest(400, 'The list of events is empty.');
  if (events.length > batchEvents)
    throw new RefusedRequest(413, `The body has ${events.length} events: send at most ${batchEvents} at a time.`);
  return events;
}

import { gzipSync } from 'node:zlib';
import type { LocalAnswer, LocalRequest } from './local-server.ts';

/** Less than this fits in the packets that go anyway, bytes. */
const worthIt = 1400;

/**
 * The same answer as gzip where its client takes it: for texts, as CloudFront sends them. Fonts, pictures and Parquet
 * are compressed already, and a stream is sent as it comes.
 */
export function compressed({ headers }: LocalRequest, answer: LocalAnswer): LocalAnswer {
  const { body } = answer;
  const isText = /^(?:text\/(?!event-stream)|application\/json)/.test(answer.headers['content-type'] ?? '');
  if (!isText || !(typeof body === 'string' || body instanceof Uint8Array) || Buffer.byteLength(body) < worthIt)
    return answer;
  const vary = { ...answer.headers, vary: 'accept-encoding' };
  if (!/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(headers['accept-encoding'] ?? ''))
    return { ...answer, headers: vary };
  return { ...answer, headers: { ...vary, 'content-encoding': 'gzip' }, body: gzipSync(body) };
}

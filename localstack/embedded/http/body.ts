import type { IncomingMessage } from 'node:http';

/**
 * The body of a request. Of one that is larger than `limit`, one byte more than that, and the rest is not waited for:
 * whoever judges its size sees that it is too large, and the connection must be closed behind the answer.
 */
export async function readBody(
  request: IncomingMessage,
  limit: number,
): Promise<{ readonly bytes: Buffer; readonly isCut: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop would destroy the connection before the answer is sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('A request is read as bytes, before anybody sets its encoding.');
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) return { bytes: Buffer.concat(chunks).subarray(0, limit + 1), isCut: true };
  }
  return { bytes: Buffer.concat(chunks), isCut: false };
}

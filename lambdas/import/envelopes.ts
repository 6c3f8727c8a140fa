/** Records in what an automation or a connector puts around each: n8n's items, Airbyte's raw tables, Singer's messages. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import * as z from 'zod';
import { jsonRecords } from './json-lines.ts';
import { Refused } from './refused.ts';

const inner = z.union([
  z.record(z.string(), z.unknown()),
  z.string().transform((text, context) => {
    try {
      return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    } catch {
      context.addIssue({ code: 'custom', message: 'is no record' });
      return z.NEVER;
    }
  }),
]);

interface Envelope {
  readonly begins: RegExp;
  readonly around: z.ZodType<Readonly<Record<string, unknown>> | undefined>;
  /** Each sync adds what it was told, also what an earlier one was told already. */
  readonly isOfSyncs: boolean;
}

const envelopes: readonly Envelope[] = [
  {
    begins: /^\s*\[?\s*\{\s*"json"\s*:\s*\{/,
    around: z.looseObject({ json: inner }).transform(({ json }) => json),
    isOfSyncs: false,
  },
  {
    begins: /^\s*\{\s*"_airbyte_\w+"[^\n]*"_airbyte_data"\s*:/,
    around: z.looseObject({ _airbyte_data: inner }).transform(({ _airbyte_data: data }) => data),
    isOfSyncs: true,
  },
  {
    begins: /^\s*\{\s*"type"\s*:\s*"(?:SCHEMA|RECORD|STATE|ACTIVATE_VERSION)"/,
    around: z
      .looseObject({ type: z.string(), record: inner.optional() })
      .transform(({ type, record }) => (type === 'RECORD' ? record : undefined)),
    isOfSyncs: true,
  },
];

/** Records without what stood around each. */
export interface Unwrapped {
  readonly path: string;
  readonly isOfSyncs: boolean;
}

/**
 * Writes the records of a file without what stands around each, a line each; `path` itself where nothing does.
 * @throws Refused where a record has it not
 */
export async function unwrapped(path: string, target: string): Promise<Unwrapped> {
  let head = '';
  for await (const chunk of createReadStream(path, { end: (1 << 16) - 1 }) as AsyncIterable<Buffer>)
    head += chunk.toString('utf8').replace(/^\uFEFF/, '');
  const envelope = envelopes.find(({ begins }) => begins.test(head));
  if (envelope === undefined) return { path, isOfSyncs: false };
  const file = await open(target, 'w');
  try {
    for await (const { row, record } of jsonRecords(path)) {
      const read = envelope.around.safeParse(record);
      if (!read.success)
        throw new Refused(`Record ${row} is not in the envelope that the first one has. Export the records alone.`);
      if (read.data !== undefined) await file.write(`${JSON.stringify(read.data)}\n`);
    }
  } finally {
    await file.close();
  }
  return { path: target, isOfSyncs: envelope.isOfSyncs };
}

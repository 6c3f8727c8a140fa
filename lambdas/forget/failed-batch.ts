import * as z from 'zod';
import { parsedJson } from '../shared/json-texts.ts';

/**
 * Where batches of the stream are kept that were given up: by the laptop's mapping, and by Lambda itself, whose name
 * the second is.
 */
const prefixes = ['raw/failed/', 'aws/lambda/'];

const invocationRecord = z.looseObject({ payload: z.string() });
const kinesisEvent = z.looseObject({
  Records: z.array(
    z.looseObject({ kinesis: z.looseObject({ data: z.string(), partitionKey: z.string().optional() }) }),
  ),
});

/** What Lambda says of a batch that it gave up, and the batch. */
export interface FailedBatch {
  readonly record: z.output<typeof invocationRecord>;
  readonly event: z.output<typeof kinesisEvent>;
}

/** Whether an object is kept where such batches are. */
export const isFailedBatch = (key: string): boolean => prefixes.some((prefix) => key.startsWith(prefix));

/** Whether the data of its records are base64, as Lambda writes them: only then can they be written anew. */
export const isBase64 = ({ event }: FailedBatch): boolean =>
  event.Records.every(({ kinesis }) => z.base64().safeParse(kinesis.data).success);

/** Reads such an object, whose event stands in it as a text; undefined where it is none after all. */
export function failedBatchIn(text: string): FailedBatch | undefined {
  try {
    const record = invocationRecord.parse(parsedJson(text));
    return { record, event: kinesisEvent.parse(parsedJson(record.payload)) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

/**
 * Records that the Kinesis Producer Library has packed into one (its document "KPL Aggregated Record Format"):
 * a magic number, a protobuf message `AggregatedRecord`, and the MD5 of that message.
 */
import { hash } from 'node:crypto';

const magic = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const digestLength = 16;
/** Field numbers of `AggregatedRecord`. */
const keysField = 1;
const recordsField = 3;
/** Field numbers of `Record`. */
const keyIndexField = 1;
const dataField = 3;
/** Wire types of protobuf. */
const wire = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const;

/** The message ends early, or says what protobuf does not. */
class NoMessage extends Error {}

/** The delimited fields of a message, with their numbers; all others are passed over. */
function* fields(message: Buffer): Generator<{ readonly field: number; readonly bytes: Buffer }> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++];
      if (byte === undefined || scale > 2 ** 63) throw new NoMessage();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const type = tag % 8;
    if (type === wire.varint) varint();
    else if (type === wire.fixed64) at += 8;
    else if (type === wire.fixed32) at += 4;
    else if (type !== wire.delimited) throw new NoMessage();
    else {
      const length = varint();
      yield { field: Math.trunc(tag / 8), bytes: message.subarray(at, at + length) };
      at += length;
    }
    if (at > message.length) throw new NoMessage();
  }
}

/**
 * What the record holds, in its order: the packed records, or the record itself where it is not an aggregate. One whose
 * digest or message is broken counts as a plain record, as it does for the Kinesis Client Library; its magic number is
 * no UTF-8.
 */
export function unpacked(data: Buffer): Buffer[] {
  if (data.length < magic.length + digestLength || !data.subarray(0, magic.length).equals(magic)) return [data];
  const message = data.subarray(magic.length, -digestLength);
  if (!hash('md5', message, 'buffer').equals(data.subarray(-digestLength))) return [data];
  try {
    const records = [...fields(message)].filter(({ field }) => field === recordsField);
    // Without a record in it, it counts as one that cannot be read: nothing leaves the account.
    if (records.length === 0) return [data];
    return records.map(
      ({ bytes }) => [...fields(bytes)].findLast(({ field }) => field === dataField)?.bytes ?? Buffer.alloc(0),
    );
  } catch (error) {
    if (error instanceof NoMessage) return [data];
    throw error;
  }
}

function varintOf(number: number): Buffer {
  const bytes: number[] = [];
  let rest = number;
  for (; rest >= 128; rest = Math.trunc(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

/** The head of a field of so many bytes. */
const head = (field: number, length: number) => Buffer.concat([varintOf(field * 8 + wire.delimited), varintOf(length)]);

/** Every record has the first and only key of its aggregate. */
const keyIndex = Buffer.from([keyIndexField * 8 + wire.varint, 0]);

/**
 * Packs records of one partition key into one, in their order: what `unpacked` takes apart. A record alone stays as it
 * is.
 */
export function packed(partitionKey: string, records: readonly [Uint8Array, ...Uint8Array[]]): Uint8Array {
  if (records.length === 1) return records[0];
  const key = Buffer.from(partitionKey);
  const message = Buffer.concat([
    head(keysField, key.length),
    key,
    ...records.flatMap((data) => {
      const dataHead = head(dataField, data.length);
      return [head(recordsField, keyIndex.length + dataHead.length + data.length), keyIndex, dataHead, data];
    }),
  ]);
  return Buffer.concat([magic, message, hash('md5', message, 'buffer')]);
}

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { readFile, stat } from 'node:fs/promises';
import { jsonTexts, parsedJson } from '../shared/json-texts.ts';
import { documentLimit } from '../transform/line-writer.ts';
import { OfPages } from './of-pages.ts';
import { Refused } from './refused.ts';

type JsonObject = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A record and where it stands: its line, or its place in a list. */
export interface Numbered {
  readonly row: number;
  readonly record: JsonObject;
}

function parsed(text: string, where: string): unknown {
  try {
    return parsedJson(text);
  } catch (error) {
    throw new Refused(
      `${where} is no JSON (“${text.trim().slice(0, 60)}…”): the file was cut or changed. Download it again.`,
      { cause: error },
    );
  }
}

async function firstByte(path: string): Promise<string> {
  for await (const chunk of createReadStream(path, { end: 1023 }) as AsyncIterable<Buffer>)
    return (
      chunk
        .toString('utf8')
        .replace(/^\uFEFF/, '')
        .trimStart()[0] ?? ''
    );
  return '';
}

/** What is in a list, and in lists of it: pages that are put into one are a list of lists. */
const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value.flatMap((one) => listed(one)) : [value]);

/** The records of texts that may each go over several lines: a list, or answers as a tool indents them. */
async function* indented(path: string): AsyncGenerator<Numbered> {
  if ((await stat(path)).size > documentLimit)
    throw new Refused(
      'It is one JSON text over many lines, of more than 256 MB. Save it with one record a line (jq -c ".[]" ' +
        'file.json).',
    );
  const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  const list = [...jsonTexts(text)].flatMap((one) => listed(parsed(one, 'The file')));
  for (const [at, record] of list.entries()) {
    if (!isObject(record)) throw new Refused(`Record ${at + 1} is no JSON object.`);
    yield { row: at + 1, record };
  }
}

/** Whether a text begins with an object that goes on after its first line. */
const isBegun = (line: string) => {
  try {
    parsedJson(line.replace(/^\uFEFF/, ''));
    return false;
  } catch {
    return /^\uFEFF?\s*\{\s*(?:"[^"]*"\s*:\s*[[{]?\s*)?$/.test(line);
  }
};

/** The values of a line: one, or pages that stand one after the other, as `cat` joins them. */
function lineValues(line: string, where: string): unknown[] {
  try {
    return [parsedJson(line)];
  } catch {
    const texts = [...jsonTexts(line)];
    return texts.length > 1 ? texts.map((one) => parsed(one, where)) : [parsed(line, where)];
  }
}

/** The records as they come, whatever they say of other pages. */
async function* allRecords(path: string): AsyncGenerator<Numbered> {
  if ((await firstByte(path)) === '[') {
    yield* indented(path);
    return;
  }
  let row = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    row++;
    if (line.trim() === '') continue;
    if (row === 1 && isBegun(line)) {
      yield* indented(path);
      return;
    }
    for (const record of lineValues(line.replace(/^\uFEFF/, ''), `Line ${row}`)) {
      if (!isObject(record)) throw new Refused(`Line ${row} is no JSON object.`);
      yield { row, record };
    }
  }
}

/**
 * The records of a file of one JSON object a line, read in pieces, or of texts that go over several lines.
 * @throws Refused where a part of it is no JSON, or it is a part of an answer whose other pages are not in it
 */
export async function* jsonRecords(path: string): AsyncGenerator<Numbered> {
  const pages = new OfPages();
  for await (const one of allRecords(path)) {
    pages.look(one.record);
    yield one;
  }
  pages.end();
}

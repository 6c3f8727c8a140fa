import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lastOfNames } from '../shared/json-texts.ts';
import { loadCatalog, tableNamed } from '../shared/schema/catalog.ts';
import { recordLimit, type Problem } from './line-writer.ts';
import { unpack } from './unpack.ts';

const catalog = loadCatalog();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unpack-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function unpacked(
  feed: string,
  bytes: Buffer | string,
  expected?: number,
): Promise<{ lines: string[]; records: number; problems: readonly Problem[] }> {
  const source = join(folder, 'object');
  const target = join(folder, 'plain');
  await writeFile(source, bytes);
  const { records, problems } = await unpack(source, tableNamed(catalog, feed), target, expected);
  const text = await readFile(target, 'utf8');
  return { lines: text === '' ? [] : text.replace(/\n$/, '').split('\n'), records, problems };
}

/** `line reason record`, the record where it is short. */
const told = (problems: readonly Problem[]) =>
  problems.map(
    ({ line, reason, record }) => `${line} ${reason} ${record.length > 40 ? `${record.length} characters` : record}`,
  );

interface LineCase {
  readonly id: string;
  readonly bytes: Buffer | string;
  readonly expected?: number;
  /** What SQL will read, line for line; an empty line where a problem stood. */
  readonly lines: readonly string[];
  readonly problems?: readonly string[];
}

const a = '{"n":1}';
const b = '{"n":2}';
const c = '{"n":3}';
const long = 'x'.repeat(10 * 2 ** 20);
const three = gzipSync(`${a}\n${b}\n${c}\n`);
const broken = (bytes: Buffer, at: number) =>
  Buffer.concat([bytes.subarray(0, at), Buffer.from([(bytes[at] ?? 0) ^ 0xff]), bytes.subarray(at + 1)]);

const lineCases: readonly LineCase[] = [
  { id: 'plain lines', bytes: `${a}\n${b}\n`, lines: [a, b] },
  { id: 'gzip', bytes: three, lines: [a, b, c] },
  { id: 'two gzip members', bytes: Buffer.concat([gzipSync(`${a}\n`), gzipSync(`${b}\n`)]), lines: [a, b] },
  { id: 'no final newline', bytes: `${a}\n${b}`, lines: [a, b] },
  { id: 'one line without a newline', bytes: a, lines: [a] },
  { id: 'blank lines count as lines, not as records', bytes: `\n${a}\n\n\n${b}\n\n`, lines: ['', a, '', '', b, ''] },
  { id: 'a byte order mark', bytes: `\uFEFF${a}\n${b}\n`, lines: [a, b] },
  { id: 'a byte order mark in gzip', bytes: gzipSync(`\uFEFF${a}\n`), lines: [a] },
  { id: 'CRLF', bytes: `${a}\r\n${b}\r\n`, lines: [a, b] },
  { id: 'CRLF, no final newline but a final return', bytes: `${a}\r\n${b}\r`, lines: [a, b] },
  { id: 'CRLF with blank lines', bytes: `${a}\r\n\r\n${b}\r\n`, lines: [a, '', b] },
  {
    id: 'a lone return inside a line',
    bytes: `${a}\n${b}\r${c}\n${a}\n`,
    lines: [a, '', a],
    problems: [`2 malformed:record ${b}\r${c}`],
  },
  { id: 'a NUL', bytes: `${a}\n{"n":"\0"}\n${b}\n`, lines: [a, '', b], problems: ['2 malformed:record {"n":"\0"}'] },
  {
    id: 'the separator of the line reader',
    bytes: `${a}\n{"n":"\x01"}\n${b}\n`,
    lines: [a, '', b],
    problems: ['2 malformed:record {"n":"\x01"}'],
  },
  {
    id: 'invalid UTF-8 in the middle',
    bytes: Buffer.concat([Buffer.from(`${a}\n{"n":"`), Buffer.from([0xe9]), Buffer.from(`"}\n${b}\n`)]),
    lines: [a, '', b],
    problems: ['2 not_utf8:record {"n":"\uFFFD"}'],
  },
  {
    id: 'U+2028 and U+2029 are no line ends',
    bytes: '{"n":"\u2028\u2029\u0085"}\n',
    lines: ['{"n":"\u2028\u2029\u0085"}'],
  },
  { id: 'whitespace only', bytes: `   \n${a}\n`, lines: ['   ', a] },
  {
    id: 'a line of 10 MB',
    bytes: `${a}\n${long}\n${b}\n`,
    lines: [a, '', b],
    problems: [`2 too_long:record ${recordLimit} characters`],
  },
  {
    id: 'a line of 10 MB in gzip',
    bytes: gzipSync(`${a}\n${long}\n${b}\n`),
    lines: [a, '', b],
    problems: [`2 too_long:record ${recordLimit} characters`],
  },
  {
    id: 'a line of 10 MB without an end',
    bytes: `${a}\n${long}`,
    lines: [a, ''],
    problems: [`2 too_long:record ${recordLimit} characters`],
  },
  {
    id: 'a line of exactly the limit',
    bytes: `${'y'.repeat(recordLimit)}\n${a}\n`,
    lines: ['y'.repeat(recordLimit), a],
  },
  {
    id: 'a line of one byte more than the limit',
    bytes: `${'y'.repeat(recordLimit + 1)}\n${a}\n`,
    lines: ['', a],
    problems: [`1 too_long:record ${recordLimit} characters`],
  },
  { id: 'an empty object', bytes: '', lines: [''], problems: ['1 empty:object '] },
  { id: 'an empty object, as its writer promised', bytes: '', expected: 0, lines: [] },
  { id: 'an empty gzip', bytes: gzipSync(''), lines: [''], problems: ['1 empty:object '] },
  { id: 'gzip cut in its header', bytes: three.subarray(0, 6), lines: [''], problems: ['1 truncated:object '] },
  {
    id: 'gzip cut before its check sum',
    bytes: three.subarray(0, -8),
    lines: [a, b, c, ''],
    problems: ['4 truncated:object '],
  },
  {
    id: 'gzip cut in its length',
    bytes: three.subarray(0, -2),
    lines: [a, b, c, ''],
    problems: ['4 truncated:object '],
  },
  // zlib gives nothing of the block whose sum is wrong.
  {
    id: 'gzip with a wrong check sum',
    bytes: broken(three, three.length - 6),
    lines: [''],
    problems: ['1 corrupt:object '],
  },
  { id: 'gzip with a wrong block', bytes: broken(three, 10), lines: [''], problems: ['1 corrupt:object '] },
  { id: 'as many records as promised', bytes: `${a}\n${b}\n`, expected: 2, lines: [a, b] },
  {
    id: 'fewer records than promised',
    bytes: `${a}\n`,
    expected: 2,
    lines: [a, ''],
    problems: ['2 row_count:object 2 records were written, 1 are there'],
  },
  {
    id: 'more records than promised',
    bytes: `${a}\n${b}\n`,
    expected: 1,
    lines: [a, b, ''],
    problems: ['3 row_count:object 1 records were written, 2 are there'],
  },
  {
    id: 'a record that is refused counts as one',
    bytes: `${a}\n\0\n`,
    expected: 2,
    lines: [a, ''],
    problems: ['2 malformed:record \0'],
  },
  {
    id: 'of two fields of one name the last holds, and ids keep their digits',
    bytes: `${a}\n{"n":1,"o":{"p":[{"q":1,"q":2}]},"id":12345678901234567890,"n":"\\"n\\":3"}\n{"a":"\\"a\\":1"}\n`,
    lines: [a, '{"n":"\\"n\\":3","o":{"p":[{"q":2}]},"id":"12345678901234567890"}', '{"a":"\\"a\\":1"}'],
  },
  { id: 'two objects on one line', bytes: `${a}\n${b}${c}\n`, lines: [a, `${b}${c}`] },
  { id: 'two objects on the only line', bytes: `${b}${c}\n`, lines: [b, c] },
  { id: 'a list on one line', bytes: `[${a},${b}]`, lines: [a, b] },
  { id: 'a list over lines', bytes: `[\n${a},\n${b}\n]\n`, lines: [a, b] },
  { id: 'an answer of an API', bytes: `{"next":null,"events":[${a},${b}]}`, lines: [a, b] },
  { id: 'answers of an API, one a line', bytes: `{"events":[${a}]}\n{"events":[${b},${c}]}\n`, lines: [a, b, c] },
  { id: 'one record in an answer', bytes: `{"event":${a}}`, lines: [a] },
  { id: 'an answer without records', bytes: '{"events":[]}', lines: [] },
  { id: 'records over lines', bytes: `{\n  "n": 1\n}\n{\n  "n": 2\n}\n`, lines: [a, b] },
  {
    id: 'a list longer than a record may be',
    bytes: `[${Array.from({ length: 40_000 }, (_, i) => JSON.stringify({ n: i, t: 'x'.repeat(30) })).join(',')}]`,
    lines: Array.from({ length: 40_000 }, (_, i) => JSON.stringify({ n: i, t: 'x'.repeat(30) })),
  },
  {
    id: 'a record over lines that is cut',
    bytes: '{\n  "n": 1,\n  "o": {\n',
    lines: [''],
    problems: ['1 malformed:document {\n  "n": 1,\n  "o": {\n'],
  },
  { id: 'a comment above the records', bytes: `// export\n${a}\n`, lines: ['// export', a] },
  {
    id: 'a table instead of JSON',
    bytes: 'Name,Email\n#1001,x\n#1002,y\n',
    lines: [''],
    problems: ['1 malformed:document Name,Email\n#1001,x\n#1002,y\n'],
  },
  {
    id: 'UTF-16, as PowerShell writes',
    bytes: Buffer.from(`\uFEFF${a}\n${b}\n`, 'utf16le'),
    lines: [''],
    problems: ['1 not_utf8:document \xFF\xFE{\0"\0n\0"\0:\x001\0}\0\n\0{\0"\0n\0"\0:\x002\0}\0\n\0'],
  },
  {
    id: 'a list in gzip that is cut',
    bytes: gzipSync(`[${a},\n${b}]`).subarray(0, -8),
    lines: ['[{"n":1},', ''],
    problems: ['2 truncated:object {"n":2}]'],
  },
  {
    id: 'cut and short: one reason is enough',
    bytes: three.subarray(0, -8),
    expected: 9,
    lines: [a, b, c, ''],
    problems: ['4 truncated:object '],
  },
];

describe('JSON Lines', () => {
  test.each(lineCases)('$id', async ({ bytes, expected, lines, problems = [] }) => {
    const got = await unpacked('raw_web_events', bytes, expected);
    expect(told(got.problems)).toEqual(problems);
    expect(got.lines.map((line) => line.length)).toEqual(lines.map((line) => line.length));
    expect(got.lines.every((line, i) => line === lines[i])).toBe(true);
    expect(got.records).toBe(lines.filter((line) => line !== '').length);
  });

  test.each([0.2, 0.5, 0.9, 0.999])(
    'gzip cut at %p of its bytes gives every whole line that was there',
    async (part) => {
      const rows = Array.from({ length: 20_000 }, (_, i) =>
        JSON.stringify({ i, noise: ((i * 2_654_435_761) % 2 ** 32).toString(36).repeat(20) }),
      );
      const whole = gzipSync(`${rows.join('\n')}\n`);
      const cut = whole.subarray(0, Math.floor(whole.length * part));
      // zlib itself, told to give what it has.
      const there = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }).toString().split('\n');
      const got = await unpacked('raw_web_events', cut);
      expect(got.lines.slice(0, -1)).toEqual(there.slice(0, -1));
      expect(told(got.problems)).toEqual(
        told([{ line: there.length, reason: 'truncated:object', record: there.at(-1) ?? '' }]),
      );
    },
  );

  test('whatever the lines, each is a record or a problem, in its place', async () => {
    const line = fc.oneof(
      {
        weight: 5,
        arbitrary: fc
          .json()
          .filter((text) => lastOfNames(text, JSON.parse(text)) === text)
          .map((text) => Buffer.from(text)),
      },
      {
        weight: 1,
        arbitrary: fc
          .uint8Array({ maxLength: 12 })
          .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 10 && byte !== 13))),
      },
      {
        weight: 1,
        arbitrary: fc
          .string({ unit: 'binary', maxLength: 8 })
          .map((text) => Buffer.from(text.replaceAll(/[\r\n]/g, ''))),
      },
    );
    // A line longer than a chunk moves where the chunks end.
    const padding = fc.nat({ max: 3 }).map((n) => Buffer.from(`"${'p'.repeat(n * 400_000)}"`));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 12, arbitrary: line }, { weight: 1, arbitrary: padding }), { maxLength: 30 }),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom('\n', '\r\n'),
        async (others, gzip, isClosed, end) => {
          // The first line says that the file is one of lines.
          const lines = [Buffer.from(a), ...others];
          const bytes = Buffer.concat(
            lines.flatMap((one, i) => (i === lines.length - 1 && !isClosed ? [one] : [one, Buffer.from(end)])),
          );
          const got = await unpacked(
            'raw_web_events',
            gzip ? gzipSync(bytes, { level: 1 }) : bytes,
            lines.filter((one) => one.length > 0).length,
          );
          const good = (one: Buffer) =>
            one.length <= recordLimit &&
            Buffer.from(one.toString('utf8')).equals(one) &&
            ![0, 1, 13].some((byte) => one.includes(byte));
          const trailing = !isClosed && lines.at(-1)?.length === 0 ? lines.slice(0, -1) : lines;
          expect(got.lines).toEqual(trailing.map((one) => (good(one) ? one.toString('utf8') : '')));
          expect(got.problems.map((problem) => problem.line)).toEqual(
            lines.flatMap((one, i) => (good(one) ? [] : [i + 1])),
          );
          expect(got.records + got.problems.length).toBe(lines.filter((one) => one.length > 0).length);
        },
      ),
      { numRuns: 150, seed: 20250101 },
    );
  });

  // Each is written by recursion where nobody looks first, and ended the whole run.
  const deep = (depth: number, inside: string) => `${'{"a":'.repeat(depth)}${inside}${'}'.repeat(depth)}`;
  const longest = 'x'.repeat(recordLimit - 50);
  const wide = 'x'.repeat(recordLimit / 4);
  const deepCases: readonly (Record<'id' | 'feed' | 'text' | 'reason', string> & { readonly lines?: string[] })[] = [
    {
      id: 'a pretty document',
      feed: 'raw_crm_orders',
      text: `{\n"order": ${deep(8000, '1')}\n}`,
      reason: 'too_deep:document',
    },
    { id: 'a list', feed: 'raw_crm_orders', text: `[${deep(8000, '1')}]`, reason: 'too_deep:document' },
    {
      id: 'a list of lists',
      feed: 'raw_crm_orders',
      text: `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
      reason: 'too_deep:document',
    },
    {
      id: 'a line with two fields of one name',
      feed: 'raw_web_events',
      text: `{"a":1}\n${deep(8000, '{"b":1,"b":2}')}\n`,
      reason: 'too_deep:record',
      lines: ['{"a":1}'],
    },
    {
      id: 'a line behind a first one that ends in the second of two reads',
      feed: 'raw_web_events',
      text: `${'\n'.repeat(100)}{"a":"${longest}"}\n${deep(8000, '{"b":1,"b":2}')}\n`,
      reason: 'too_deep:record',
      lines: [`{"a":"${longest}"}`],
    },
    {
      id: 'a line of a file that begins with an empty one, and is longer than a record may be',
      feed: 'raw_web_events',
      text: `\n${`{"a":"${wide}"}\n`.repeat(5)}${deep(8000, '{"b":1,"b":2}')}\n`,
      reason: 'too_deep:record',
      lines: Array.from({ length: 5 }, () => `{"a":"${wide}"}`),
    },
  ];
  test.each(deepCases)(
    'JSON nested deep is a reject, not the end of the run: $id',
    async ({ feed, text, reason, lines = [] }) => {
      const got = await unpacked(feed, Buffer.from(text), undefined);
      expect(got.problems.map((problem) => problem.reason)).toEqual([reason]);
      expect(got.lines.filter((line) => line !== '')).toEqual(lines);
    },
  );

  test('an object that vanished, and a place that cannot be written, are errors, not the end of the process', async () => {
    await expect(
      unpack(join(folder, 'nowhere'), tableNamed(catalog, 'raw_web_events'), join(folder, 'plain'), undefined),
    ).rejects.toMatchObject({ code: 'ENOENT' });
    await writeFile(join(folder, 'object'), `${a}\n`.repeat(100_000));
    await expect(
      unpack(join(folder, 'object'), tableNamed(catalog, 'raw_web_events'), '/dev/full', undefined),
    ).rejects.toMatchObject({ code: 'ENOSPC' });
    await expect(
      unpack(join(folder, 'object'), tableNamed(catalog, 'raw_web_events'), join(folder, 'no', 'folder'), undefined),
    ).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

const roster = 'pseudo;nom;plateforme;palier;abonnes;inscrit_le';
const rosterRecord = (pseudo: string, nom: string) =>
  JSON.stringify({ pseudo, nom, plateforme: 'TikTok', palier: 'nano', abonnes: '1200', inscrit_le: '05/01/2025' });

const documentCases: readonly (LineCase & { readonly feed: string })[] = [
  {
    id: 'a Google stream of batches',
    feed: 'raw_google_ads',
    bytes: '[{"results":[{"a":1},{"a":2}]},{"results":[{"a":3}]}]',
    lines: ['{"a":1}', '{"a":2}', '{"a":3}'],
  },
  { id: 'a JSON document in gzip', feed: 'raw_meta_ads', bytes: gzipSync('{"data":[{"a":1}]}'), lines: ['{"a":1}'] },
  {
    id: 'a JSON document with a byte order mark',
    feed: 'raw_meta_ads',
    bytes: '\uFEFF{"data":[{"a":1}]}',
    lines: ['{"a":1}'],
  },
  {
    id: 'elements that are no objects are for SQL to judge',
    feed: 'raw_meta_ads',
    bytes: '{"data":[1,null,"a\\u2028b"]}',
    lines: ['1', 'null', '"a\u2028b"'],
  },
  {
    id: 'digits of an id stay',
    feed: 'raw_google_ads',
    bytes: '[{"results":[{"id":"9007199254740993"}]}]',
    lines: ['{"id":"9007199254740993"}'],
  },
  {
    id: 'not JSON',
    feed: 'raw_meta_ads',
    bytes: '{"data":[',
    lines: [''],
    problems: ['1 malformed:document {"data":['],
  },
  {
    id: 'JSON of another shape',
    feed: 'raw_tiktok_ads',
    bytes: '{"data":{"rows":[]}}',
    lines: [''],
    problems: ['1 shape:document {"data":{"rows":[]}}'],
  },
  {
    id: 'an error of the platform instead of a report',
    feed: 'raw_tiktok_ads',
    bytes: '{"code":40105,"data":null}',
    lines: [''],
    problems: ['1 platform_error:40105 {"code":40105,"data":null}'],
  },
  {
    id: 'a list that is an object',
    feed: 'raw_meta_ads',
    bytes: '{"data":{"a":1}}',
    lines: [''],
    problems: ['1 shape:document {"data":{"a":1}}'],
  },
  {
    id: 'a document that is not UTF-8',
    feed: 'raw_meta_ads',
    bytes: Buffer.from([0x7b, 0xff]),
    lines: [''],
    problems: ['1 not_utf8:document {\uFFFD'],
  },
  {
    id: 'a document cut short',
    feed: 'raw_meta_ads',
    bytes: gzipSync('{"data":[]}').subarray(0, 12),
    lines: [''],
    problems: [`1 truncated:object ${gzipSync('{"data":[]}').subarray(0, 12).toString('latin1')}`],
  },
  {
    id: 'a document with a wrong check sum',
    feed: 'raw_meta_ads',
    bytes: broken(gzipSync('{"data":[]}'), 20),
    lines: [''],
    problems: [`1 corrupt:object ${broken(gzipSync('{"data":[]}'), 20).toString('latin1')}`],
  },
  { id: 'an empty document', feed: 'raw_meta_ads', bytes: '', lines: [''], problems: ['1 empty:object '] },
  {
    id: 'a French sheet',
    feed: 'raw_influencer_roster',
    bytes: `\uFEFF${roster}\r\n@lea;Léa;TikTok;nano;1 200;05/01/2025\r\n`,
    lines: ['', rosterRecord('@lea', 'Léa')],
  },
  {
    id: 'headings as people write them',
    feed: 'raw_influencer_roster',
    bytes: 'Pseudo;NOM;Plate­forme;Palier;Abonnés;Inscrit le\n@lea;Léa;TikTok;nano;1 200;05/01/2025\n'.replace(
      '\u00AD',
      '',
    ),
    lines: ['', rosterRecord('@lea', 'Léa')],
  },
  {
    id: 'quotes, separators and line ends in a cell',
    feed: 'raw_influencer_roster',
    bytes: `${roster}\n@lea;"Léa; ""la"" \nsecond line";TikTok;nano;1 200;05/01/2025\n`,
    lines: ['', rosterRecord('@lea', 'Léa; "la" \nsecond line')],
  },
  {
    id: 'blank lines of a sheet count as rows',
    feed: 'raw_influencer_roster',
    bytes: `${roster}\n\n@lea;Léa;TikTok;nano;1 200;05/01/2025\n\n`,
    lines: ['', '', rosterRecord('@lea', 'Léa')],
  },
  {
    id: 'rows of separators, and empty columns at the end',
    feed: 'raw_influencer_roster',
    bytes: `${roster};;\n;;;;;;;\n@lea;Léa;TikTok;nano;1 200;05/01/2025;;\n \u00A0;;;;;;;\n`,
    lines: ['', '', rosterRecord('@lea', 'Léa')],
  },
  {
    id: 'headings that come again',
    feed: 'raw_influencer_roster',
    bytes: `${roster}\n@lea;Léa;TikTok;nano;1 200;05/01/2025\n${roster.toUpperCase()}\n@zoe;Zoé;TikTok;nano;1 200;05/01/2025\n`,
    lines: ['', rosterRecord('@lea', 'Léa'), '', rosterRecord('@zoe', 'Zoé')],
  },
  {
    id: 'a line of totals',
    feed: 'raw_influencer_roster',
    bytes: `${roster}\n@lea;Léa;TikTok;nano;1 200;05/01/2025\nTotal général;;;;1 200;\n@total;Léa;TikTok;nano;1 200;05/01/2025\n`,
    lines: ['', rosterRecord('@lea', 'Léa'), '', rosterRecord('@total', 'Léa')],
    problems: ['3 total_line:record Total général;;;;1 200;'],
  },
  {
    id: 'a cell too few and one too many',
    feed: 'raw_influencer_roster',
    bytes: `${roster}\n@a;b\n@lea;Léa;TikTok;nano;1 200;05/01/2025\n@a;b;c;d;e;f;g\n`,
    lines: ['', '', rosterRecord('@lea', 'Léa'), ''],
    problems: ['2 malformed:record @a;b', '4 malformed:record @a;b;c;d;e;f;g'],
  },
  {
    id: 'something below no heading',
    feed: 'raw_influencer_roster',
    bytes: `${roster};;\n@a;b;TikTok;nano;1;05/01/2025;;why\n`,
    lines: ['', ''],
    problems: ['2 malformed:record @a;b;TikTok;nano;1;05/01/2025;;why'],
  },
  {
    id: 'an inch mark in a cell: the rows around it are kept',
    feed: 'raw_influencer_roster',
    bytes: `${roster}\n@lea;Léa;TikTok;nano;1 200;05/01/2025\n@a;Kit 5" b;c;d;e;f\n@zoe;Zoé;TikTok;nano;1 200;05/01/2025\n`,
    lines: ['', rosterRecord('@lea', 'Léa'), '', rosterRecord('@zoe', 'Zoé')],
    problems: ['3 quotes:record @a;Kit 5" b;c;d;e;f'],
  },
  {
    id: 'a quote that does not close',
    feed: 'raw_influencer_roster',
    bytes: `${roster}\n"@a;b;c;d;e;f\n@lea;Léa;TikTok;nano;1 200;05/01/2025\n`,
    lines: ['', '', rosterRecord('@lea', 'Léa')],
    problems: ['2 quotes:record "@a;b;c;d;e;f'],
  },
  {
    id: 'a quote that is closed by chance in another row',
    feed: 'raw_influencer_roster',
    bytes: `${roster}\n@a;"b;c;d;e;f\n@lea;Léa;TikTok;nano;1 200;05/01/2025\n@c;d;e;f;g;5"\n@zoe;Zoé;TikTok;nano;1 200;05/01/2025\n`,
    lines: ['', '', rosterRecord('@lea', 'Léa'), '', rosterRecord('@zoe', 'Zoé')],
    problems: ['2 quotes:record @a;"b;c;d;e;f', '4 quotes:record @c;d;e;f;g;5"'],
  },
  {
    id: 'a heading with a bad quote',
    feed: 'raw_influencer_roster',
    bytes: `"${roster}\na;b;c;d;e;f\n`,
    lines: [''],
    problems: ['1 malformed:document 48 characters'],
  },
  {
    id: 'a column is missing: one problem of the file',
    feed: 'raw_influencer_roster',
    bytes: 'pseudo;nom;plateforme;palier;abonnes\na;b;c;d;e\nf;g;h;i;j\n',
    lines: [''],
    problems: ['1 missing_column:inscrit_le 57 characters'],
  },
  {
    id: 'a column that nobody knows: one problem of the file',
    feed: 'raw_influencer_roster',
    bytes: `${roster};Notes\n@lea;Léa;TikTok;nano;1;2;x\n`,
    lines: [''],
    problems: ['1 unknown_column:notes 81 characters'],
  },
  {
    id: 'two columns of one name',
    feed: 'raw_influencer_roster',
    bytes: `${roster};Abonnés\n@lea;Léa;TikTok;nano;1;2;x\n`,
    lines: [''],
    problems: ['1 repeated_column:abonnes 83 characters'],
  },
  {
    id: 'only wrong headings',
    feed: 'raw_influencer_roster',
    bytes: 'x;y\n',
    lines: [''],
    problems: ['1 no_heading:document x;y\n'],
  },
  {
    id: 'a title above the heading',
    feed: 'raw_influencer_roster',
    bytes: `\nInfluenceurs 2025;;;;;\n${roster}\na;b;c;d;1;f\n`,
    lines: ['', ''],
    problems: ['2 no_heading:document 84 characters'],
  },
  {
    id: 'commas, as Google Sheets writes',
    feed: 'raw_influencer_roster',
    bytes: `${roster.replaceAll(';', ',')}\n@lea,"Léa, la",TikTok,nano,"1,200",05/01/2025\n`,
    lines: ['', rosterRecord('@lea', 'Léa, la')],
  },
  {
    id: 'tabs',
    feed: 'raw_influencer_roster',
    bytes: `${roster.replaceAll(';', '\t')}\n@lea\tLéa\tTikTok\tnano\t1 200\t05/01/2025\n`,
    lines: ['', rosterRecord('@lea', 'Léa')],
  },
  {
    id: 'sep=; of Excel, which Excel does not count',
    feed: 'raw_influencer_roster',
    bytes: `\uFEFFsep=;\r\n${roster}\r\n@lea;Léa;TikTok;nano;1 200;05/01/2025\r\n`,
    lines: ['', rosterRecord('@lea', 'Léa')],
  },
  {
    id: 'sep=| of Excel',
    feed: 'raw_influencer_roster',
    bytes: `sep=|\n${roster.replaceAll(';', '|')}\n@lea|Léa|TikTok|nano|1 200|05/01/2025`,
    lines: ['', rosterRecord('@lea', 'Léa')],
  },
  {
    id: 'returns alone',
    feed: 'raw_influencer_roster',
    bytes: `${roster}\r@lea;Léa;TikTok;nano;1 200;05/01/2025\r@zoe;Zoé;TikTok;nano;1 200;05/01/2025`,
    lines: ['', rosterRecord('@lea', 'Léa'), rosterRecord('@zoe', 'Zoé')],
  },
  {
    id: 'spaces of every kind around a cell',
    feed: 'raw_influencer_roster',
    bytes: `${roster}\n\u00A0@lea\u200B;\u202FLéa ;\tTikTok; nano;\u00A01\u202F200 ; 05/01/2025\n`,
    lines: ['', rosterRecord('@lea', 'Léa')],
  },
  {
    id: 'Windows-1252',
    feed: 'raw_influencer_roster',
    bytes: Buffer.from(`${roster}\n@lea;Léa;TikTok;nano;1;05/01/2025\n`, 'latin1'),
    lines: [''],
    problems: ['1 not_utf8:document 82 characters'],
  },
  {
    id: "UTF-16, as Excel's Unicode text",
    feed: 'raw_influencer_roster',
    bytes: Buffer.from(`\uFEFF${roster}\n`, 'utf16le'),
    lines: [''],
    problems: ['1 not_utf8:document 98 characters'],
  },
  {
    id: 'a workbook',
    feed: 'raw_influencer_roster',
    bytes: Buffer.from('PK\x03\x04 xl/workbook.xml'),
    lines: [''],
    problems: ['1 spreadsheet:document PK\x03\x04 xl/workbook.xml'],
  },
  {
    id: 'errors of a spreadsheet, and what stands for nothing',
    feed: 'raw_influencer_roster',
    bytes: `${roster}\n@lea;-;TikTok;n/a;#N/A;05/01/2025\n@zoe;Zoé;#REF!;nano;-;—\n`,
    lines: [
      '',
      '{"pseudo":"@lea","nom":"","plateforme":"TikTok","palier":"","abonnes":"#N/A","inscrit_le":"05/01/2025","_faults":["error_value:abonnes"]}',
      '{"pseudo":"@zoe","nom":"Zoé","plateforme":"#REF!","palier":"nano","abonnes":"-","inscrit_le":"","_faults":["error_value:plateforme","error_value:abonnes"]}',
    ],
  },
  {
    id: 'a name with a comma in it says nothing of how the sheet writes its numbers',
    feed: 'raw_influencer_roster',
    bytes: `${roster}\n@lea;1,5;TikTok;nano;12,000;05/01/2025\n`,
    lines: [
      '',
      '{"pseudo":"@lea","nom":"1,5","plateforme":"TikTok","palier":"nano","abonnes":"12000","inscrit_le":"05/01/2025"}',
    ],
  },
  {
    id: 'a rate sheet may gain a currency, and its lines end with a comma',
    feed: 'raw_fx_rates',
    bytes: 'Date,USD,XYZ,\n2025-01-03,1.03,7,\n',
    lines: ['', '{"date":"2025-01-03","usd":"1.03","xyz":"7"}'],
  },
  {
    id: "a heading named after an object's prototype",
    feed: 'raw_fx_rates',
    bytes: 'Date,__proto__,constructor\n2025-01-03,1,2\n',
    lines: ['', '{"date":"2025-01-03","proto":"1","constructor":"2"}'],
  },
];

describe('documents', () => {
  test.each(documentCases)('$id', async ({ feed, bytes, expected, lines, problems = [] }) => {
    const got = await unpacked(feed, bytes, expected);
    expect({ lines: got.lines, problems: told(got.problems), records: got.records }).toEqual({
      lines,
      problems,
      records: lines.filter((line) => line !== '').length,
    });
  });

  /** What is shown to whoever must mend it: the headings as they were written. */
  test.each([
    ['none is known', 'X;;Y z', 'no_heading:document', 'X, Y z'],
    ['one is missing', 'Pseudo;;Nom;Plateforme;Palier;Abonnés', 'missing_column:inscrit_le', 'Pseudo, Nom, Plateforme, Palier, Abonnés'],
    ['one is unknown', `${roster};Notes (été)`, 'unknown_column:notes_ete', 'Notes (été)'],
    ['one is there twice', `${roster};Abonnés`, 'repeated_column:abonnes', 'Abonnés'],
  ])('the headings that were found, where %s', async (_, heading, reason, found) => {
    const { problems } = await unpacked('raw_influencer_roster', `${heading}\na;b;c;d;1;f\n`);
    expect(problems.map((one) => [one.reason, one.found])).toEqual([[reason, found]]);
  }); // prettier-ignore

  test('whatever stands in the cells, the record has it', async () => {
    const names = roster.split(';');
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.array(
            fc.string({ unit: 'grapheme', maxLength: 6 }).map((cell) => `x${cell}x`),
            { minLength: names.length, maxLength: names.length },
          ),
          { minLength: 1, maxLength: 8 },
        ),
        async (rows) => {
          const quoted = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';'));
          const got = await unpacked('raw_influencer_roster', `${roster}\n${quoted.join('\n')}\n`);
          expect(got.lines.slice(1).map((line): unknown => JSON.parse(line))).toEqual(
            rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]]))),
          );
          expect(got.problems).toEqual([]);
        },
      ),
      { numRuns: 100, seed: 20250102 },
    );
  });
});

import { afterAll, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Documents } from './documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'sillage-documents-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['a record without a field', {}],
  ['a record', { id: 1, note: '"_import":{"file":"x","row":7}' }],
  // What this lake landed may be imported again: it says where it stood the first time.
  ['a record that was imported before', { id: 1, _import: { file: 'before.csv', row: 7 } }],
  ['a record of which it is all', { _import: { file: 'before.csv', row: 7 } }],
])('%s says once where it stands', async (what, record) => {
  const name = what.replaceAll(' ', '-');
  const documents = new Documents(join(folder, name), { name, file: 'my "file".csv', day: '2025-01-02' });
  await documents.line('crm/orders', '2025-01-02', 3, record);
  const [landed] = await documents.finish();
  const text = readFileSync(landed?.path ?? '', 'utf8');
  const { _import: place, ...own } = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  expect(place).toEqual({ file: 'my "file".csv', row: 3 });
  expect(own).toEqual('id' in record ? { ...record, _import: undefined } : {});
  // A name that stands twice is read by each reader in its own way: the text is what one of one field is.
  expect(JSON.stringify({ ...own, _import: place })).toBe(text.trimEnd());
});

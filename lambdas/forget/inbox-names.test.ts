import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { zipSync } from 'fflate';
import { importInbox } from '../import/inbox.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { catalog } from '../../test/small-lake.ts';
import { forget } from './forget.ts';

/** Files that a run refuses, so that they stay in the inbox, and what is answered of them. */
const refused = {
  'tickets of bob@x.fr.csv': 'a;b\n1;2\n',
  'tickets of BOB@x.fr.csv': 'a;b\n1;2\n',
  'bob@x.fr/list.csv': 'a;b\n1;2\n',
  'eva@x.fr.csv': 'a;b\nbob@x.fr;2\n',
  'old.zip': zipSync({ 'bob@x.fr.csv': Buffer.from('a;b\n1;2\n') }),
};

test('a file that waits in the inbox and is called after the person is called otherwise, and so is its answer', async () => {
  const lake = memoryLake();
  const scratch = await mkdtemp(join(tmpdir(), 'inbox-names-'));
  for (const [name, body] of Object.entries(refused)) await lake.put(`inbox/${name}`, Buffer.from(body));
  const rebuild = () => importInbox(lake, scratch);
  try {
    await rebuild();
    const bob = { emails: ['bob@x.fr'], customers: [], visitors: [], orders: 'keep' } as const;
    let isKilled = true;
    const killed = () => (isKilled ? Promise.reject(new Error('killed')) : rebuild());
    await lake.put('notes/bob@x.fr.txt', 'of bob@x.fr');
    await expect(forget({ lake, catalog, rebuild: killed }, bob)).rejects.toThrow('killed');
    await lake.delete('notes/bob@x.fr.txt');
    isKilled = false;
    const { objects } = await forget({ lake, catalog, rebuild: killed }, bob);
    expect(JSON.stringify(objects)).not.toMatch(/bob/i);
    const names: string[] = [];
    for await (const key of lake.keys('inbox')) names.push(key);
    const left = ['[email]/list.csv', 'eva@x.fr.csv', 'tickets of [email] (2).csv', 'tickets of [email].csv'];
    expect(names.toSorted()).toEqual(
      [...left.map((name) => `inbox/${name}`), ...left.map((name) => `inbox-answers/${name}.txt`)].toSorted(),
    );
    expect((await lake.get('inbox/tickets of [email].csv')).toString()).toBe('a;b\n1;2\n');
  } finally {
    await rm(scratch, { recursive: true });
  }
});

import { afterAll, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { unreadKeys } from './unread.ts';

const root = mkdtempSync(join(tmpdir(), 'sillage-unread-'));
afterAll(() => rmSync(root, { recursive: true }));

test('raw objects in no folder of a day, or under no feed, are unread; those of a feed\'s day, at any depth, are read', async () => {
  const read = ['raw/web/events/dt=2025-03-28/x', 'raw/web/events/dt=2025-03-28/shop/x', 'raw/crm/orders/dt=2024-02-29/x', 'curated/orders/x', 'notes.txt'];
  const unread = ['raw/meta/x', 'raw/readme.md', 'raw/web/event/dt=2025-03-28/x', 'raw/web/events/2025-03-28/x', 'raw/web/events/dt=2025-02-29/x', 'raw/web/events/dt=28-03-2025/x', 'raw/web/events/x'];
  for (const file of [...read, ...unread]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), 'x');
  }
  expect(await unreadKeys(root, loadCatalog())).toEqual(unread);
  expect(await unreadKeys(join(root, 'none'), loadCatalog())).toEqual([]);
});

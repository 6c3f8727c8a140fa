import { expect, test } from '@jest/globals';
import { exported, nameColumn, type Column } from './data-table.tsx';

test('a file tells of each row what the page shows in small letters: two of one name are told apart', () => {
  const columns: Column<{ readonly name: string; readonly platform: string | null; readonly spend: number }>[] = [
    nameColumn(
      'Campaign',
      ({ name }) => name,
      ({ platform }) => platform,
      'Platform',
    ),
    { id: 'spend', label: 'Spend', kind: 'money', value: ({ spend }) => spend },
  ];
  const rows = [
    { name: 'summer', platform: 'Google Ads', spend: 1 },
    { name: 'summer', platform: 'Meta Ads', spend: 2 },
    { name: 'none', platform: null, spend: 3 },
  ];
  expect(exported('T', columns, rows)).toEqual({
    title: 'T',
    columns: [
      { label: 'Campaign', kind: 'text' },
      { label: 'Platform', kind: 'text' },
      { label: 'Spend', kind: 'money' },
    ],
    rows: [
      ['summer', 'Google Ads', 1],
      ['summer', 'Meta Ads', 2],
      ['none', null, 3],
    ],
  });
});

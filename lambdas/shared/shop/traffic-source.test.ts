import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { openMacros } from '../../transform/macro-cases.ts';
import { home } from '../home.ts';
import { trafficSource } from './traffic-source.ts';

const listed = readFileSync(new URL('lambdas/transform/traffic-sources.csv', home), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .flatMap((row) => row.split(/[,|]/u).filter((one) => one !== ''))
  .filter((one) => !one.startsWith('*.'))
  .map((one) => one.replace(/\.\*$/u, '.fr'));

test('a source has the name that a visit of it has, however it is written', async () => {
  const names = [
    ...listed,
    ...listed.filter((one) => !one.includes('.')).map((one) => `${one} Ads`),
    ...listed.flatMap((one) => (one.includes('.') ? [`www.${one}`, `m.${one}`, `https://${one}/a?b=c`] : [])),
    'FB',
    ' Ig ',
    'Facebook_Ads',
    'my letter',
    'blog.example',
    'shop.co.uk',
  ];
  const macros = await openMacros();
  try {
    const visits = await macros.visits(
      names.map((name) => ({ url: `https://shop.example/?utm_medium=paid&utm_source=${encodeURIComponent(name)}` })),
    );
    const unlike = names.flatMap((name, n) => {
      const [mine, visit] = [trafficSource(name), visits[n]?.source];
      return mine === visit ? [] : [{ name, mine, visit }];
    });
    expect(unlike).toEqual([]);
    expect(['fb', 'ig', 'Facebook'].map(trafficSource)).toEqual(['facebook', 'instagram', 'facebook']);
  } finally {
    macros.close();
  }
});

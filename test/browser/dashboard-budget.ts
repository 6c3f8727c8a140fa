/** The sliders of the budget over a market whose curves are planted: what they say is what the draws say. */
import { expect, test } from '@jest/globals';
import { adviceOf, gainAt } from '../../lambdas/attribute/response/advice.ts';
import { knownResponse } from '../../lambdas/attribute/response/know-response.ts';
import { onePaysOneIsStill } from '../../lambdas/attribute/response/response.samples.ts';
import type { Manifest } from '../../lambdas/publish/manifest-schema.ts';
import { readManifest } from '../../lambdas/publish/manifest.ts';
import { publish } from '../../lambdas/publish/publish.ts';
import { memoryLake } from '../../lambdas/shared/ports/memory-lake.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { publicationPrefix } from '../../lambdas/shared/schema/site-keys.ts';
import { defaultProfile } from '../../lambdas/shared/shop/profile.ts';
import { engineOfTests, type EngineOfTests } from '../engine-of-tests.ts';
import type { World } from './dashboard-expect.ts';
import { budgetLines, said } from './dashboard-page.ts';
import type { Site } from './site.ts';

const title = 'Budget: what if?';
/** The draws are published with seven digits. */
const isNear = (is: number | null | undefined, value: number) =>
  Math.abs((is ?? Number.NaN) - value) <= 1e-4 + 1e-5 * Math.abs(value);

export function describeBudget({ page, open }: World, site: () => Site, manifest: () => Promise<Manifest>): void {
  let tools: EngineOfTests;
  engineOfTests('budget', (made) => (tools = made));

  test('a market of too few days is told so, in both languages', async () => {
    await open('', title);
    expect(await said(page(), title)).toContain('23 days are too few: 56 at least are needed');
    await open('?lang=fr', 'Budget : et si ?');
    expect(await said(page(), 'Budget : et si ?')).toContain('23 jours ne suffisent pas');
  });

  test('every figure of the budget and of its sliders is that of the draws', async () => {
    const known = knownResponse(onePaysOneIsStill());
    const lake = memoryLake();
    const catalog = new Map([...loadCatalog()].filter(([, table]) => table.publish === undefined));
    await publish({
      lake,
      catalog,
      session: tools.session,
      scratch: tools.folder,
      standings: { slices: [], keys: [], damaged: [] },
      checks: [],
      profile: defaultProfile,
      removesOld: false,
      responseOf: async () => known,
      knownDaysOf: async () => ({
        seen: undefined,
        spendFrom: undefined,
        unknownSpend: [],
        spendBegins: [],
        spendEnds: [],
      }),
      withWarehouse: async (work) =>
        work({
          queryAll: () => Promise.reject(new Error('Nothing is asked.')),
          answerAll: () => ({ answers: Promise.resolve([]), copied: (async function* none() {})() }),
        }),
    });
    const marts = (await readManifest(lake))?.marts ?? {};
    for (const { name } of Object.values(marts).flatMap(({ files }) => files))
      site().replace(`/data/${name}`, await lake.get(`${publicationPrefix}${name}`));
    const whole = await manifest();
    site().replace(
      '/data/manifest.json',
      Buffer.from(JSON.stringify({ ...whole, marts: { ...whole.marts, ...marts } })),
    );

    const advice = adviceOf(known);
    await open('?budget=Display:50|Paid+Search:120', title);
    const lines = await budgetLines(page(), title);
    for (const { channel, brings, next, advised, refusal } of advice.channels) {
      const line = lines[channel];
      expect([channel, isNear(line?.['brings']?.value, brings.middle)]).toEqual([channel, true]);
      expect([channel, isNear(line?.['next']?.value, next.middle)]).toEqual([channel, true]);
      const { value = null, text } = line?.['advised'] ?? {};
      const isAdvised =
        advised === null ? text === 'as it is' && refusal?.kind === 'little_learnt' : isNear(value, advised);
      expect([channel, isAdvised]).toEqual([channel, true]);
    }
    const gain = gainAt(
      known,
      new Map([
        ['Display', 50],
        ['Paid Search', 120],
      ]),
    );
    expect(isNear(lines['what-if']?.['gain']?.value, 28 * gain.middle)).toBe(true);
    expect(await said(page(), title)).toContain('Its spend changed too little');

    const slider = page().locator('li[data-row=Display] input');
    await slider.focus();
    await page().keyboard.press('ArrowRight');
    await page().waitForURL(/budget=Display%3A55/);
    const moved = (await budgetLines(page(), title))['what-if']?.['gain']?.value;
    expect(
      isNear(
        moved,
        28 *
          gainAt(
            known,
            new Map([
              ['Display', 55],
              ['Paid Search', 120],
            ]),
          ).middle,
      ),
    ).toBe(true);
    await page().getByRole('button', { name: 'As today' }).click();
    expect(page().url()).not.toContain('budget');
    // What is guessed is said to be.
    await open('?budget=Paid+Social:150', title);
    expect(await said(page(), title)).toContain('Of Paid Social the days say too little');
    site().replace('/data/manifest.json', undefined);
  });
}

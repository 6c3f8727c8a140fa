/** Reads the dashboard as a person does: what stands in a tile, in a cell, beside a bar. */
import type { Page } from 'playwright-core';
import { z } from 'zod';

/** A figure: its exact value, null where it is unknown, and what is written. */
export interface Shown {
  readonly value: number | null;
  readonly text: string;
}
const shown = z.object({ value: z.number().nullable(), text: z.string() });
const table = z.record(z.string(), z.record(z.string(), shown));
export type Table = z.infer<typeof table>;

const read = `const read = (element) => {
  const data = element?.querySelector('data');
  return { value: data ? Number(data.value) : null, text: (data ?? element)?.textContent ?? '' };
};`;

/** The tiles of the key figures, by name. */
export async function tiles(page: Page): Promise<Record<string, Shown>> {
  const found: unknown = await page.evaluate(
    `(() => { ${read} return Object.fromEntries([...document.querySelectorAll('[data-kpi]')].map((tile) => [tile.dataset.kpi, read(tile.querySelector('.kpi-value'))])); })()`,
  );
  return z.record(z.string(), shown).parse(found);
}

/** How the key figures changed, by name; those that say why they are not known are left out. */
export async function deltas(page: Page): Promise<Record<string, Shown>> {
  const found: unknown = await page.evaluate(
    `(() => { ${read} return Object.fromEntries([...document.querySelectorAll('[data-kpi]')].flatMap((tile) ` +
      `=> { const delta = tile.querySelector('.delta'); return delta ? [[tile.dataset.kpi, read(delta)]] : []; ` +
      '})); })()',
  );
  return z.record(z.string(), shown).parse(found);
}

/** The cells of a card's table by row and column. @param title the card's */
export async function cells(page: Page, title: string): Promise<Table> {
  const found: unknown = await page.evaluate(
    `(() => { ${read}
      const rows = [...document.querySelectorAll('section[aria-label=${JSON.stringify(title)}] tr[data-row]')];
      return Object.fromEntries(rows.map((row) => [row.dataset.row, Object.fromEntries([...row.querySelectorAll('[data-column]')].map((cell) => [cell.dataset.column, read(cell)]))])); })()`,
  );
  return table.parse(found);
}

/** The lines of the budget by channel, and `what-if`: each with its figures by their names. */
export async function budgetLines(page: Page, title: string): Promise<Table> {
  const found: unknown = await page.evaluate(
    `(() => { ${read}
      const rows = [...document.querySelectorAll('section[aria-label=${JSON.stringify(title)}] [data-row]')];
      const shown = (cell) => read(cell.querySelector('dd') ?? cell);
      return Object.fromEntries(rows.map((row) => [row.dataset.row, Object.fromEntries([...row.querySelectorAll('[data-column]')].map((cell) => [cell.dataset.column, shown(cell)]))])); })()`,
  );
  return table.parse(found);
}

/** All that a card says. */
export const said = (page: Page, title: string): Promise<string> =>
  page.locator(`section[aria-label="${title}"]`).innerText();

const wholeTables = z.object({ heads: z.array(z.string()), rows: z.array(z.array(shown)) });
export type WholeTable = z.infer<typeof wholeTables>;

/**
 * A card's table from its first to its last cell, under the names of its columns. The arrow of a sorted column is no
 * part of its name.
 */
export async function wholeTable(page: Page, title: string): Promise<WholeTable> {
  const found: unknown = await page.evaluate(
    `(() => { ${read}
      const card = document.querySelector('section[aria-label=${JSON.stringify(title)}]');
      const heads = [...card.querySelectorAll('thead tr > *')].map((head) => head.textContent.replace(/ [↑↓]$/, ''));
      return { heads, rows: [...card.querySelectorAll('tbody tr')].map((row) => [...row.children].map(read)) }; })()`,
  );
  return wholeTables.parse(found);
}

/** The bars of a card by what they are of. */
export async function bars(page: Page, title: string): Promise<Record<string, Shown>> {
  const found: unknown = await page.evaluate(
    `(() => { ${read}
      const rows = [...document.querySelectorAll('section[aria-label=${JSON.stringify(title)}] li[data-row]')];
      return Object.fromEntries(rows.map((row) => [row.dataset.row, read(row)])); })()`,
  );
  return z.record(z.string(), shown).parse(found);
}

/** What stands in small letters beside each bar of a card. */
export async function shares(page: Page, title: string): Promise<Record<string, Shown>> {
  const found: unknown = await page.evaluate(
    `(() => { ${read}
      const rows = [...document.querySelectorAll('section[aria-label=${JSON.stringify(title)}] li[data-row]')];
      return Object.fromEntries(rows.map((row) => [row.dataset.row, read(row.querySelector('small'))])); })()`,
  );
  return z.record(z.string(), shown).parse(found);
}

/** The intervals in one column of a card's table, by row; nothing where there is none. */
export async function asides(page: Page, title: string, column: string): Promise<Record<string, string | undefined>> {
  const found: unknown = await page.evaluate(
    `(() => { const rows = [...document.querySelectorAll('section[aria-label=${JSON.stringify(title)}] tr[data-row]')];
      return Object.fromEntries(rows.map((row) => [row.dataset.row, row.querySelector('[data-column=${column}] .interval')?.textContent])); })()`,
  );
  return z.record(z.string(), z.string().optional()).parse(found);
}

/** By how much a page is wider than its window. */
export const overflow = async (page: Page): Promise<number> =>
  z.number().parse(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'));

/** The cards out of which something stands, by their titles: they are narrower than the page, which may yet be wide enough. */
export async function tooNarrow(page: Page): Promise<string[]> {
  const found: unknown = await page.evaluate(
    `[...document.querySelectorAll('section.card')].filter((card) => card.scrollWidth > card.clientWidth).map((card) => card.getAttribute('aria-label') ?? '')`,
  );
  return z.array(z.string()).parse(found);
}

/**
 * Resolves once a card and all others of its view are drawn whole: a long card has its first rows a step earlier than
 * the others, and what is still on its way has a place of its own meanwhile.
 */
export async function drawn(page: Page, title: string): Promise<void> {
  await page.locator(`section[aria-label="${title}"]`).first().waitFor();
  await page.locator('.bone').first().waitFor({ state: 'detached' });
}

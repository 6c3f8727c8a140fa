import { expect, test } from '@jest/globals';
import { isGiftCard } from './order-lines.ts';

test.each<[string, { name: string; ships: boolean; taxable: boolean }, boolean]>([
  ['one by mail', { name: 'Gift Card - 50 €', ships: false, taxable: false }, true],
  ['one by mail that the export calls taxable', { name: 'Carte cadeau', ships: false, taxable: true }, true],
  ['one of plastic', { name: 'E-Gift Card', ships: true, taxable: false }, true],
  ['the shop’s name before it', { name: 'Maison Lune – carte cadeau 50 €', ships: false, taxable: false }, true],
  ['a word before it', { name: 'Digitaler Geschenkgutschein', ships: false, taxable: false }, true],
  ['a box for one', { name: 'Gift card box', ships: true, taxable: true }, false],
  ['a download that names one', { name: 'Modèle de carte cadeau à imprimer', ships: false, taxable: true }, false],
  ['a download', { name: 'E-book', ships: false, taxable: false }, false],
  ['letters that end as one', { name: 'Abgutschein', ships: false, taxable: false }, false],
])('a gift card is known by its name, and by what nobody does with it: %s', (_, line, is) => {
  expect(isGiftCard(line)).toBe(is);
});

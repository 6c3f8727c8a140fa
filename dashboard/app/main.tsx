import { render } from 'preact';
import { dayBefore } from '../../lambdas/shared/day-numbers.ts';
import { workerReader, openPublished } from '../data/published.ts';
import { preferredLanguage } from '../language/language.ts';
import { App } from './app.tsx';

const worker = new Worker(new URL('../data/worker.ts', import.meta.url), { type: 'module' });
const read = workerReader(worker);
const open = () => openPublished(new URL('data/', document.baseURI), read);

// Asked for before anything is drawn; the page says what is wrong with it, once it is there.
let first: ReturnType<typeof open> | undefined = open();
first.catch(() => undefined);
// The first calendar takes a browser some 40 ms, and the first number 10: while the manifest is on its way, nobody waits
// for them.
dayBefore(new Date(), 'UTC');
new Intl.NumberFormat(preferredLanguage(navigator.languages)).format(0);

const openNext = () => {
  const opened = first ?? open();
  first = undefined;
  return opened;
};
const root = document.getElementById('app');
if (root !== null) render(<App open={openNext} />, root);

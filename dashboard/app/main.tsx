import { render } from 'preact';
import { workerReader, openPublished } from '../data/published.ts';
import { App } from './app.tsx';

const worker = new Worker(new URL('../data/worker.ts', import.meta.url), { type: 'module' });
const read = workerReader(worker);
const open = () => openPublished(new URL('data/', document.baseURI), read);

const root = document.getElementById('app');
if (root !== null) render(<App open={open} />, root);

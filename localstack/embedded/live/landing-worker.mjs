// Where a worker thread starts: `--import tsx` is not honoured there on Node 20, so TypeScript is registered by hand.
import { register } from 'tsx/esm/api';

register();
await import('./landing-worker.ts');

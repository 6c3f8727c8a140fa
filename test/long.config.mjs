/**
 * What takes minutes by its nature: whole lakes that are killed, harmed, erased or moved, hostile browsers. `npm run
 * test:long`
 */
import base from '../jest.config.mjs';

// One more at a time than there are processors of a small machine: these wait more than they compute.
export default { ...base, rootDir: '..', testMatch: ['**/*.long.ts'], maxWorkers: Math.max(3, base.maxWorkers) };

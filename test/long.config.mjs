/**
 * What takes minutes by its nature: whole lakes that are killed, harmed, erased or moved, hostile browsers. `npm run
 * test:long`
 */
import base from '../jest.config.mjs';

export default { ...base, rootDir: '..', testMatch: ['**/*.long.ts'] };

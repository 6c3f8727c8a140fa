/**
 * The proof of the deployment is a run of its own: `npm run test:aws` starts the emulator, deploys, and says where
 * everything is.
 */
import base from '../../jest.config.mjs';

export default {
  ...base,
  rootDir: '../../',
  testMatch: [`<rootDir>/test/aws/*.${process.env['SILLAGE_PROOF'] ?? 'aws'}.ts`],
};

import { expect, test } from '@jest/globals';
import { StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import { systemError } from './log-fixture.ts';
import { explainStream, inOurErrors } from './log-errors.ts';

const failing = (error: unknown) => async (): Promise<never> => {
  throw error;
};

test.each([
  [
    systemError('ENOSPC'),
    'The stream web stands still. The lake in /lake cannot be used: its disk is full. Free some space, or ' +
      'choose another folder (ENOSPC).',
  ],
  [
    systemError('ENOENT'),
    'The stream web in /lake stands still: ENOENT: as the test says, write. Check that its folder is still ' +
      'there, and start again.',
  ],
  [
    { code: 'EMFILE' },
    'The stream web in /lake stands still: EMFILE. Check that its folder is still there, and start again.',
  ],
  [
    { code: 'E2BIG' },
    'The stream web in /lake stands still: E2BIG. Check that its folder is still there, and start again.',
  ],
])('%p of the file system is told in words', async (error, message) => {
  const told = explainStream('/lake', 'web', error);
  expect(told).toBeInstanceOf(StreamUnavailable);
  expect(told).toMatchObject({ message, cause: error });
  await expect(inOurErrors('/lake', 'web', failing(error))).rejects.toThrow(message);
});

test.each([
  [new StreamUnavailable('It said so itself.')],
  [new TypeError('no code')],
  [systemError('ERR_INVALID_ARG_TYPE')],
  [systemError('xENOENT')],
])('%s stays as it is', async (error) => {
  expect(explainStream('/lake', 'web', error)).toBe(error);
  await expect(inOurErrors('/lake', 'web', failing(error))).rejects.toBe(error);
});

test('what goes well is given back', () => expect(inOurErrors('/lake', 'web', async () => 7)).resolves.toBe(7));

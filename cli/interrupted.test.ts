import { afterEach, expect, jest, test } from '@jest/globals';
import { Interrupted, tellingHowItStands } from './interrupted.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s: how things stand is said, and the process ends by it', async (by) => {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
  let told = 'Nothing yet.';
  await tellingHowItStands(
    () => told,
    () => {
      told = 'The files are kept.';
      process.emit(by, by);
      return Promise.resolve();
    },
  );
  expect(write.mock.calls).toEqual([[expect.stringContaining('The files are kept.\n')]]);
  expect(kill.mock.calls).toEqual([[process.pid, by]]);
  expect(process.listenerCount(by)).toBe(0);
});

test('a key at a question says it, too; an error does not', async () => {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const failing = (fault: Error) =>
    tellingHowItStands(
      () => 'Nothing was imported.',
      async () => {
        await Promise.resolve();
        throw fault;
      },
    );
  await expect(failing(new Error('a fault'))).rejects.toThrow('a fault');
  expect(write).not.toHaveBeenCalled();
  await expect(failing(new Interrupted('SIGINT'))).rejects.toThrow(Interrupted);
  expect(write.mock.calls).toEqual([[expect.stringContaining('Nothing was imported.\n')]]);
});

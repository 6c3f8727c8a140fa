import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { StreamUnavailable } from '../../../lambdas/shared/ports/stream.ts';
import { codeOf, explain } from '../lake/errors.ts';

/** An error of the file system in the words of the port; anything else as it is. */
export function explainStream(root: string, name: string, error: unknown): unknown {
  if (error instanceof StreamUnavailable) return error;
  const explained = explain(root, error);
  if (explained instanceof LakeUnavailable)
    return new StreamUnavailable(`The stream ${name} stands still. ${explained.message}`, { cause: error });
  const code = codeOf(error);
  if (code === undefined || !/^E[A-Z0-9]+$/u.test(code)) return error;
  const said = error instanceof Error ? error.message : code;
  return new StreamUnavailable(
    `The stream ${name} in ${root} stands still: ${said}. Check that its folder is still there, and start again.`,
    { cause: error },
  );
}

/** Runs an operation on a stream, and puts the errors of the file system into the words of the port. */
export async function inOurErrors<T>(root: string, name: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw explainStream(root, name, error);
  }
}

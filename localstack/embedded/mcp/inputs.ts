import * as z from 'zod';

/**
 * What a tool takes, and nothing else: an argument that was left unread would be answered as if it had been obeyed. The
 * refusal names what is known.
 */
export function inputs<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `Unknown: ${issue.keys.join(', ')}. ` +
          (known.length === 0 ? 'Nothing is taken here.' : `Known are: ${known.join(', ')}.`)
        : undefined,
  });
}

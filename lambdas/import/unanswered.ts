/** Answers of interfaces that hold no records: an error, or nothing at all. */
import * as z from 'zod';

const words = z.string().min(1);
const messaged = z.looseObject({ message: words }).transform(({ message }) => message);
/** How interfaces say that something went wrong: Google, Meta; Shopify; WooCommerce, Matomo; PostHog. */
const error = z.union([
  z.looseObject({ error: messaged }).transform(({ error: one }) => one),
  z.looseObject({ errors: words }).transform(({ errors }) => errors),
  z.looseObject({ errors: z.array(messaged).min(1) }).transform(({ errors }) => errors[0] ?? ''),
  z.looseObject({ errors: z.record(z.string(), z.unknown()) }).transform(({ errors }) => JSON.stringify(errors)),
  z.looseObject({ code: z.union([words, z.number()]), message: words }).transform(({ message }) => message),
  z.looseObject({ result: z.literal('error'), message: words }).transform(({ message }) => message),
  z.looseObject({ type: words, detail: words }).transform(({ detail }) => detail),
]);
const empty = z.union([z.array(z.unknown()).max(0), z.record(z.string(), z.array(z.unknown()).max(0))]);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/** Why an answer, whole in this text, has no records; undefined where that is not known. */
export function whyUnanswered(text: string): string | undefined {
  const answer = parsed(text);
  const said = z.union([error, z.tuple([error], z.unknown()).transform(([first]) => first)]).safeParse(answer).data;
  if (said !== undefined) return `It is no report but an error of the platform: “${said.slice(0, 200)}”. Ask it again.`;
  return empty.safeParse(answer).success
    ? 'It is an answer without a record. Was a filter set, or a period without data? Ask again without it.'
    : undefined;
}

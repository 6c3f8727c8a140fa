import * as z from 'zod';

/** What a browser calls the origin of a page in a sandbox, such as Shopify's checkout pixel; any site can open one. */
const sandbox = 'null';

function isOrigin(text: string): boolean {
  return text === sandbox || (URL.canParse(text) && new URL(text).origin === text);
}

/**
 * The shop's origins as one text, `https://www.shop.example,https://shop.example`, in their list. `null` lets pages in
 * a sandbox send: only who says so takes their events.
 */
export const Origins = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ''),
  )
  .pipe(
    z
      .array(
        z
          .string()
          .refine(isOrigin, 'An origin is a scheme and a host, such as https://www.shop.example, without a path.'),
      )
      .min(1),
  );

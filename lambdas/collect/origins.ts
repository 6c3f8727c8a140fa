import * as z from 'zod';

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** The shop's origins as one text, `https://www.shop.example,https://shop.example`, in their list. */
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

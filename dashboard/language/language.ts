export const languages = ['en', 'fr'] as const;
export type Language = (typeof languages)[number];

/** Something in each language. Both have the same shape, or the types say what is missing. */
export type InEach<T> = Readonly<Record<Language, T>>;

/** The language of a browser's preferences: French, or else English. @param preferred such as `['fr-CA', 'en']` */
export function preferredLanguage(preferred: readonly string[]): Language {
  for (const one of preferred) {
    const known = languages.find((language) => one.toLowerCase().startsWith(language));
    if (known !== undefined) return known;
  }
  return 'en';
}

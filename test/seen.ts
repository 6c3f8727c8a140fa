/**
 * Whether a person sees all of a text as it is. Said anew, number by number, so that a mistake in the pattern of
 * `visible` is not made twice.
 */
export function isSeen(text: string): boolean {
  return Array.from(text).every((character) => {
    const code = character.codePointAt(0) ?? 0;
    const within = (from: number, to: number) => code >= from && code <= to;
    return !(
      code < 0x20 ||
      within(0x7f, 0x9f) ||
      code === 0x61c ||
      within(0x200e, 0x200f) ||
      within(0x2028, 0x202e) ||
      within(0x2066, 0x2069) ||
      within(0xd800, 0xdfff)
    );
  });
}

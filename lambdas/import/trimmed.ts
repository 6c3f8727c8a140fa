/** A sign of ASCII that is seen. */
const isSeen = (code: number) => code > 0x20 && code < 0x7f;

/** Without the spaces of any kind, and the signs of no width, around it. Most cells have none: two looks spare a search. */
export const trimmed = (cell: string) =>
  cell === '' || (isSeen(cell.charCodeAt(0)) && isSeen(cell.charCodeAt(cell.length - 1)))
    ? cell
    : cell.replaceAll(/^[\s\u200B-\u200D\u2060\uFEFF]+|[\s\u200B-\u200D\u2060\uFEFF]+$/gu, '');

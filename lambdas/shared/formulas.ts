/**
 * Where a spreadsheet would begin to compute: at the start of a cell, and behind a semicolon, at which half of Europe's
 * spreadsheets cut.
 */
const formulas = /(^|;)(?=[\s\p{Cf}"]*[=+\-@＝＋－＠])/gu;
const number = /^[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?$/;

/** A text as a cell that no spreadsheet runs: what would be a formula has an apostrophe before it. */
export const withoutFormula = (text: string): string => (number.test(text) ? text : text.replaceAll(formulas, "$1'"));

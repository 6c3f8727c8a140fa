import { InvalidArgumentError } from 'commander';

/** Reads a number of an option. @throws InvalidArgumentError, after which the option's name is told */
export function anyNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Give a number.');
  return value;
}

/** Reads a number of an option. @throws InvalidArgumentError that says between which it must be */
export const numberWithin =
  (least: number, most: number, { isWhole = false } = {}) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= most) || (isWhole && !Number.isInteger(value)))
      throw new InvalidArgumentError(`Give a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}.`);
    return value;
  };

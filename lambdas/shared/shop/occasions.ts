import { dayNumber, dateOf, weekdayOf, type DayNumber, type Days } from '../day-numbers.ts';

/** Days that move a French shop's sales, by the name of their text. */
export type Occasion =
  | 'newYear'
  | 'valentine'
  | 'easterMonday'
  | 'labourDay'
  | 'victory'
  | 'ascension'
  | 'whitMonday'
  | 'mothersDay'
  | 'bastille'
  | 'assumption'
  | 'allSaints'
  | 'armistice'
  | 'blackFriday'
  | 'christmas';

/** Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher). */
export function easter(year: number): DayNumber {
  const a = year % 19;
  const [b, c] = [Math.floor(year / 100), year % 100];
  const [d, e] = [Math.floor(b / 4), b % 4];
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const [i, k] = [Math.floor(c / 4), c % 4];
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const place = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(place / 31) - 1, (place % 31) + 1) / 86_400_000;
}

/** The last Sunday of May, or the first of June where that is Whit Sunday. */
export function mothersDay(year: number): DayNumber {
  const end = dayNumber(`${year}-05-31`);
  const sunday = end - ((weekdayOf(end) + 1) % 7);
  return sunday === easter(year) + 49 ? sunday + 7 : sunday;
}

/** The day after the fourth Thursday of November. */
export function blackFriday(year: number): DayNumber {
  const first = dayNumber(`${year}-11-01`);
  const thursday = first + ((3 - weekdayOf(first) + 7) % 7);
  return thursday + 22;
}

function ofYear(year: number): [DayNumber, Occasion][] {
  const on = (date: string) => dayNumber(`${year}-${date}`);
  const sunday = easter(year);
  return [
    [on('01-01'), 'newYear'],
    [on('02-14'), 'valentine'],
    [sunday + 1, 'easterMonday'],
    [on('05-01'), 'labourDay'],
    [on('05-08'), 'victory'],
    [sunday + 39, 'ascension'],
    [sunday + 50, 'whitMonday'],
    [mothersDay(year), 'mothersDay'],
    [on('07-14'), 'bastille'],
    [on('08-15'), 'assumption'],
    [on('11-01'), 'allSaints'],
    [on('11-11'), 'armistice'],
    [blackFriday(year), 'blackFriday'],
    [on('12-25'), 'christmas'],
  ];
}

/** The occasions within some days, in their order. */
export function occasionsIn({ from, to }: Days): { readonly day: DayNumber; readonly occasion: Occasion }[] {
  const [first, last] = [dateOf(from).getUTCFullYear(), dateOf(to).getUTCFullYear()];
  const years = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return years
    .flatMap(ofYear)
    .filter(([day]) => day >= from && day <= to)
    .map(([day, occasion]) => ({ day, occasion }))
    .toSorted((a, b) => a.day - b.day);
}

/** Where the people of France live. */

/**
 * Inhabitants in thousands by the first two characters of the postcode: Corsica is 20, the overseas départements are
 * 97. INSEE, populations légales des départements 2021 (https://www.insee.fr/fr/statistiques/7739582), rounded.
 */
export const inhabitants: Readonly<Record<string, number>> = Object.fromEntries(
  (
    '01 663|02 526|03 334|04 166|05 140|06 1104|07 331|08 268|09 155|10 311|11 377|12 279|13 2057|14 699|15 ' +
    '144|16 351|' +
    '17 661|18 299|19 240|20 347|21 536|22 606|23 115|24 413|25 547|26 520|27 599|28 432|29 922|30 757|31 ' +
    '1434|32 192|' +
    '33 1655|34 1201|35 1098|36 217|37 613|38 1284|39 259|40 423|41 329|42 768|43 228|44 1457|45 684|46 ' +
    '174|47 331|48 77|' +
    '49 821|50 495|51 564|52 170|53 306|54 732|55 182|56 769|57 1049|58 202|59 2611|60 830|61 277|62 1461|63 ' +
    '663|64 693|' +
    '65 230|66 488|67 1152|68 768|69 1896|70 233|71 549|72 566|73 442|74 841|75 2133|76 1255|77 1438|78 1456|79 375|' +
    '80 567|81 394|82 263|83 1095|84 562|85 695|86 439|87 372|88 360|89 333|90 140|91 1313|92 1635|93 1668|94 1416|' +
    '95 1256|97 2180'
  )
    .split('|')
    .map((row): [string, number] => [row.slice(0, 2), Number(row.slice(3))]),
);

/** The names by which a region can be held out: départements as postcodes begin, and countries. */
export const regions: ReadonlySet<string> = new Set([...Object.keys(inhabitants), 'BE', 'LU', 'CH', 'GB', 'US']);

/**
 * Large départements where 45 % of the French live: of each four that follow one another in size the first and the last.
 * Of smaller ones a shop may have no order in three months, and islands have postcodes of their own.
 */
export const nearlyHalfOfFrance: readonly string[] = Object.entries(inhabitants)
  .filter(([region, people]) => region !== '97' && people >= 400)
  .toSorted(([, a], [, b]) => b - a)
  .filter((_, rank) => rank % 4 === 0 || rank % 4 === 3)
  .map(([region]) => region)
  .toSorted();

/** Answers that hold just as much as an interface gives at once: nobody can see in them whether more follow. */

/** An interface by which answers come in pages, and how one asks whether there is another. */
interface Paged {
  /** What one answer holds where nobody says how much. */
  readonly usual: number;
  /** What full pages hold, alone or one after the other. */
  readonly full: number;
  readonly ask: string;
}

export const shopifyRest: Paged = { usual: 50, full: 250, ask: 'The header “Link” of an answer names the next page.' };
/** People ask for round numbers. */
export const shopifyAnswers: Paged = { usual: 50, full: 10, ask: 'Ask for pageInfo { hasNextPage }, too: it says so.' };
export const wooRest: Paged = {
  usual: 10,
  full: 100,
  ask: 'The header “X-WP-TotalPages” says how many pages there are.',
};

/** One sentence, where there may be more. */
export const fullPageNotes = (records: number, { usual, full, ask }: Paged): string[] =>
  records > 0 && (records === usual || records % full === 0)
    ? [
        `It has just ${records} records, as a full page of an answer has: are there more? ${ask} Import the others, ` +
          'too.',
      ]
    : [];

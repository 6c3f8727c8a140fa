/** The parameters of a simulated market, as the command line calls them. */
const names = 'seed|opens|eventsPerDay|initialCustomers|dirt|market|consent';

const flagOf = (name: string): string => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** What is said of a request for a market, in the names of the command line. */
export const inFlags = (message: string): string =>
  message
    .replaceAll(new RegExp(`\\b(${names}): \\1\\b`, 'g'), '$1')
    // Some of the names are words, too: "the market opens on".
    .replaceAll(new RegExp(`\\b(?:${names})(?= must be | out\\b)|(?<=\\bwith )(?:${names})(?= )`, 'g'), flagOf);

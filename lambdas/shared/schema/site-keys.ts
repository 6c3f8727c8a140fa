/**
 * Where all stands that a dashboard is made of, and nothing else: who may read this prefix learns nothing of the rest
 * of the lake.
 */
export const sitePrefix = 'site/';

/** The page itself. */
export const pageKey = `${sitePrefix}index.html`;

/** What the page reads, as `publish` writes it. */
export const publicationPrefix = `${sitePrefix}data/`;

/** What is published, in one object: it is written last, so whoever reads it first finds every file that it names. */
export const manifestKey = `${publicationPrefix}manifest.json`;

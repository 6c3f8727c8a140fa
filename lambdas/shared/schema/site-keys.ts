/** Where `publish` puts what a dashboard reads, and nothing else stands there: who may read this prefix learns nothing of the rest of the lake. */
export const publicationPrefix = 'site/data/';

/** What is published, in one object: it is written last, so whoever reads it first finds every file that it names. */
export const manifestKey = `${publicationPrefix}manifest.json`;

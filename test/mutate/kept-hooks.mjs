/** Gives what imports Jest's globals those that keep the tests. Node takes this module as plain JavaScript. */
const url = new URL('kept-globals.ts', import.meta.url).href;

/** @type {import('node:module').ResolveHook} */
export const resolve = (name, context, next) =>
  name === '@jest/globals' ? { url, format: 'module', shortCircuit: true } : next(name, context);

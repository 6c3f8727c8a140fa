/**
 * The special functions of the Cephes library (Moshier, 1989), compiled to WebAssembly: not to be called before it is.
 */
import { compiled } from 'cephes';

await compiled;

export { incbi, lgam, ndtr, ndtri, stdtri } from 'cephes';

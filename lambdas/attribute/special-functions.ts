/**
 * The special functions of the Cephes library (Moshier, 1989), compiled to WebAssembly: not to be called before it is.
 */
import { compiled } from 'cephes';

await compiled;

export { lgam, ndtri, stdtri } from 'cephes';

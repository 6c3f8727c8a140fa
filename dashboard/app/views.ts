import { marketing } from '../views/marketing/marketing.tsx';
import { products } from '../views/products/products.tsx';
import type { View } from './view.ts';

/** Every view, in the order of the navigation. */
export const views: readonly View[] = [marketing, products];

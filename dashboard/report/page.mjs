// The types of JSX know a browser. A program without one knows this page by `page.d.mts` alone.
export { reportHtml } from './page.tsx';

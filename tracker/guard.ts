/** The page's own work goes on, whatever goes wrong in the tracker's: its console is told. */
export function guarded<Given extends readonly unknown[]>(work: (...given: Given) => void): (...given: Given) => void {
  return (...given) => {
    try {
      work(...given);
    } catch (error) {
      console.warn('sillage:', error);
    }
  };
}

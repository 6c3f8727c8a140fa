/** The sites that an export tells of, where a tool knows several: visits of another shop would count, too. */
export class Sites {
  /** By what the tool calls a site, what a person knows it by. */
  readonly #names = new Map<string, string>();

  add(site: string | undefined, name = site): void {
    if (site !== undefined && name !== undefined && !this.#names.has(site)) this.#names.set(site, name);
  }

  get notes(): string[] {
    const { size } = this.#names;
    if (size <= 1) return [];
    const names = [...this.#names.values()].toSorted().slice(0, 5).join(', ');
    return [
      `It tells of ${size} sites (${names}): the visits of all of them count as the shop's. If one is another ` +
        'shop, export the others alone.',
    ];
  }
}

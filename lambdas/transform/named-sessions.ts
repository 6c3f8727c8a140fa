import type { Engine, Session } from '../shared/duckdb.ts';
import type { ShopProfile } from '../shared/shop/profile.ts';
import { knowingNames } from './names.ts';
import type { PseudonymKey } from './pseudonyms.ts';
import type { Described } from './described.ts';

/** A session that knows the names of the SELECTs, with a number of its own among those of its engine. */
export interface NamedSession {
  readonly number: number;
  readonly session: Session;
}

/**
 * Sessions of an engine that know the names of the SELECTs. All tables share them: to teach one takes longer than many
 * a slice.
 */
export class NamedSessions {
  readonly #engine: Engine;
  readonly #profile: ShopProfile;
  readonly #key: PseudonymKey;
  readonly #idle: NamedSession[] = [];
  #opened: Session[] = [];
  /** The columns of each SELECT that was described: to bind one of many macros takes longer than many a slice, too. */
  readonly described = new Map<string, readonly Described[]>();

  constructor(engine: Engine, profile: ShopProfile, key: PseudonymKey) {
    this.#engine = engine;
    this.#profile = profile;
    this.#key = key;
  }

  /** Lends a session to some work; what failed in one may have left anything in it, so it is not lent again. */
  async lend<T>(work: (lent: NamedSession) => Promise<T>): Promise<T> {
    const lent = this.#idle.pop() ?? (await this.#open());
    const result = await work(lent);
    this.#idle.push(lent);
    return result;
  }

  close(): void {
    for (const session of this.#opened) session.close();
    this.#opened = [];
    this.#idle.length = 0;
  }

  async #open(): Promise<NamedSession> {
    const session = await this.#engine.connect();
    const number = this.#opened.push(session);
    return { number, session: knowingNames(session, this.#profile, this.#key.pseudonym('sillage: masks')) };
  }
}

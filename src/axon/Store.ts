// SPDX-License-Identifier: Apache-2.0
import { BusyRetry, ConcurrentUpdate } from "./errors.ts";

/** A value taken out of a {@link Store}: a copy of one's own, to look at, change, and commit. */
export class StoreValue<T> {
  readonly key: string;
  /** How often the value had been committed when it was taken out. */
  version: number;
  value: T;
  readonly #commit: (value: StoreValue<T>) => void;

  /** @internal */
  constructor(key: string, version: number, value: T, commit: (value: StoreValue<T>) => void) {
    this.key = key;
    this.version = version;
    this.value = value;
    this.#commit = commit;
  }

  /** Changes the copy; the store changes with `commit`. */
  set(value: T): void {
    this.value = value;
  }

  /**
   * Puts the value into the store, for others to take out.
   *
   * @throws ConcurrentUpdate when somebody else has committed this key since the value was taken out
   * @throws BusyRetry when the store is being used just now
   * @throws DataCloneError when the value cannot be copied
   */
  commit(): void {
    this.#commit(this);
  }
}

/** Several values taken out of a {@link Store} together, to be committed together. */
export class StoreCollection<V extends object, K extends keyof V & string> {
  readonly #values: ReadonlyMap<string, StoreValue<any>>;
  readonly #commit: (values: readonly StoreValue<any>[]) => void;

  /** @internal */
  constructor(values: readonly StoreValue<any>[], commit: (values: readonly StoreValue<any>[]) => void) {
    this.#values = new Map(values.map((value) => [value.key, value]));
    this.#commit = commit;
  }

  /**
   * One of the values.
   *
   * @throws RangeError for a key that was not taken out
   */
  get<N extends K>(key: N): StoreValue<V[N] | undefined> {
    const value = this.#values.get(key);
    if (value !== undefined) return value;
    throw new RangeError(`Cannot get "${key}": only ${[...this.#values.keys()].map((known) => `"${known}"`).join(", ")} were taken out`);
  }

  /**
   * Puts all the values into the store, or none.
   *
   * @throws ConcurrentUpdate when somebody else has committed one of the keys since they were taken out
   * @throws BusyRetry when the store is being used just now
   * @throws DataCloneError when one of the values cannot be copied
   */
  commit(): void {
    this.#commit([...this.#values.values()]);
  }
}

/**
 * Values that several components share, and change in transactions: software transactional memory. Whoever takes a value out gets a copy; whoever commits
 * one that somebody else has committed meanwhile is told so, and does the work again. Values are copied both ways by `structuredClone`: no functions,
 * and instances of classes come back as plain objects.
 *
 * @example
 * const store = new Store<{ mine: number; yours: number }>();
 * const accounts = store.using("mine", "yours");
 * accounts.get("mine").set(50);
 * accounts.get("yours").set(100);
 * accounts.commit();
 */
export class Store<V extends object = Record<string, any>> {
  readonly #stored: Map<string, { readonly version: number; readonly value: unknown }> = new Map();
  #busy = false;

  /**
   * Takes a value out. One that nobody has committed is undefined, in version 0.
   *
   * @throws BusyRetry when the store is being used just now: copying called a getter that uses it
   */
  usevar<K extends keyof V & string>(key: K): StoreValue<V[K] | undefined> {
    return this.#exclusively("take out", () => this.#take(key));
  }

  /**
   * Takes several values out, to be committed together.
   *
   * @throws BusyRetry when the store is being used just now: copying called a getter that uses it
   */
  using<K extends keyof V & string>(...keys: K[]): StoreCollection<V, K> {
    const values = this.#exclusively("take out", () => keys.map((key) => this.#take(key)));
    return new StoreCollection<V, K>(values, (all) => this.#commit(all));
  }

  /** All keys that were ever taken out, with versions and copies of the values: for people to look at. */
  dump(): Record<string, { version: number; value: unknown }> {
    return this.#exclusively("dump", () => {
      const entries = [...this.#stored].map(([key, { version, value }]) => [key, { version, value: structuredClone(value) }] as const);
      return Object.fromEntries(entries);
    });
  }

  #take(key: string): StoreValue<any> {
    let stored = this.#stored.get(key);
    if (stored === undefined) this.#stored.set(key, (stored = { version: 0, value: undefined }));
    return new StoreValue<any>(key, stored.version, structuredClone(stored.value), (value) => this.#commit([value]));
  }

  /** Looks at all, copies all, and only then changes anything. */
  #commit(values: readonly StoreValue<any>[]): void {
    this.#exclusively("commit", () => {
      for (const { key, version } of values) {
        const stored = this.#stored.get(key)!.version;
        if (stored > version)
          throw new ConcurrentUpdate(
            `Cannot commit "${key}": it is in version ${stored}, this was taken out in version ${version}; take it out again`,
          );
      }
      const copies = values.map(({ value }) => structuredClone(value));
      values.forEach((value, i) => {
        value.version++;
        this.#stored.set(value.key, { version: value.version, value: copies[i] });
      });
    });
  }

  #exclusively<R>(what: string, action: () => R): R {
    if (this.#busy) throw new BusyRetry(`Cannot ${what} values: the store is being used just now; try again`);
    this.#busy = true;
    try {
      return action();
    } finally {
      this.#busy = false;
    }
  }
}

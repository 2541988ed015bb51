// SPDX-License-Identifier: Apache-2.0

/**
 * Something that components of the same system bring about. A component waits for it by `yield`, like for a promise, but the system does not count it
 * as something that may come from outside: it keeps neither the system from being done nor virtual time from passing. Who waits is woken at once.
 *
 * @internal
 */
export class Happening implements PromiseLike<void> {
  /** In words: `the service "echo"`. */
  readonly what: string;
  #callbacks: (() => void)[] | undefined = [];

  constructor(what: string) {
    this.what = what;
  }

  /** Whether it has happened. */
  get over(): boolean {
    return this.#callbacks === undefined;
  }

  happen(): void {
    const callbacks = this.#callbacks ?? [];
    this.#callbacks = undefined;
    for (const callback of callbacks) callback();
  }

  /** For the kernel, which wants no promise in return. */
  then<A = void, B = never>(callback?: ((nothing: void) => A | PromiseLike<A>) | null): PromiseLike<A | B> {
    if (this.#callbacks === undefined) callback?.();
    else this.#callbacks.push(() => void callback?.());
    return this as never;
  }
}

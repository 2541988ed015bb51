// SPDX-License-Identifier: Apache-2.0
import { host } from "#host";
import type { Component } from "../Component.ts";
import type { Microprocess } from "../Microprocess.ts";

/** Looks at every turn of a system. */
export interface Monitor {
  before(p: Microprocess): void;
  after(p: Microprocess): void;
  /** A component has ended. */
  ended(p: Microprocess): void;
  /** No component is left. */
  over(): void;
}

/** What a watchdog tells the system of a turn that took too long, when it is over at last. */
export type OnStuck = (component: Component<any, any>, limit: number) => void;

/** Two monitors as one, the first one outside; either may be missing. */
export function both(outer: Monitor | undefined, inner: Monitor | undefined): Monitor | undefined {
  if (outer === undefined || inner === undefined) return outer ?? inner;
  return {
    before(p) {
      outer.before(p);
      inner.before(p);
    },
    after(p) {
      inner.after(p);
      outer.after(p);
    },
    ended(p) {
      inner.ended(p);
      outer.ended(p);
    },
    over() {
      inner.over();
      outer.over();
    },
  };
}

/** Adds up how long the turns of each component take. */
export class Meter implements Monitor {
  #start = 0;

  before(): void {
    this.#start = host.now();
  }

  after(p: Microprocess): void {
    const extras = (p.extras ??= {});
    extras.cpu = (extras.cpu ?? 0) + host.now() - this.#start;
  }

  ended(): void {}

  over(): void {}
}

/** Who it is: `Spinner_3 (Pipeline_1/Spinner_3)`, or `Spinner_3` if it has no parent. */
export function fullName(p: Microprocess): string {
  return p.parent === undefined ? p.name : `${p.name} (${p.path})`;
}

/** A limit, for people to read. */
export function inWords(limit: number): string {
  return limit >= 1000 ? `${limit / 1000} s` : `${limit} ms`;
}

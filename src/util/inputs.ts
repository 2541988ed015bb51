// SPDX-License-Identifier: Apache-2.0
import { type Boxes, type Inbox, isShutdown, type Shutdown } from "../axon/index.ts";

/** Inboxes, and for each one that is told when its producer has finished. */
export type InputsOf<B extends Boxes> = B & { [K in keyof B & string as `${K}_control`]: Shutdown };

/** Inboxes whose producers finish one by one. */
export class Inputs {
  readonly #names: readonly string[];
  readonly docs: Readonly<Record<string, string>>;

  /** @throws RangeError when a name comes twice, or is taken */
  constructor(kind: string, names: readonly string[]) {
    const docs: Record<string, string> = {};
    for (const name of names) {
      const control = `${name}_control`;
      const taken = [name, control].find((box) => box === "control" || Object.hasOwn(docs, box));
      if (taken !== undefined) throw new RangeError(`Cannot make a ${kind} of "${name}": there is a box "${taken}" already`);
      docs[name] = "messages";
      docs[control] = `told when the producer of "${name}" has finished`;
    }
    this.#names = names;
    this.docs = docs;
  }

  /** Those of a component that runs. */
  from(boxes: Readonly<Record<string, Inbox>>): OpenInputs {
    return new OpenInputs(new Map(this.#names.map((name) => [name, boxes[`${name}_control`]!])));
  }
}

/** Inputs whose producers may not have finished. */
export class OpenInputs {
  readonly #controls: Map<string, Inbox>;
  readonly #open: Set<string>;

  constructor(controls: Map<string, Inbox>) {
    this.#controls = controls;
    this.#open = new Set(controls.keys());
  }

  get controls(): Inbox[] {
    return [...this.#controls.values()];
  }

  /** Whether all producers have finished. */
  get none(): boolean {
    return this.#open.size === 0;
  }

  has(name: string): boolean {
    return this.#open.has(name);
  }

  /** Reads what the producers say; answers a shutdownMicroprocess, if one came. */
  read(): Shutdown | undefined {
    let told: Shutdown | undefined;
    for (const [name, control] of this.#controls) {
      for (const message of control) {
        if (!isShutdown(message)) continue;
        this.#open.delete(name);
        if (message.type === "shutdownMicroprocess") told ??= message;
      }
    }
    return told;
  }
}

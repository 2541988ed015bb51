// SPDX-License-Identifier: Apache-2.0

/** What one writes first when one wants a channel: a queue, and promises for those who wait. One sender, one receiver. */
export class PromiseChannel<T> {
  readonly #capacity: number;
  readonly #waiting: T[] = [];
  #receiver: ((message: T) => void) | undefined;
  #sender: (() => void) | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Resolved when there is room for the next message. */
  send(message: T): Promise<void> {
    const receiver = this.#receiver;
    if (receiver !== undefined) {
      this.#receiver = undefined;
      receiver(message);
      return Promise.resolve();
    }
    this.#waiting.push(message);
    if (this.#waiting.length < this.#capacity) return Promise.resolve();
    return new Promise((resolve) => (this.#sender = resolve));
  }

  receive(): Promise<T> {
    if (this.#waiting.length === 0) return new Promise((resolve) => (this.#receiver = resolve));
    const message = this.#waiting.shift()!;
    const sender = this.#sender;
    if (sender !== undefined) {
      this.#sender = undefined;
      sender();
    }
    return Promise.resolve(message);
  }
}

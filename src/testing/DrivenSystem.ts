// SPDX-License-Identifier: Apache-2.0
import { System, type SystemOptions } from "../axon/index.ts";

/** A system that is stepped by `drive`, and tells it when there is something to do again. @internal */
export class DrivenSystem extends System {
  /** Asked when nobody has anything to do, before time moves on: whether it has made something to do. */
  onIdle: () => boolean = () => false;
  /** How many events are still to come from timers that no component knows of. */
  coming = 0;
  #wake: (() => void) | undefined;

  constructor(options: SystemOptions) {
    super({ ...options, manual: true });
  }

  /** Whether anything may still happen by itself. */
  get waits(): boolean {
    return this.expectant || this.coming > 0;
  }

  /** Waits until something has come from outside; answers whether it did, in so many milliseconds of real time. */
  async outside(patience: number): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const came = await new Promise<boolean>((resolve) => {
      this.#wake = () => resolve(true);
      timer = setTimeout(() => resolve(false), patience);
    });
    clearTimeout(timer);
    this.#wake = undefined;
    return came;
  }

  override enqueue(microprocess: Parameters<System["enqueue"]>[0]): void {
    super.enqueue(microprocess);
    this.#wake?.();
  }

  override reconsider(): void {
    super.reconsider();
    this.#wake?.();
  }

  protected override idle(): boolean {
    if (this.onIdle()) return true;
    if (this.coming > 0) return this.pending === 0 && this.clock.idle?.() === true;
    return super.idle();
  }
}

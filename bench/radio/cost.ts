// SPDX-License-Identifier: Apache-2.0

/** 128 kbit/s, in four pieces a second. */
export const PIECES = 4;
export const PIECE = 4000;

/** What a radio says of itself at the end. */
export interface RadioCost {
  /** CPU time as a share of the time that passed. */
  readonly cpu: number;
  /** MiB resident at the beginning, and how many more at the end. */
  readonly resident: number;
  readonly growth: number;
  /** How many of them came in the second half of the time: what is flat does not grow for ever. */
  readonly lateGrowth: number;
}

const MIB = 1 << 20;

/** Counts from when all listen, for so many seconds; then prints what it has cost. */
export class Cost {
  readonly #listeners: number;
  readonly #seconds: number;
  #begun: { readonly time: number; readonly cpu: NodeJS.CpuUsage; readonly resident: number } | undefined;
  /** MiB resident after half of the time. */
  #half: number | undefined;
  #over = false;
  /** Looks that are waited for, so that all have had their first bytes. */
  #patience = 2 * PIECES;

  constructor(listeners: number, seconds: number) {
    this.#listeners = listeners;
    this.#seconds = seconds;
  }

  /** To be called for each piece. */
  look(listeners: number): void {
    if (this.#over || listeners < this.#listeners || this.#patience-- > 0) return;
    if (this.#begun === undefined) {
      const resident = settled();
      this.#begun = { time: performance.now(), cpu: process.cpuUsage(), resident };
      console.log("begun");
      return;
    }
    const { time, cpu, resident } = this.#begun;
    const passed = performance.now() - time;
    if (this.#half === undefined && passed >= this.#seconds * 500) this.#half = settled();
    if (passed < this.#seconds * 1000) return;
    this.#over = true;
    const { user, system } = process.cpuUsage(cpu);
    const end = settled();
    const cost: RadioCost = {
      cpu: (user + system) / 1000 / passed,
      resident: resident / MIB,
      growth: (end - resident) / MIB,
      lateGrowth: (end - (this.#half ?? resident)) / MIB,
    };
    console.log(JSON.stringify(cost));
  }
}

/** Bytes resident when what nobody needs is gone. */
function settled(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component, sleep } from "kamaelia/axon";
import { encodeSamples } from "kamaelia/audio";
import { RATE } from "./notes.ts";
import { type Block, BLOCK } from "./Voice.ts";

/** How much of the room is heard. */
export interface RoomOptions {
  /** 0 to 1. Default 0.3. */
  readonly wet?: number;
  /** How much of it comes back: below 1. Default 0.8. */
  readonly back?: number;
  /** Milliseconds of sound that may be made before they are to be heard. Default: as many as are taken. */
  readonly ahead?: number;
}

/** Mixes voices, and puts them into a room: Schroeder's reverberation (1962). What leaves is raw audio: 16 bits, two channels. */
export function Room({ wet = 0.3, back = 0.8, ahead = Infinity }: RoomOptions = {}): Component<
  { inbox: Record<string, Block> },
  { outbox: Uint8Array }
> {
  return component(Room, {
    inboxes: { inbox: "a block of each voice" },
    outboxes: { outbox: "raw audio" },
    *main({ inbox }, { outbox }, self) {
      const { clock } = self.system;
      let due = clock.now() - ahead;
      const sides = [new Side(0, back), new Side(23, back)] as const;
      while (yield inbox) {
        for (const voices of inbox) {
          const sum: Block = new Float32Array(2 * BLOCK);
          for (const block of Object.values(voices)) for (let i = 0; i < sum.length; i++) sum[i]! += block[i]!;
          for (let i = 0; i < sum.length; i++) sum[i] = soft(sum[i]! * (1 - wet / 2) + wet * sides[i & 1 ? 1 : 0].next(sum[i]!));
          outbox.send(encodeSamples(sum, "S16_LE"));
          due += (BLOCK * 1000) / RATE;
          if (due > clock.now()) yield sleep(due - clock.now());
          if (self.toldToStop) return;
        }
      }
    },
  });
}

/** Nothing is ever cut off hard. */
function soft(sample: number): number {
  return Math.abs(sample) < 0.6 ? sample : Math.sign(sample) * (1 - 0.4 * Math.exp(-(Math.abs(sample) - 0.6) / 0.4));
}

/** One ear: sounds that come back from four walls, then are blurred twice. */
class Side {
  readonly #walls: readonly Delay[];
  readonly #blurs: readonly Delay[];
  readonly #back: number;

  constructor(spread: number, back: number) {
    this.#walls = [1557, 1617, 1491, 1422].map((length) => new Delay(length + spread));
    this.#blurs = [556, 225].map((length) => new Delay(length + spread));
    this.#back = back;
  }

  next(sample: number): number {
    let sum = 0;
    for (const wall of this.#walls) {
      const heard = wall.value;
      wall.dull = heard * 0.75 + wall.dull * 0.25;
      wall.put(sample + wall.dull * this.#back);
      sum += heard;
    }
    sum /= 4;
    for (const blur of this.#blurs) {
      const heard = blur.value;
      blur.put(sum + heard * 0.5);
      sum = heard - sum * 0.5;
    }
    return sum;
  }
}

class Delay {
  dull = 0;
  readonly #line: Float32Array<ArrayBuffer>;
  #at = 0;

  constructor(length: number) {
    this.#line = new Float32Array(length);
  }

  get value(): number {
    return this.#line[this.#at]!;
  }

  put(sample: number): void {
    this.#line[this.#at] = sample;
    this.#at = this.#at + 1 === this.#line.length ? 0 : this.#at + 1;
  }
}

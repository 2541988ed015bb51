// SPDX-License-Identifier: Apache-2.0
import type * as fs from "node:fs";
import type * as threads from "node:worker_threads";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { Microprocess } from "../Microprocess.ts";
import { fullName, inWords, type Monitor, type OnStuck } from "./monitor.ts";

/** Words shared with the thread that looks on. How many turns have begun and ended: odd during a turn. */
const TURN = 0;
/** Whose turn it is. */
const WHO = 1;
/** The thread sleeps until the next turn begins. */
const ASLEEP = 2;
/** The turn that was reported last. */
const REPORTED = 3;

/** What the thread that looks on needs to know. */
interface Watch {
  readonly words: Int32Array;
  /** Brings names: `[3, "Spinner_3"]`, and `[3]` when it has ended. */
  readonly names: MessagePort;
  readonly limit: number;
  readonly text: string;
}

/**
 * Reports a component that does not yield, even if it never will: a thread of its own looks at the number of the turn from time to time,
 * and sleeps while the system is idle. To say which turn it is costs two stores.
 */
export function watchdog(limit: number, onStuck: OnStuck): Monitor {
  return new Watchdog(limit, onStuck);
}

class Watchdog implements Monitor {
  readonly #limit: number;
  readonly #onStuck: OnStuck;
  readonly #words = new Int32Array(new SharedArrayBuffer(16));
  #turn = 0;
  #thread: Worker | undefined;
  #names: MessagePort | undefined;

  constructor(limit: number, onStuck: OnStuck) {
    this.#limit = limit;
    this.#onStuck = onStuck;
  }

  before(p: Microprocess): void {
    if (this.#thread === undefined) this.#start();
    if (p.turns === 0) this.#names!.postMessage([p.id, fullName(p)]);
    this.#words[WHO] = p.id;
    this.#turn = (this.#turn + 1) | 0;
    Atomics.store(this.#words, TURN, this.#turn);
    if (Atomics.load(this.#words, ASLEEP) === 0) return;
    Atomics.store(this.#words, ASLEEP, 0);
    Atomics.notify(this.#words, ASLEEP);
  }

  after(p: Microprocess): void {
    const turn = this.#turn;
    this.#turn = (turn + 1) | 0;
    Atomics.store(this.#words, TURN, this.#turn);
    if (Atomics.load(this.#words, REPORTED) === turn) this.#onStuck(p.component, this.#limit);
  }

  ended(p: Microprocess): void {
    this.#names?.postMessage([p.id]);
  }

  over(): void {
    void this.#thread?.terminate();
    this.#names?.close();
    this.#thread = undefined;
    this.#names = undefined;
  }

  #start(): void {
    const { port1, port2 } = new MessageChannel();
    const data: Watch = { words: this.#words, names: port2, limit: this.#limit, text: `has not yielded for ${inWords(this.#limit)}` };
    this.#thread = new Worker(`(${look.toString()})(require("node:worker_threads"), require("node:fs"))`, {
      eval: true,
      name: "watchdog",
      workerData: data,
      transferList: [port2],
    });
    this.#thread.unref();
    this.#names = port1;
  }
}

/** What the thread does. It is passed on as text, so it uses nothing but its arguments. */
function look({ workerData, receiveMessageOnPort }: typeof threads, { writeSync }: typeof fs): void {
  const { words, names, limit, text } = workerData as Watch;
  const [TURN, WHO, ASLEEP, REPORTED] = [0, 1, 2, 3] as const;
  const known = new Map<number, string>();
  const nap = new Int32Array(new SharedArrayBuffer(4));
  let turn = -1;
  let since = 0;
  for (;;) {
    const now = performance.now();
    const current = Atomics.load(words, TURN);
    for (let m = receiveMessageOnPort(names); m !== undefined; m = receiveMessageOnPort(names)) {
      const [id, name] = m.message as [number, string?];
      if (name === undefined) known.delete(id);
      else known.set(id, name);
    }
    if (current !== turn) {
      turn = current;
      since = now;
    } else if (turn % 2 === 0) {
      Atomics.store(words, ASLEEP, 1);
      if (Atomics.load(words, TURN) === turn) Atomics.wait(words, ASLEEP, 1);
      Atomics.store(words, ASLEEP, 0);
      continue;
    } else if (now - since >= limit && Atomics.load(words, REPORTED) !== turn) {
      writeSync(2, `${known.get(words[WHO]!) ?? "A component"} ${text}\n`);
      Atomics.store(words, REPORTED, turn);
    }
    Atomics.wait(nap, 0, 0, Math.max(1, limit / 8));
  }
}

// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from "node:util";
import type { Component } from "../axon/index.ts";
import { show } from "./show.ts";
import type { Specimen, Trait } from "./specimen.ts";
import { type Outcome, Trial } from "./trial.ts";

type Told = "producerFinished" | "shutdownMicroprocess";
type Sent = Record<string, unknown[]>;

/** Turns before which it is told to stop, in one run each. */
const CUTS = [0, 1, 2, 3, 5, 8, 13];
/** Turns that a component and its children may need to end. */
const TO_END = 10_000;

/** What is found when a component is looked at that has all the time in the world. */
interface Unhurried {
  readonly sent: Sent;
  /** There might have been more: it has no inboxes, and did not end by itself. */
  readonly isCut: boolean;
}

/** Looks at a specimen in all ways; answers the faults found, in sentences that begin with what it does. @internal */
export async function faultsOf(specimen: Specimen): Promise<string[]> {
  const look = new Look(specimen);
  try {
    const unhurried = await look.unhurried();
    if (!look.stuck) {
      await look.rests();
      await look.drains(unhurried);
      await look.stops();
      await look.holds(unhurried);
      await look.isBounded();
    }
  } catch (error) {
    look.fault(undefined, `fails: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  return look.faults;
}

class Look {
  readonly #specimen: Specimen;
  readonly #found: { readonly trait: Trait | undefined; readonly text: string }[] = [];
  /** It does not even end: there is no point in looking on. */
  stuck = false;
  /** Real milliseconds to wait for something from outside before it counts as resting: many, unless it is known to wait for ever. */
  #patience = 300;
  #leaves = false;

  constructor(specimen: Specimen) {
    this.#specimen = specimen;
  }

  /** What was found and is not excused; and excuses for nothing. */
  get faults(): string[] {
    const { but = {} } = this.#specimen.options;
    const faults = this.#found.filter(({ trait }) => trait === undefined || but[trait] === undefined).map(({ text }) => text);
    if (this.stuck || faults.length > 0) return [...new Set(faults)];
    const idle = Object.keys(but).filter((name) => !this.#found.some(({ trait }) => trait === name));
    return idle.map((name) => `is excused for "${name}", and need not be: it conforms`);
  }

  #isExcused(trait: Trait): boolean {
    return this.#specimen.options.but?.[trait] !== undefined;
  }

  fault(trait: Trait | undefined, text: string): void {
    this.#found.push({ trait, text });
  }

  /** All its messages, and all the time in the world; then producerFinished, if it has not ended by itself. */
  async unhurried(): Promise<Unhurried> {
    return this.#try({}, async (trial) => {
      this.#readDatasheet(trial.subject);
      trial.give();
      const outcome = await trial.run({ patience: this.#patience });
      if (outcome !== "ended") this.#patience = 0;
      this.#looksIdle(outcome, "when it has done all that it was given to do");
      if (outcome !== "ended") trial.tell("producerFinished");
      if (!(await this.#ends(trial, "producerFinished"))) this.stuck = true;
      const { sent, unread } = trial;
      if (unread.length > 0) this.fault("unread", `does not read all that comes to ${unread.join(", ")}`);
      const boxes = Object.keys(sent).filter((name) => name !== "signal");
      if (boxes.length > 0 && boxes.every((name) => sent[name]!.length === 0))
        this.fault("silent", "sends nothing: give it messages that make it send something");
      return { sent, isCut: outcome !== "ended" && !trial.isFed };
    });
  }

  /** Nothing to do: no turns, no timers. */
  async rests(): Promise<void> {
    await this.#try({}, async (trial) => {
      this.#looksIdle(await trial.run(), "before anything has come");
      if (!trial.subject.isStopped) await this.#endsWhenTold(trial, "producerFinished");
    });
  }

  /** All its messages, and producerFinished right behind them. */
  async drains(unhurried: Unhurried): Promise<void> {
    await this.#try({}, async (trial) => {
      trial.give(() => trial.tell("producerFinished"));
      if (!(await this.#ends(trial, "producerFinished"))) return;
      if (trial.unread.length > 0)
        this.fault(this.#isExcused("unread") ? "unread" : "drains", `loses what waits in ${trial.unread.join(", ")} on producerFinished`);
      this.#compare("drains", "on producerFinished", trial.sent, unhurried, !trial.isFed);
    });
  }

  async stops(): Promise<void> {
    for (const bound of [Infinity, 1]) {
      for (const turns of CUTS) {
        const outcome = await this.#try({ bound }, async (trial) => {
          trial.give();
          const outcome = turns === 0 ? "interrupted" : await trial.run({ turns });
          if (trial.subject.isStopped) return "ended";
          await this.#endsWhenTold(trial, "shutdownMicroprocess", bound === 1 ? "while it is held" : `after ${turns} turns`);
          return outcome;
        });
        if (outcome !== "interrupted") break;
      }
    }
  }

  /** Receivers that take one message now and then. */
  async holds(unhurried: Unhurried): Promise<void> {
    for (const hurried of [false, true]) {
      await this.#try({ bound: 1 }, async (trial) => {
        trial.give(() => hurried && trial.tell("producerFinished"));
        const outcome = await trial.run({ taking: "slowly", patience: this.#patience });
        if (!hurried && outcome !== "ended") trial.tell("producerFinished");
        if (outcome !== "ended" && !(await trial.end({ taking: "slowly" })))
          return this.fault("loses", `does not end on producerFinished while its receivers are slow: it ${trial.waitsFor}`);
        this.#compare(hurried ? "drains" : "loses", "to slow receivers", trial.sent, unhurried, !trial.isFed && hurried, "loses");
      });
    }
  }

  /** Receivers that take nothing: who has sent to a full box is held. */
  async isBounded(): Promise<void> {
    await this.#try({ bound: 1 }, async (trial) => {
      trial.give();
      const outcome = await trial.run({ patience: this.#patience });
      if (outcome === "busy") this.fault(undefined, `waits busily while it is held: it ${trial.waitsFor}`);
      for (const [name, times] of Object.entries(trial.sendings))
        if (name !== "signal" && times > 1 + trial.most)
          this.fault("floods", `goes on sending from ${name} to a receiver that takes nothing: ${times} times`);
    });
  }

  /** Runs it once, and looks at what it leaves behind. */
  async #try<T>({ bound }: { readonly bound?: number }, what: (trial: Trial) => Promise<T>): Promise<T> {
    const trial = await Trial.begin(this.#specimen, bound);
    try {
      return await what(trial);
    } finally {
      if (trial.talksOn) this.fault("signals", `sends on after its word on "signal"`);
      const left = await trial.close(this.#leaves ? 0 : undefined);
      this.#leaves ||= left.length > 0;
      if (left.length > 0) this.fault("leaves", `leaves behind when it has ended: ${left.join("; ")}`);
    }
  }

  #readDatasheet({ docs, inboxes, outboxes }: Component<any, any>): void {
    for (const [kind, boxes, texts] of [
      ["inbox", inboxes, docs.inboxes],
      ["outbox", outboxes, docs.outboxes],
    ] as const) {
      for (const name of Object.keys(boxes)) {
        const isDefault = (name === "control" || name === "signal") && !(name in texts);
        if (!isDefault && (texts[name] ?? "").trim() === "") this.fault(undefined, `does not say what its ${kind} "${name}" is for`);
      }
    }
  }

  #looksIdle(outcome: Outcome, when: string): void {
    if (outcome === "busy") this.fault(undefined, `waits busily: it goes on taking turns ${when}`);
    if (outcome === "goes on") this.fault("endless", `does not come to rest ${when}`);
  }

  async #endsWhenTold(trial: Trial, told: Told, when = ""): Promise<void> {
    const { read } = trial;
    trial.tell(told);
    const ends = await this.#ends(trial, told, when);
    if (told === "shutdownMicroprocess" && ends && trial.read > read)
      this.fault("stops", `goes on reading after shutdownMicroprocess: ${trial.read - read} more messages`);
  }

  /** Whether it ends, and says so once. */
  async #ends(trial: Trial, told: Told, when = ""): Promise<boolean> {
    const stop = told === "shutdownMicroprocess";
    const ends = trial.subject.isStopped || (await trial.end(stop ? { now: true, turns: TO_END } : {}));
    const often = told === "producerFinished" ? undefined : "stops";
    if (!ends) this.fault(often, `does not end ${stop ? "at once " : ""}on ${told}${when && ` ${when}`}: it ${trial.waitsFor}`);
    else this.#hearSignal(trial, told);
    return ends;
  }

  #hearSignal(trial: Trial, expected: Told): void {
    const types = (trial.sent["signal"] ?? []).map((message) => (message as { readonly type?: string } | undefined)?.type ?? show(message));
    if (types.length !== 1 || types[0] !== expected)
      this.fault("signals", `signals ${types.join(", ") || "nothing"} after ${expected}, and not just that`);
  }

  #compare(trait: Trait, when: string, sent: Sent, { sent: expected, isCut }: Unhurried, part: boolean, or: Trait = trait): void {
    const { compare = (messages: readonly unknown[]) => messages } = this.#specimen.options;
    for (const [name, messages] of Object.entries(expected)) {
      if (name === "signal") continue;
      const actual = compare(sent[name] ?? [], name);
      const all = compare(messages, name);
      const endless = this.#isExcused("endless") || isCut;
      if (isDeepStrictEqual(actual, all) || ((part || endless) && begins(actual, all)) || (endless && begins(all, actual))) continue;
      const text = `sends something else from ${name} ${when}: ${show(actual)} instead of ${show(all)}`;
      this.fault(this.#isExcused(trait) ? trait : or, text);
    }
  }
}

/** Whether a list, or a text, is how another one begins; of numbers, whether it is no more. */
function begins(start: unknown, all: unknown): boolean {
  if (typeof start === "number" && typeof all === "number") return start <= all;
  if (typeof start === "string" && typeof all === "string") return all.startsWith(start);
  return Array.isArray(start) && Array.isArray(all) && isDeepStrictEqual(start, all.slice(0, start.length));
}

// SPDX-License-Identifier: Apache-2.0
// What tests need: programs that run in a terminal, clocks that are late, and the times at which messages come.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { type Component, component, sleep, type Timer } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, type Inputs, VirtualClock } from "../testing/index.ts";

/** For the `skip` of a test that needs a terminal: false, or why it is skipped. @internal */
export const withoutTerminal: string | false = spawnSync("script", ["--version"]).error === undefined ? false : "needs script (bsdutils)";

/** Runs a program (JavaScript) in a terminal: types each answer when its cue is on the screen. @internal */
export async function terminal(
  program: string,
  dialogue: readonly (readonly [cue: string, answer: string])[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<{ screen: string; bytes: string; code: number | null }> {
  const child = spawn("script", ["--quiet", "--return", "--command", `"$NODE" --input-type=module --eval "$PROGRAM"`, "/dev/null"], {
    env: { ...process.env, NODE: process.execPath, PROGRAM: program, TERM: "xterm", ...env },
  });
  let bytes = "";
  let screen = "";
  let at = 0;
  const rest = [...dialogue];
  child.stdout.on("data", (some: Buffer) => {
    bytes += some.toString();
    screen += plain(some.toString());
    const [next] = rest;
    if (next === undefined || !screen.includes(next[0], at)) return;
    rest.shift();
    at = screen.length;
    child.stdin.write(next[1]);
  });
  const [code] = await once(child, "close");
  return { screen, bytes, code };
}

/** What stays of a text when a terminal has shown it: for text that only grows. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  return text.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replaceAll(/\r+\n/g, "\n");
}

/** A clock of virtual time whose timers are late, as real ones are: each by another part of so many milliseconds. @internal */
export class LateClock extends VirtualClock {
  readonly #most: number;
  #timers = 0;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  override setTimer(callback: () => void, delay: number): Timer {
    const part = (this.#timers++ * 0.618) % 1;
    return super.setTimer(callback, delay + part * this.#most);
  }
}

/** A clock of virtual time that goes on between two looks at it, as real ones do. @internal */
export class CreepingClock extends VirtualClock {
  #looks = 0;
  #crept = 0;

  override now(): number {
    this.#crept += ((this.#looks++ * 0.618) % 1) * 1e-3;
    return super.now() + this.#crept;
  }
}

/** Sleeps for so many milliseconds; then says at what time each message comes. @internal */
export function Sleepy(milliseconds: number = 0): Component<{ inbox: any }, { outbox: number }> {
  return component(Sleepy, {
    inboxes: { inbox: "anything" },
    outboxes: { outbox: "when it came" },
    *main({ inbox }, { outbox }, self) {
      yield sleep(milliseconds);
      while (yield inbox) for (const _ of inbox) outbox.send(self.system.clock.now());
    },
  });
}

/** At what times a component sends from its outbox; given nothing, until it ends by itself. @internal */
export async function timesOf<T>(
  subject: Component<any, { outbox: any }>,
  inbox?: Inputs<Component<{ inbox: T }, {}>>["inbox"],
  clock: VirtualClock = new VirtualClock(),
): Promise<number[]> {
  const timed = Pipeline(subject as Component<{ inbox: T }, { outbox: unknown }>, Sleepy());
  return (await drive(timed, inbox === undefined ? {} : { inbox }, { clock, shutdown: inbox === undefined ? false : "producerFinished" }))
    .outbox;
}

/** At what times a component with a box of one place gets what another one sends. @internal */
export async function timesTo(
  sink: Component<{ inbox: any }, { outbox: number }>,
  source: Component<{}, { outbox: any }>,
): Promise<number[]> {
  return (await drive(Pipeline.with({ boxSize: 1 })(source, sink), {}, { shutdown: false })).outbox;
}

// SPDX-License-Identifier: Apache-2.0
import type { Distribution } from "./chance.ts";
import { checkLoss, checkProbability, type Loss } from "./loss.ts";
import { assertShape, number, numbers, oneOf, shape, yesOrNo, type Check } from "./shape.ts";

/** Which packets wait while the link is busy, and which are thrown away. */
export interface Queue {
  /** "drop-tail" (default): what finds no room is lost. "codel": so is what has waited too long, by RFC 8289. */
  readonly discipline?: "drop-tail" | "codel";
  /** Packets that may wait, with the one that is being sent. Default 1000. */
  readonly packets?: number;
  /** Bytes that may wait, with those that are being sent. Default: no limit. */
  readonly bytes?: number;
  /** CoDel: milliseconds of waiting that are all right. Default 5. */
  readonly target?: number;
  /** CoDel: milliseconds in which it must have been all right once. Default 100. */
  readonly interval?: number;
}

/** How one direction of a link treats packets. All of it can be written in a JSON file. */
export interface LinkOptions {
  /** Milliseconds a packet is on its way. Default 0; then there should be a rate: who sends as fast as answers come would never let the time pass. */
  readonly delay?: number;
  /** Milliseconds that the delay differs, up to which (uniform) or on average. Default 0. */
  readonly jitter?: number;
  /** How the delay differs. Default "uniform". */
  readonly distribution?: Distribution;
  /** How much a delay is like the one before, 0 to 1. Default 0. */
  readonly correlation?: number;
  /** Whether packets stay in order, however their delays differ. Default false: one may overtake another, as in netem. */
  readonly keepOrder?: boolean;
  /** Bits in a second. Default: no limit, and then there is no queue. */
  readonly rate?: number;
  /** Times in milliseconds at which one packet's worth of bytes (1504) may leave, repeated without end: Mahimahi's traces. Instead of a rate. */
  readonly trace?: readonly number[];
  readonly queue?: Queue;
  /** Which packets are lost on the way. Default: none. */
  readonly loss?: Loss;
  /** Probability that a packet arrives twice. Default 0. */
  readonly duplicate?: number;
  /** Probability that a bit of a packet is wrong when it arrives. Default 0. */
  readonly corrupt?: number;
  /** Probability that a packet does not wait for the delay, and so overtakes those before it. Default 0. */
  readonly reorder?: number;
  /** Milliseconds on the network's clock at which the link goes down, up, down … Default: it is up. */
  readonly schedule?: readonly number[];
  /** The largest packet in bytes, with its IP header. Default 1500. */
  readonly mtu?: number;
}

/** The smallest packet that everybody must take (RFC 791, RFC 8200 has 1280). */
const LEAST_MTU = 68;

const loss: Check = (value) =>
  typeof value !== "object" ? number(value) : shape({ random: number, correlation: number, gemodel: numbers, state: numbers })(value);
const queue = shape({ discipline: oneOf("drop-tail", "codel"), packets: number, bytes: number, target: number, interval: number });
/** What a relay can do, too. */
const FAULTS: Readonly<Record<Exclude<keyof LinkOptions, "trace" | "schedule" | "mtu">, Check>> = {
  delay: number,
  jitter: number,
  distribution: oneOf("uniform", "normal", "exponential", "pareto", "paretonormal"),
  correlation: number,
  keepOrder: yesOrNo,
  rate: number,
  queue,
  loss,
  duplicate: number,
  corrupt: number,
  reorder: number,
};
/** @internal */
export const LINK: Check = shape({ ...FAULTS, trace: numbers, schedule: numbers, mtu: number });
const RELAY = shape(FAULTS);

/** @throws RangeError for what is no option of a relay, and for what cannot be @internal */
export function checkRelay(faults: LinkOptions): void {
  assertShape("relay so badly", RELAY, faults);
  checkLink(faults);
}

/** @throws RangeError for what is no option of a link, and for what cannot be @internal */
export function checkLink(options: LinkOptions): void {
  assertShape("simulate this link", LINK, options);
  const { delay = 0, jitter = 0, correlation = 0, rate, trace, queue = {}, loss = 0, duplicate = 0, corrupt = 0, reorder = 0 } = options;
  const { schedule = [], mtu = 1500 } = options;
  checkLoss(loss);
  for (const [what, value] of Object.entries({ correlation, duplicate, corrupt, reorder })) checkProbability(what, value);
  for (const [what, value] of Object.entries({ delay, jitter })) {
    if (!(value >= 0 && value < Infinity)) throw new RangeError(`Cannot simulate a ${what} of ${value} ms: give 0 or more`);
  }
  if (rate !== undefined && !(rate > 0)) throw new RangeError(`Cannot simulate a rate of ${rate} bits in a second: give more than 0`);
  if (rate !== undefined && trace !== undefined) throw new RangeError("Cannot simulate a link with a rate and a trace: give one of them");
  if (trace !== undefined && !(trace.length > 0 && ascending(trace) && trace.at(-1)! > 0))
    throw new RangeError("Cannot follow this trace: give times in milliseconds, none before the one before it, the last above 0");
  const { packets = 1, bytes = 1, target = 1, interval = 1 } = queue;
  for (const [what, value] of Object.entries({ packets, bytes, target, interval })) {
    if (!(value > 0)) throw new RangeError(`Cannot simulate a queue with ${what} ${value}: give more than 0`);
  }
  if (packets < Infinity && !Number.isInteger(packets))
    throw new RangeError(`Cannot simulate a queue with packets ${packets}: give a whole number`);
  if (!ascending(schedule)) throw new RangeError("Cannot follow this schedule: give times in milliseconds, none before the one before it");
  if (!(Number.isInteger(mtu) && mtu >= LEAST_MTU && mtu <= 65_535))
    throw new RangeError(`Cannot simulate an MTU of ${mtu}: give ${LEAST_MTU} to 65535 bytes, a whole number`);
}

/** These options, but for what is different. A trace takes the place of a rate, and a rate that of a trace. @internal */
export function changed(before: LinkOptions, options: LinkOptions = {}): LinkOptions {
  const { rate: _rate, trace: _trace, ...rest } = before;
  return { ...(options.rate === undefined && options.trace === undefined ? before : rest), ...options };
}

function ascending(times: readonly number[]): boolean {
  return times.every((time, i) => time >= (times[i - 1] ?? 0));
}

/**
 * The times in a trace of Mahimahi: one number of milliseconds a line.
 *
 * @throws SyntaxError for a line that is none
 * @example
 * mahimahiTrace("0\n5\n5\n12\n"); // [0, 5, 5, 12]
 */
export function mahimahiTrace(text: string): number[] {
  return text.split("\n").flatMap((whole, i) => {
    const line = whole.trim();
    if (line === "") return [];
    if (/^\d+$/.test(line) && Number.isSafeInteger(Number(line))) return [Number(line)];
    throw new SyntaxError(`Cannot read line ${i + 1} of the trace: "${line.slice(0, 80)}" is no number of milliseconds`);
  });
}

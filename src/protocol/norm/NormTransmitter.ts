// SPDX-License-Identifier: Apache-2.0
import { anyOf, component, type Component, sleep } from "../../axon/index.ts";
import { Congestion } from "./congestion.ts";
import { MOST_SYMBOLS, type NormAck, type NormNack } from "./message.ts";
import type { NormObject } from "./outgoing.ts";
import { packNorm } from "./pack.ts";
import { type Confirmation, Sending } from "./sending.ts";

/** How fast a sender adapts its rate to its receivers (NORM-CC). Bits per second. */
export interface NormCongestionOptions {
  /** The least. Default 10,000. */
  readonly least?: number;
  /** The most. Default 1e9. */
  readonly most?: number;
}

/** How a sender sends, and repairs. */
export interface NormTransmitterOptions {
  /** Bits per second, with headers; with `congestion` those to begin with. Default 10 million. */
  readonly rate?: number;
  /** Whether the rate follows the receiver that can take least, fair to TCP. Default false: fixed. */
  readonly congestion?: boolean | NormCongestionOptions;
  /** The sender's number in the group, not 0 and not 0xffffffff. Default: by chance. */
  readonly id?: number;
  /** A number that is a different one each time it starts. Default: by chance. */
  readonly instance?: number;
  /** Bytes of a symbol. Default 1400, so that a packet fits into an Ethernet frame. */
  readonly symbolSize?: number;
  /** Source symbols of a block. Default 128. */
  readonly sources?: number;
  /** Parity symbols of a block, for repairs. Default: as many as there can be, 255 with the source symbols. */
  readonly parities?: number;
  /** Parity symbols that follow each full block before anybody asks; smaller ones get so many fewer. Default "auto": nearly as many as are asked for anyway. */
  readonly proactive?: number | "auto";
  /** Bytes that are kept for repairs. Default 64 MiB. What is to be sent waits until something has been neither sent nor asked for during 80 of the longest round trips. */
  readonly store?: number;
  /** Objects that are kept for repairs. Default 4096; libnorm's receivers look back over 256. */
  readonly objects?: number;
  /** How often a block may be repaired, in symbols: so many times as many as it has. After that nobody gets more of it. Default 50. */
  readonly repairs?: number;
  /** What to take for the longest round trip, in ms, before it is known. Default 500. */
  readonly grtt?: number;
  /** Over how many of them receivers spread their requests, 0 to 15; 0 if there is one. Default 4. */
  readonly backoff?: number;
  /** About how many receivers there are. Default 1000. */
  readonly groupSize?: number;
  /** How often the end is told, at intervals of two round trips. Default 20. */
  readonly robustness?: number;
  /** Milliseconds between two flushes when nothing is sent, for those who come late. Default 5000. */
  readonly heartbeat?: number;
  /** Receivers that are to confirm. It ends early when all have. Default: nobody. */
  readonly confirm?: readonly number[];
  /** Whether to tell all receivers what some have asked for (NORM_CMD(REPAIR_ADV)), so that others need not: also those that do not hear each other. Default true. */
  readonly advise?: boolean;
  /** The number of the first object, 0 to 65535. Default 0. */
  readonly firstObject?: number;
}

/** How a sender gets on. */
export interface NormRateReport {
  /** Bits per second. */
  readonly rate: number;
  /** The longest round trip in ms. */
  readonly grtt: number;
}

/** Headers of UDP and IPv4. */
const HEADERS = 28;
/** How late a packet may be, and still count as sent in time: timers are not exact; ms. */
const LATE = 10;
const MOST_BYTES = 65_000;

/**
 * A sender of NORM (RFC 5740): objects and a stream as packets, no faster than the rate; what receivers ask for is gathered for a while, then repaired with parity that
 * helps all of them. What they say comes to "feedback", from a {@link NormSorter}. After producerFinished everything is sent, and repaired, before it ends.
 *
 * @throws RangeError for sizes, rates and times that there cannot be, and (later) for information that does not fit into a symbol
 * @example
 * const { outbox } = await drive(NormTransmitter({ rate: 1e6, grtt: 10 }), { inbox: [{ bytes: Buffer.from("hello") }] });
 * outbox.length > 20; // true
 */
export function NormTransmitter(
  options: NormTransmitterOptions = {},
): Component<
  { inbox: NormObject; stream: Uint8Array; feedback: NormNack | NormAck },
  { outbox: Uint8Array; confirmed: Confirmation; statistics: NormRateReport }
> {
  const settings = checked(options);
  return component(NormTransmitter, {
    inboxes: { inbox: "objects to send", stream: "messages of a stream to send", feedback: "what receivers ask for and confirm" },
    outboxes: { outbox: "packets", confirmed: "who has what", statistics: "rate and round trip, when they change much" },
    *main({ inbox, stream, feedback }, { outbox, confirmed, statistics }, self) {
      const { clock, random } = self.system;
      const { symbolSize } = settings.shape;
      const congestion = settings.bounds === undefined ? undefined : new Congestion({ ...settings.bounds, symbolSize });
      const id = options.id ?? 1 + random.integer(0xffff_fffe);
      const sending = new Sending({ ...settings, id, instance: options.instance ?? random.integer(0x1_0000) }, congestion);
      let finishing = false;
      let free = 0; // when the next packet may leave
      let reported = 0;
      for (;;) {
        if (self.toldToStop) return;
        const now = clock.now();
        for (const message of feedback) {
          const confirmation = sending.hear(message, now);
          if (confirmation !== undefined) confirmed.send(confirmation);
        }
        let room: number | undefined;
        let full = false;
        free = Math.max(free, now - LATE);
        while (!full && free <= now) {
          room = inbox.length > 0 ? sending.roomAt(now) : stream.length > 0 ? sending.streamRoomAt(now) : undefined;
          if (room === undefined && inbox.length > 0) sending.add(inbox.recv(), now);
          else if (room === undefined && stream.length > 0) sending.append(stream.recv(), now);
          const last = finishing && inbox.length === 0 && stream.length === 0;
          if (last) sending.endStream();
          const message = sending.next(now, last);
          if (message === undefined) {
            if (room === undefined && inbox.length + stream.length > 0) continue;
            break;
          }
          full = outbox.full;
          const bytes = packNorm(message);
          outbox.send(bytes);
          const rate = congestion?.rate ?? settings.rate;
          sending.trips.least = (symbolSize * 1000) / rate;
          free += ((bytes.length + HEADERS) * 1000) / rate;
          if (rate < reported / 1.1 || rate > reported * 1.1) {
            reported = rate;
            statistics.send({ rate: rate * 8, grtt: sending.trips.longest });
          }
        }
        if (full) {
          yield; // until there is room
          continue;
        }
        const waiting = inbox.length + stream.length > 0;
        if (finishing && !waiting && sending.isOver) return;
        const at = free > now ? free : Math.min(sending.due, waiting ? (room ?? now) : Infinity);
        const wait = Math.max(0, at - clock.now());
        if (finishing) yield sleep(Math.max(0.001, Math.min(wait, sending.trips.longest / 2)));
        else if (!(yield waiting || free > now ? anyOf(feedback, sleep(wait)) : anyOf(inbox, stream, feedback, sleep(wait))))
          finishing = true;
      }
    },
  });
}

function checked(options: NormTransmitterOptions) {
  const {
    rate = 10e6,
    congestion = false,
    symbolSize = 1400,
    sources = 128,
    parities = MOST_SYMBOLS - sources,
    proactive = "auto",
  } = options;
  const {
    store = 64 << 20,
    objects = 4096,
    repairs = 50,
    grtt = 500,
    backoff = 4,
    groupSize = 1000,
    robustness = 20,
    heartbeat = 5000,
  } = options;
  const { confirm = [], advise = true, firstObject = 0, id = 1, instance = 0 } = options;
  for (const [name, value] of Object.entries({ rate, store, objects, repairs, grtt, groupSize, robustness, heartbeat }))
    if (!(value > 0)) throw new RangeError(`Cannot send NORM with a ${name} of ${value}: give more than 0`);
  for (const [name, value, least, most] of [
    ["symbolSize", symbolSize, 1, MOST_BYTES],
    ["sources", sources, 1, MOST_SYMBOLS],
    ["parities", parities, 0, MOST_SYMBOLS - sources],
    ["proactive", proactive === "auto" ? 0 : proactive, 0, parities],
    ["objects", objects, 1, 0x7fff],
    ["backoff", backoff, 0, 15],
    ["firstObject", firstObject, 0, 0xffff],
    ["id", id, 1, 0xffff_fffe],
    ["instance", instance, 0, 0xffff],
  ] as const)
    if (!(Number.isInteger(value) && value >= least && value <= most))
      throw new RangeError(`Cannot send NORM with ${name} ${value}: give a whole number from ${least} to ${most}`);
  const { least = 10_000, most = 1e9 } = typeof congestion === "object" ? congestion : {};
  if (!(least > 0 && most >= least))
    throw new RangeError(`Cannot keep a rate between ${least} and ${most}: give more than 0, and the least first`);
  return {
    rate: rate / 8,
    bounds: congestion === false ? undefined : { first: rate / 8, least: least / 8, most: most / 8 },
    shape: { symbolSize, sources, parities },
    ...{ proactive, store, objects, repairs, grtt, backoff, groupSize, robustness, heartbeat, confirm, advise, firstObject },
  };
}

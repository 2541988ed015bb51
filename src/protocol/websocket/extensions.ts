// SPDX-License-Identifier: Apache-2.0
import { type Compression, Deflater, Inflater } from "./deflate.ts";

/** The parameters of one extension that is offered, or agreed to. */
interface Extension {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string | true>;
}

/** What both sides agreed on, RFC 7692 7.1. @internal */
export interface Agreed {
  /** The field that says so. */
  readonly field: string;
  readonly deflater: Deflater;
  /** Whether the deflater keeps nothing, so that all connections may use it. */
  readonly isShared: boolean;
  readonly inflater: Inflater;
}

const NAME = "permessage-deflate";
const [OUR_TAKEOVER, THEIR_TAKEOVER] = ["server_no_context_takeover", "client_no_context_takeover"] as const;
const [OUR_BITS, THEIR_BITS] = ["server_max_window_bits", "client_max_window_bits"] as const;
const KNOWN: ReadonlySet<string> = new Set([OUR_TAKEOVER, THEIR_TAKEOVER, OUR_BITS, THEIR_BITS]);

/** What a client asks for. @internal */
export function offerOf({ takeover, peerTakeover, peerWindowBits }: Compression): string {
  const parts = [NAME, THEIR_BITS];
  if (peerWindowBits < 15) parts.push(`${OUR_BITS}=${peerWindowBits}`);
  if (!peerTakeover) parts.push(OUR_TAKEOVER);
  if (!takeover) parts.push(THEIR_TAKEOVER);
  return parts.join("; ");
}

/** What a server answers to what a client has asked for: the first offer that it can agree to. @internal */
export function agree(offers: string | undefined, ours: Compression): Agreed | undefined {
  for (const { name, parameters } of parse(offers ?? "")) {
    if (name !== NAME || !isUnderstood(parameters, true)) continue;
    const bits = Math.min(ours.windowBits, bitsOf(parameters.get(OUR_BITS)));
    const takeover = ours.takeover && !parameters.has(OUR_TAKEOVER);
    const theirTakeover = ours.peerTakeover && !parameters.has(THEIR_TAKEOVER);
    const theirBits = parameters.has(THEIR_BITS) ? Math.min(ours.peerWindowBits, bitsOf(parameters.get(THEIR_BITS))) : 15;
    const parts = [NAME];
    if (!takeover) parts.push(OUR_TAKEOVER);
    if (!theirTakeover) parts.push(THEIR_TAKEOVER);
    if (parameters.has(OUR_BITS)) parts.push(`${OUR_BITS}=${bits}`);
    if (theirBits < 15) parts.push(`${THEIR_BITS}=${theirBits}`);
    return made(parts.join("; "), ours, { bits, takeover, theirBits, theirTakeover });
  }
  return undefined;
}

/** What a client has got. Undefined: nothing. @throws Error when the server says what was not asked for @internal */
export function agreed(answer: string | undefined, ours: Compression | undefined): Agreed | undefined {
  const extensions = parse(answer ?? "");
  const [one] = extensions;
  if (one === undefined) return undefined;
  const { name, parameters } = one;
  const isFine =
    ours !== undefined &&
    extensions.length === 1 &&
    name === NAME &&
    isUnderstood(parameters, false) &&
    bitsOf(parameters.get(OUR_BITS)) <= ours.peerWindowBits &&
    (ours.peerTakeover || parameters.has(OUR_TAKEOVER));
  if (!isFine) throw new Error(`the server chose extensions that it was not offered: ${answer ?? ""}`);
  return made(NAME, ours, {
    bits: Math.min(ours.windowBits, bitsOf(parameters.get(THEIR_BITS))),
    takeover: ours.takeover && !parameters.has(THEIR_TAKEOVER),
    theirBits: bitsOf(parameters.get(OUR_BITS)),
    theirTakeover: !parameters.has(OUR_TAKEOVER),
  });
}

interface Terms {
  readonly bits: number;
  readonly takeover: boolean;
  readonly theirBits: number;
  readonly theirTakeover: boolean;
}

const shared = new Map<string, Deflater>();

function made(field: string, ours: Compression, { bits, takeover, theirBits, theirTakeover }: Terms): Agreed {
  return {
    field,
    deflater: takeover ? new Deflater(ours, bits, true) : sharedDeflater(ours, bits),
    isShared: !takeover,
    inflater: new Inflater(theirBits, theirTakeover),
  };
}

function sharedDeflater(ours: Compression, bits: number): Deflater {
  const key = `${bits} ${ours.level} ${ours.threshold}`;
  const deflater = shared.get(key) ?? new Deflater(ours, bits, false);
  shared.set(key, deflater);
  return deflater;
}

function bitsOf(value: string | true | undefined): number {
  return typeof value === "string" ? Number(value) : 15;
}

/** Whether all of it is known, with values as they must be. An offer may leave the value of the client's bits out. */
function isUnderstood(parameters: Extension["parameters"], isOffer: boolean): boolean {
  return [...parameters].every(([name, value]) => {
    if (!KNOWN.has(name)) return false;
    if (name === OUR_TAKEOVER || name === THEIR_TAKEOVER) return value === true;
    if (value === true) return isOffer && name === THEIR_BITS;
    return /^(?:[89]|1[0-5])$/.test(value);
  });
}

function parse(field: string): readonly Extension[] {
  return field
    .split(",")
    .filter((one) => one.trim() !== "")
    .map((one) => {
      const [name = "", ...rest] = one.split(";").map((part) => part.trim());
      const parameters = new Map<string, string | true>();
      for (const part of rest) {
        const [key = "", value] = part.split("=").map((side) => side.trim());
        parameters.set(parameters.has(key) ? "twice" : key, value?.replace(/^"(.*)"$/, "$1") ?? true);
      }
      return { name, parameters };
    });
}

// SPDX-License-Identifier: Apache-2.0
import { anyOf, component, type Component, sleep } from "../../axon/index.ts";
import { Codes, packFEC, toSymbol } from "./packet.ts";

/** How much is sent in addition, and when. */
export interface FECEncoderOptions {
  /** Datagrams in a block. Default 64. */
  readonly sources?: number;
  /** Parity packets for each full block; for a smaller one so many fewer, but one at least. Default 16. Together 255 at most. */
  readonly parities?: number;
  /** Milliseconds after which a block is closed that is not full. Default 100. */
  readonly timeout?: number;
}

/** What fits into a datagram, with its length before it. */
const LONGEST = 0xffff;

/**
 * Protects datagrams against loss: each is sent on at once, with eight bytes before it, and after each block of them come parity packets. From any of these, as many
 * as there are datagrams in the block, {@link FECDecoder} gets all datagrams back. The format is in this folder's README.
 *
 * @throws RangeError for numbers of packets and times that there cannot be; and while it runs for a message longer than 65535 bytes
 * @example
 * await Pipeline(Feed(["a", "b", "c"].map((text) => Buffer.from(text))), FECEncoder({ sources: 3, parities: 2 }), FECDecoder(), ConsoleEchoer()).run(); // abc
 */
export function FECEncoder({ sources = 64, parities = 16, timeout = 100 }: FECEncoderOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: Uint8Array }
> {
  const codes = new Codes();
  if (codes.for(sources).parities < parities || !(parities >= 1))
    throw new RangeError(`Cannot send ${parities} parity packets with ${sources} datagrams: give at least 1, and together at most 255`);
  if (!(timeout >= 0)) throw new RangeError(`Cannot close a block after ${timeout} ms: give 0 or more`);
  return component(FECEncoder, {
    inboxes: { inbox: "datagrams" },
    outboxes: { outbox: "datagrams and parity, as packets" },
    *main({ inbox }, { outbox }, self) {
      const { clock, random } = self.system;
      let block = random.integer(2 ** 32);
      let symbols: Uint8Array[] = [];
      let due = Infinity;
      const close = (): void => {
        const count = symbols.length;
        const parity = codes.for(count).parity(symbols, 0, Math.ceil((parities * count) / sources));
        for (const [n, payload] of parity.entries()) outbox.send(packFEC({ block, symbol: count + n, sources: count, payload }));
        block = (block + 1) >>> 0;
        symbols = [];
        due = Infinity;
      };
      while (yield anyOf(inbox, sleep(Math.max(0, due - clock.now())))) {
        for (const payload of inbox) {
          if (payload.length > LONGEST) throw new RangeError(`Cannot protect a message of ${payload.length} bytes: ${LONGEST} at most`);
          if (symbols.length === 0) due = clock.now() + timeout;
          outbox.send(packFEC({ block, symbol: symbols.length, sources: 0, payload }));
          if (symbols.push(toSymbol(payload)) === sources) close();
        }
        if (due <= clock.now()) close();
      }
      if (symbols.length > 0 && !self.toldToStop) close();
    },
  });
}

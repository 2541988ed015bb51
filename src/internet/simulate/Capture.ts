// SPDX-License-Identifier: Apache-2.0
import { write } from "./files.ts";
import type { Packet } from "./packet.ts";
import { enhancedPacket, interfaceDescription, sectionHeader } from "./pcapng.ts";
import type { SimulatedLink } from "./SimulatedLink.ts";
import { wireBytes, type WirePacket } from "./wire.ts";

/** Where a capture takes packets from. @internal */
export interface CapturePoint {
  /** What it is called in the file. */
  readonly name: string;
  /** Links on which packets leave, and links on which they arrive. */
  readonly outbound: readonly SimulatedLink[];
  readonly inbound: readonly SimulatedLink[];
}

/**
 * What passed hosts and links of a simulated network, as a file in pcapng: Wireshark, tshark and tcpdump open it. Times are those of the network's wall clock,
 * in nanoseconds. Packets that are lost on a link, or dropped before it, say so in a comment, unless that is decided later. Made by `SimulatedNetwork.capture`.
 */
export class Capture {
  /** Packets so far. */
  count = 0;
  readonly #blocks: Uint8Array[];
  readonly #start: number;
  #stopped = false;
  readonly #ends: (() => void)[] = [];
  /** The packet that was sent last, and where and when. */
  #last: { readonly packet: WirePacket; readonly point: number; readonly at: number } | undefined;

  /** @internal @param start milliseconds since 1970 at the time 0 */
  constructor(names: readonly string[], start: number) {
    this.#start = start;
    this.#blocks = [sectionHeader(), ...names.map(interfaceDescription)];
  }

  /** @internal Records what passes these places. */
  static at(points: readonly CapturePoint[], start: number): Capture {
    const names = points.map(({ name }) => name);
    const capture = new Capture(names, start);
    for (const [point, { outbound, inbound }] of points.entries()) {
      for (const link of outbound) {
        const end = link.addLook((fate, packet, at) => {
          if (fate === "sent") capture.add(point, packet, at, true);
          else if (fate !== "arrived") capture.#note(packet, fate);
        });
        capture.#ends.push(end);
      }
      for (const link of inbound) {
        const end = link.addLook((fate, packet, at) => {
          if (fate === "arrived") capture.add(point, packet, at, false);
        });
        capture.#ends.push(end);
      }
    }
    return capture;
  }

  /** Takes no more. */
  stop(): void {
    this.#stopped = true;
    for (const end of this.#ends.splice(0)) end();
  }

  /** The file, as far as it goes. */
  toBytes(): Uint8Array {
    return Buffer.concat(this.#blocks);
  }

  /**
   * Writes the file.
   *
   * @throws FileError when it cannot
   */
  async write(path: string): Promise<void> {
    await write(path, this.toBytes());
  }

  /** @internal */
  add(point: number, packet: WirePacket, at: number, outbound: boolean): void {
    if (this.#stopped) return;
    this.count++;
    this.#blocks.push(enhancedPacket(point, this.#start + at, wireBytes(packet), outbound, packet.damaged ? "damaged" : undefined));
    this.#last = outbound ? { packet, point, at } : undefined;
  }

  /** What becomes of a packet is mostly known when it is sent: then its comment says so. */
  #note(packet: Packet, fate: string): void {
    const last = this.#last;
    if (last?.packet !== packet) return;
    this.#blocks[this.#blocks.length - 1] = enhancedPacket(last.point, this.#start + last.at, wireBytes(packet), true, fate);
  }
}

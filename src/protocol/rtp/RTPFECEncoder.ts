// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";
import { Parity } from "./parity.ts";

/** How packets are arranged. */
export interface RTPFECEncoderOptions {
  /** Packets of a row, 1 to 20. As many in a row may be lost. Default 5. */
  readonly columns?: number;
  /** Packets of a column, 4 to 20. Default 5. */
  readonly rows?: number;
}

/**
 * Protects RTP packets (SMPTE 2022-1, Pro-MPEG CoP 3): arranges them in rows, and sends the sum of each column, and of each row, with which an {@link RTPFECDecoder}
 * finds again what was lost. By agreement, columns go to the port two above that of the packets, rows to the port four above.
 *
 * @throws RangeError for more or fewer rows and columns than there may be
 * @example
 * Graphline({
 *   components: {
 *     FRAME: RTPFramer(),
 *     PROTECT: RTPFECEncoder(),
 *     SEND: UDPSender({ receiverAddress: "192.0.2.1", receiverPort: 5004 }),
 *     COLUMNS: UDPSender({ receiverAddress: "192.0.2.1", receiverPort: 5006 }),
 *     ROWS: UDPSender({ receiverAddress: "192.0.2.1", receiverPort: 5008 }),
 *   },
 *   linkages: { "FRAME.outbox": "PROTECT.inbox", "PROTECT.outbox": "SEND.inbox", "PROTECT.columns": "COLUMNS.inbox", "PROTECT.rows": "ROWS.inbox" },
 * });
 */
export function RTPFECEncoder({ columns: width = 5, rows: height = 5 }: RTPFECEncoderOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: Uint8Array; columns: Uint8Array; rows: Uint8Array }
> {
  if (!(Number.isInteger(width) && width >= 1 && width <= 20)) throw new RangeError(`Cannot protect ${width} columns: give 1 to 20`);
  if (!(Number.isInteger(height) && height >= 4 && height <= 20)) throw new RangeError(`Cannot protect ${height} rows: give 4 to 20`);
  return component(RTPFECEncoder, {
    inboxes: { inbox: "RTP packets, in order" },
    outboxes: { outbox: "the same", columns: "sums of columns", rows: "sums of rows" },
    *main({ inbox }, { outbox, columns, rows }) {
      let place = 0;
      let base = 0;
      let sums = Array.from({ length: width }, () => new Parity());
      let row = new Parity();
      let [nextColumn, nextRow] = [0, 0];
      const count = (number: number): number => (number + 1) & 0xffff;
      const protect = (packet: Uint8Array): void => {
        const sequence = (packet[2]! << 8) | packet[3]!;
        if (place > 0 && sequence !== ((base + place) & 0xffff)) place = 0; // its sender began anew
        if (place === 0) {
          base = sequence;
          sums = Array.from({ length: width }, () => new Parity());
        }
        const column = place % width;
        if (column === 0) row = new Parity();
        const timestamp = packet.subarray(4, 8);
        sums[column]!.add(packet);
        row.add(packet);
        if (column === width - 1 && width > 1) {
          const first = (sequence - width + 1) & 0xffff;
          rows.send(row.write({ base: first, offset: 1, count: width }, true, nextRow, timestamp));
          nextRow = count(nextRow);
        }
        if (place >= width * (height - 1)) {
          columns.send(sums[column]!.write({ base: (base + column) & 0xffff, offset: width, count: height }, false, nextColumn, timestamp));
          nextColumn = count(nextColumn);
        }
        place = (place + 1) % (width * height);
      };
      while (yield inbox) {
        for (const packet of inbox) {
          outbox.send(packet);
          if (packet.length >= 12) protect(packet);
        }
      }
    },
  });
}

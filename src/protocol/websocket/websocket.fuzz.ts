// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import type { SeededRandom } from "../../axon/index.ts";
import { drive, Echo } from "../../testing/index.ts";
import type { FuzzTargets } from "../../../tools/lib/fuzzing.ts";
import { connectionOf } from "../http/WebSocketConnection.ts";
import { type Compression, settleCompression } from "./deflate.ts";
import { type Agreed, agree, agreed, offerOf } from "./extensions.ts";
import { FrameError } from "./frames.ts";
import { FrameReader, type ReaderOptions } from "./frameReader.ts";
import type { WebSocketMessage } from "./messages.ts";
import { settle } from "./options.ts";
import { clientFrame, framesOf } from "./parts.ts";

const OURS: Compression = settleCompression({ threshold: 1 })!;
const agreement = (): Agreed => agree("permessage-deflate", OURS)!;
const hello = Buffer.from("f248cdc9c90700", "hex");
const conversations = (masked: boolean): Buffer[] =>
  (
    [
      [
        [0x81, "hello"],
        [0x82, Buffer.of(0, 255)],
        [0x88, Buffer.of(3, 232)],
      ],
      [
        [0x01, "fr\u{1f600}"],
        [0x89, "ping"],
        [0x00, "ag"],
        [0x80, "ment"],
      ],
      [
        [0xc1, hello],
        [0xc1, Buffer.from("f200110000", "hex")],
        [0x41, hello.subarray(0, 3)],
        [0x80, hello.subarray(3)],
      ],
      [
        [0x82, Buffer.alloc(200)],
        [0x8a, ""],
        [0x88, Buffer.from("\u0003\u00e8bye", "latin1")],
      ],
    ] as const
  ).map((frames) => Buffer.concat(frames.map(([first, payload]) => clientFrame(first, payload, { masked }))));

/** What a reader makes of bytes that come in these pieces. */
function reading(pieces: readonly Buffer[], options: Omit<ReaderOptions, "maxMessage">): string {
  const reader = new FrameReader({ maxMessage: 5000, ...options });
  let text = "";
  try {
    for (const piece of pieces) {
      reader.push(Buffer.from(piece));
      for (let one = reader.pull(); one !== undefined; one = reader.pull()) {
        if (one.type === "close") return `${text} close ${one.code}`;
        if (one.type !== "message") text += ` ${one.type}`;
        else if (typeof one.message === "string" || one.message instanceof Uint8Array)
          text += ` ${typeof one.message} ${String(one.message)}`;
        else text += `${String(one.message.data)}${one.message.more ? "" : " end"}`;
        assert(text.length < 100_000, "more came out than can have gone in");
      }
    }
    return text;
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    return options.pieces ? `failed ${error.code}` : `${text} failed ${error.code}`;
  }
}

/** Whole, byte by byte, and in two. */
function check(bytes: Buffer, random: SeededRandom, make: () => Omit<ReaderOptions, "maxMessage">): void {
  const cut = random.integer(bytes.length + 1);
  const whole = reading([bytes], make());
  for (const pieces of [[bytes.subarray(0, cut), bytes.subarray(cut)], [...bytes].map((byte) => Buffer.of(byte))])
    assert.equal(reading(pieces, make()), whole);
}

export const targets: FuzzTargets = {
  "WebSocket frames of a client": {
    seeds: conversations(true),
    run: (bytes, random) => check(bytes, random, () => ({ masked: true, pieces: false })),
  },
  "WebSocket frames of a server": {
    seeds: conversations(false),
    run: (bytes, random) => check(bytes, random, () => ({ masked: false, pieces: false })),
  },
  "WebSocket frames, compressed": {
    seeds: conversations(true),
    run: (bytes, random) =>
      check(bytes, random, () => {
        const { inflater } = agreement();
        return { masked: true, pieces: false, inflate: (payload, most) => inflater.inflate(payload, most) };
      }),
  },
  "a WebSocket connection": {
    seeds: conversations(true),
    run: async (bytes) => {
      const connection = connectionOf(Echo<WebSocketMessage>(), settle({ maxMessage: 5000 }), agreement());
      const { outbox } = await drive(connection, { inbox: [bytes] });
      const frames = framesOf(Buffer.concat(outbox));
      assert.match(frames.at(-1) ?? "", /^close/);
    },
  },
  "WebSocket extensions": {
    seeds: [
      offerOf(OURS),
      "permessage-deflate; server_max_window_bits=10; client_max_window_bits, x-other; a=b",
      "permessage-deflate;client_no_context_takeover",
    ].map((text) => Buffer.from(text)),
    run: (bytes) => {
      const field = bytes.toString("latin1");
      const ours = agree(field, OURS);
      if (ours !== undefined)
        assert.match(ours.field, /^permessage-deflate(; (server|client)_(no_context_takeover|max_window_bits=\d+))*$/);
      try {
        agreed(field, OURS);
      } catch (error) {
        if (!(error instanceof Error && /not offered/.test(error.message))) throw error;
      }
    },
  },
};

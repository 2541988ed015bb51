// SPDX-License-Identifier: Apache-2.0
// Smaller formats: each either understands what comes, or says in its own words what is wrong.
import { readCapture } from "../testing/index.ts";
import type { FuzzTargets } from "../../tools/lib/fuzzing.ts";
import { MIMEError, parseMIME, readHeader } from "./mime/index.ts";
import { parseRTP } from "./rtp/packet.ts";
import { parseRTCP } from "./rtp/index.ts";
import { parseSDP, writeSDP } from "./sdp/index.ts";
import { SDPError } from "./sdp/session.ts";

/** Does it; and it may fail with this. */
function refusing(kind: new (...words: never[]) => Error, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof kind)) throw error;
  }
}

const text = (...lines: string[]): Buffer => Buffer.from(lines.join("\r\n"), "latin1");
/** A section, an interface and a packet. */
const CAPTURE = Buffer.from(
  "0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c0000000100000014000000650000000000040014000000060000002400000000000000000000000000000004000000040000004500001424000000",
  "hex",
);

export const targets: FuzzTargets = {
  MIME: {
    seeds: [
      text(
        'Content-Type: multipart/mixed; boundary="b"',
        "",
        "--b",
        "Content-Transfer-Encoding: base64",
        "",
        "aGVsbG8=",
        "--b",
        "",
        "x",
        "--b--",
        "",
      ),
      text("Subject: =?utf-8?q?h=C3=A4?=", "Content-Transfer-Encoding: quoted-printable", "X: a", " b", "", "a=3Db=", "c"),
    ],
    run: (bytes) => {
      refusing(MIMEError, () => parseMIME(bytes));
      refusing(MIMEError, () => readHeader(bytes.toString("latin1")));
    },
  },
  RTP: {
    seeds: [
      Buffer.from("80e000010000000200000003616263", "hex"),
      Buffer.from("b1e000010000000200000003000000040001000100000000616202", "hex"),
    ],
    run: (bytes) => void parseRTP(bytes),
  },
  RTCP: {
    seeds: [
      Buffer.from("80c8000600000001000000020000000300000004000000050000000681ca0003000000010104616263640000", "hex"),
      Buffer.from("81c90007000000010000000200000003000000040000000500000006000000078 1cb000100000001".replaceAll(" ", ""), "hex"),
    ],
    run: (bytes) => {
      for (const reduced of [true, false]) parseRTCP(bytes, { reduced });
    },
  },
  SDP: {
    seeds: [
      text(
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=News",
        "c=IN IP4 224.2.1.1/127/3",
        "b=AS:128",
        "t=2873397496 2873404696",
        "r=7d 1h 0 25h",
        "a=recvonly",
        "m=audio 49170/2 RTP/AVP 0 96",
        "a=rtpmap:96 opus/48000/2",
        "",
      ),
    ],
    run: (bytes) =>
      refusing(SDPError, () => {
        const session = parseSDP(bytes.toString("latin1"));
        const written = writeSDP(session);
        if (writeSDP(parseSDP(written)) !== written) throw new TypeError("what was written reads otherwise");
      }),
  },
  pcapng: { seeds: [CAPTURE], run: (bytes) => refusing(SyntaxError, () => readCapture(bytes)) },
};

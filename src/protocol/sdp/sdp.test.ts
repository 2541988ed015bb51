// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { seedOf } from "../../testing/index.ts";
import { parseSDP, SDPError, writeSDP } from "./index.ts";

const HEAD = "v=0\r\no=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\r\ns=Call to John Smith\r\n";
/** RFC 8866, section 5. */
const EXAMPLE = `${HEAD}i=SDP Offer #1\r\nu=http://www.jdoe.example.com/home.html\r\ne=Jane Doe <jane@jdoe.example.com>\r\np=+1 617 555-6011\r
c=IN IP4 198.51.100.1\r\nt=0 0\r\nm=audio 49170 RTP/AVP 0\r\nm=audio 49180 RTP/AVP 0\r\nm=video 51372 RTP/AVP 99\r\nc=IN IP6 2001:db8::2\r\na=rtpmap:99 h263-1998/90000\r\n`;

const fault = (text: string): [number, number, string] => {
  try {
    parseSDP(text);
  } catch (error) {
    assert.ok(error instanceof SDPError);
    return [error.line, error.column, error.message.replace(/^.*?column \d+: /, "")];
  }
  return assert.fail("it was read");
};

test("parseSDP() reads the example of RFC 8866", () => {
  const session = parseSDP(EXAMPLE);
  assert.deepEqual(session.origin, {
    user: "jdoe",
    sid: "3724394400",
    ver: "3724394405",
    nettype: "IN",
    addrtype: "IP4",
    addr: "198.51.100.1",
  });
  assert.deepEqual(
    session.media.map(({ media, port, proto, formats }) => [media, port, proto, formats]),
    [
      ["audio", 49170, "RTP/AVP", ["0"]],
      ["audio", 49180, "RTP/AVP", ["0"]],
      ["video", 51372, "RTP/AVP", ["99"]],
    ],
  );
  assert.deepEqual(session.media[2]!.attribute, [{ name: "rtpmap", value: "99 h263-1998/90000" }]);
  assert.equal(writeSDP(session), EXAMPLE);
});
test("SDP c= override: a connection of a medium is that medium's (the original's session overwrote it)", () => {
  const { connection, media } = parseSDP(EXAMPLE);
  assert.deepEqual(connection, { nettype: "IN", addrtype: "IP4", addr: "198.51.100.1", groupsize: 1 });
  assert.deepEqual(media[2]!.connection, [{ nettype: "IN", addrtype: "IP6", addr: "2001:db8::2", groupsize: 1 }]);
});
test("SDP IP6 and IP4 groups are read (IPv6 ended the original)", () => {
  const of = (c: string) => parseSDP(`${HEAD}c=${c}\n`).connection;
  assert.deepEqual(of("IN IP6 ff15::101/3"), { nettype: "IN", addrtype: "IP6", addr: "ff15::101", groupsize: 3 });
  assert.deepEqual(of("IN IP4 233.252.0.1/127/3"), { nettype: "IN", addrtype: "IP4", addr: "233.252.0.1", ttl: 127, groupsize: 3 });
});
test("SDP r= is read, with its units (it ended the original)", () => {
  const { time } = parseSDP(`${HEAD}t=3724394400 3724398000\nr=7d 1h 0 25h\nr=604800 3600 0 90000\nt=0 0\n`);
  const repeat = { interval: 604_800, duration: 3600, offsets: [0, 90_000] };
  assert.deepEqual(time, [
    { start: 3724394400, stop: 3724398000, repeats: [repeat, repeat] },
    { start: 0, stop: 0, repeats: [] },
  ]);
});
test("SDP TIAS, RR and RS are bits, other bandwidths thousands of them (TIAS ended the original)", () => {
  const { bandwidth } = parseSDP(`${HEAD}b=AS:128\nb=TIAS:50780\nb=RR:800\nb=X-YZ:12\n`);
  assert.deepEqual(bandwidth, [
    { mode: "AS", bits: 128_000 },
    { mode: "TIAS", bits: 50_780 },
    { mode: "RR", bits: 800 },
    { mode: "X-YZ", bits: 12_000 },
  ]);
});
test("SDP image: media of any kind are read (m=image ended the original)", () => {
  const [media] = parseSDP(`${HEAD}m=image 54111/2 TCP t38 x\n`).media;
  assert.deepEqual([media!.media, media!.port, media!.nports, media!.proto, media!.formats], ["image", 54111, 2, "TCP", ["t38", "x"]]);
});
test("parseSDP() reads time zones, keys, and keeps what it does not know", () => {
  const session = parseSDP(`${HEAD}z=3730928400 -1h 3749680800 0\nk=prompt\na=recvonly\nx=who knows\nm=audio 1 RTP/AVP 0\nq=nobody\n`);
  assert.deepEqual(session.adjustments, [
    { time: 3730928400, offset: -3600 },
    { time: 3749680800, offset: 0 },
  ]);
  assert.deepEqual([session.encryption, session.attribute], ["prompt", [{ name: "recvonly" }]]);
  assert.deepEqual([session.unknown, session.media[0]!.unknown], [[{ type: "x", value: "who knows" }], [{ type: "q", value: "nobody" }]]);
});
test("parseSDP() says in which line and column something is wrong", () => {
  assert.deepEqual(fault(""), [1, 1, '"v=" is missing']);
  assert.deepEqual(fault("o=x"), [1, 1, 'a session description begins with "v="']);
  assert.deepEqual(fault("v=1\n"), [1, 3, 'the version is "1"; only 0 is known']);
  assert.deepEqual(fault("v=0\no=jdoe 1 2 IN IP4\n"), [2, 18, "the address is missing"]);
  assert.deepEqual(fault("v=0\nnonsense"), [2, 1, '"no" is no letter and "="']);
  assert.deepEqual(fault(`${HEAD}m=audio 70000 RTP/AVP 0`), [4, 9, 'the port is "70000", not a number from 0 to 65535']);
  assert.deepEqual(fault(`${HEAD}t=0 0 0`), [4, 7, 'nothing may follow here, but "0" does']);
  assert.deepEqual(fault(`${HEAD}r=1 2 3`), [4, 3, '"r=" follows a "t="']);
  assert.deepEqual(fault("v=0\ns=x"), [2, 1, '"o=" is missing']);
});
test("writeSDP() and parseSDP() undo each other, whatever is in a description", () => {
  const word = fc.stringMatching(/^[A-Za-z0-9.+-]{1,8}$/);
  const text = fc.stringMatching(/^[ -~]{1,20}$/);
  const count = fc.nat({ max: 1_000_000 });
  const line = fc.oneof(
    text.map((t) => `i=${t}`),
    fc.tuple(fc.constantFrom("AS", "CT", "TIAS", "X-a"), count).map(([mode, n]) => `b=${mode}:${n}`),
    text.map((t) => `k=${t}`),
    word.map((w) => `a=${w}`),
    fc.tuple(word, text).map(([w, t]) => `a=${w}:${t}`),
    text.map((t) => `x=${t}`),
    fc.tuple(word, fc.nat({ max: 255 }), count).map(([w, ttl, n]) => `c=IN IP4 ${w}/${ttl}/${n}`),
    fc.tuple(word, count).map(([w, n]) => `c=IN IP6 ${w}/${n}`),
    fc
      .tuple(word, fc.nat({ max: 65535 }), word, fc.array(word, { minLength: 1, maxLength: 3 }))
      .map(([m, p, proto, f]) => `m=${m} ${p} ${proto} ${f.join(" ")}`),
  );
  const times = fc.array(
    fc
      .tuple(count, count, fc.array(fc.tuple(count, count, fc.array(count)).map(([i, d, o]) => `r=${[i, d, ...o].join("h ")}`)))
      .map(([a, b, r]) => [`t=${a} ${b}`, ...r].join("\n")),
    { maxLength: 3 },
  );
  fc.assert(
    fc.property(times, fc.array(line, { maxLength: 20 }), (t, lines) => {
      const session = parseSDP(`${HEAD}${[...t, ...lines].join("\n")}\n`);
      const written = writeSDP(session);
      assert.deepEqual(parseSDP(written), session);
      assert.equal(writeSDP(parseSDP(written)), written);
    }),
    { seed: seedOf("SDP round trip") },
  );
});
test("parseSDP() takes any text: it reads it, or says what is wrong", () => {
  const mutated = fc
    .tuple(fc.nat({ max: EXAMPLE.length }), fc.nat({ max: 20 }), fc.string())
    .map(([at, cut, more]) => EXAMPLE.slice(0, at) + more + EXAMPLE.slice(at + cut));
  fc.assert(
    fc.property(fc.oneof(fc.string(), mutated), (text) => {
      try {
        parseSDP(writeSDP(parseSDP(text)));
      } catch (error) {
        if (error instanceof SDPError) return;
        assert.ok(error instanceof RangeError && /more than one line/.test(error.message), String(error)); // a lone carriage return
      }
    }),
    { seed: seedOf("SDP fuzz"), numRuns: 2000 },
  );
  for (let length = 0; length < EXAMPLE.length; length++) {
    try {
      parseSDP(EXAMPLE.slice(0, length));
    } catch (error) {
      assert.ok(error instanceof SDPError);
    }
  }
});
test("writeSDP() writes no second line by accident", () => {
  assert.throws(() => writeSDP({ ...parseSDP(EXAMPLE), sessionname: "a\r\nm=audio 1 RTP/AVP 0" }), RangeError);
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseM3U, parsePLS, playlistKind } from "./playlists.ts";

test("parseM3U() reads plain and extended lists, with any line ends, and makes URLs whole", () => {
  const text =
    '\uFEFF#EXTM3U\r\n#EXTINF:123,Artist - Title, and more\r\nhttp://a.org/x\r\n\r\n# a remark\r../y\nz.mp3\n#EXTINF:-1 logo="a",Live\nhttps://b.org/';
  assert.deepEqual(parseM3U(text, "http://c.org/lists/all.m3u"), [
    { url: "http://a.org/x", title: "Artist - Title, and more", length: 123 },
    { url: "http://c.org/y" },
    { url: "http://c.org/lists/z.mp3" },
    { url: "https://b.org/", title: "Live" },
  ]);
  assert.deepEqual(parseM3U("a b.mp3\n"), [{ url: "a b.mp3" }]);
  assert.deepEqual(parseM3U(""), []);
});
test("parseM3U() refuses HLS, whose lines are no stations", () => {
  assert.throws(() => parseM3U("#EXTM3U\n#EXT-X-VERSION:3\nseg1.ts\n"), /one of HLS/);
});
test("parsePLS() reads lists in any order and spelling, numbers first", () => {
  const text =
    "[playlist]\r\nnumberofentries=2\r\nFile10=http://b.org/\r\nTitle2 = Radio = good\r\nFILE2=live\r\nLength2=-1\r\nLength10=60\r\nVersion=2\r\n";
  assert.deepEqual(parsePLS(text, "http://a.org/x.pls"), [
    { url: "http://a.org/live", title: "Radio = good" },
    { url: "http://b.org/", length: 60 },
  ]);
  assert.deepEqual(parsePLS("nothing"), []);
});
test("playlistKind() goes by the media type, and by the name where that says nothing", () => {
  const kinds = [
    ["http://a.org/live", "audio/x-scpls; charset=x", "pls"],
    ["http://a.org/live", "Audio/X-MpegURL", "m3u"],
    ["http://a.org/x.m3u", "audio/mpeg", undefined],
    ["http://a.org/x.PLS?a", "text/plain", "pls"],
    ["http://a.org/x.m3u8", undefined, "m3u"],
    ["http://a.org/live", undefined, undefined],
  ] as const;
  for (const [url, type, kind] of kinds) assert.equal(playlistKind(url, type), kind, url);
});

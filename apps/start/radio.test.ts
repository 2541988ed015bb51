// SPDX-License-Identifier: Apache-2.0
// The radio of `npm start`, with files of all kinds, with and without ffmpeg.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { type Component, component, handle, SeededRandom, System } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { IcecastClient, IcecastDemux, IcecastMounts } from "kamaelia/protocol/icecast";
import { VirtualClock } from "kamaelia/testing";
import type { Sound } from "./format.ts";
import { Piece } from "./music/Piece.ts";
import { compositions } from "./music/pieces.ts";
import { asked } from "./options.ts";
import { type Playlist, playlistOf, type Track } from "./playlist.ts";
import { Station } from "./station.ts";
import { readTitle } from "./tags.ts";

const skip = spawnSync("ffmpeg", ["-version"]).error === undefined ? false : "needs ffmpeg";

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "radio-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A second of sound. */
function sound(folder: string, name: string, title: string, ...words: readonly string[]): string {
  const file = join(folder, name);
  const tags = ["-metadata", `title=${title}`, "-metadata", "artist=Bj\u00f6rk"];
  assert.equal(
    spawnSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "sine=frequency=440:duration=1", ...tags, ...words, file]).status,
    0,
  );
  return file;
}

async function lasting(track: Component<{}, { outbox: Sound }>): Promise<{ seconds: number; bytes: Buffer }> {
  let milliseconds = 0;
  const pieces: Uint8Array[] = [];
  for await (const { bytes, duration } of handle(track, { system: new System() })) {
    pieces.push(bytes);
    milliseconds += duration;
  }
  return { seconds: milliseconds / 1000, bytes: Buffer.concat(pieces) };
}

test(
  "a playlist has what is in folders, with the titles of its tags; MP3s that fit are sent as they are",
  { skip, timeout: 60_000 },
  async (t) => {
    const folder = folderOf(t);
    mkdirSync(join(folder, "more"));
    const stereo = ["-ar", "44100", "-ac", "2"];
    sound(folder, "1 fits.mp3", "It's; fine", ...stereo, "-b:a", "96k");
    sound(folder, "2 mono.mp3", "Mono", "-ar", "22050", "-ac", "1", "-id3v2_version", "3");
    sound(folder, "3.ogg", "Vorbis", "-c:a", "libvorbis");
    sound(folder, "4.flac", "Flac");
    sound(folder, "5.opus", "Opus", "-c:a", "libopus");
    sound(join(folder, "more"), "6.wav", "Wave", "-ar", "48000");
    sound(join(folder, "more"), "7_no_tags.mp3", "x", ...stereo, "-map_metadata", "-1", "-write_id3v1", "0", "-id3v2_version", "0");
    writeFileSync(join(folder, "8.mp3"), "no sound at all");
    writeFileSync(join(folder, "read me.txt"), "hello");
    const { format, tracks, left } = await playlistOf([folder], "ffmpeg");
    assert.equal(format, "mp3");
    assert.deepEqual(left, []);
    const titles = ["It's; fine", "Mono", "Vorbis", "Flac", "Opus"].map((title) => `Bj\u00f6rk - ${title}`);
    assert.deepEqual(
      tracks.map(({ title }) => title),
      [...titles, "8", "Bj\u00f6rk - Wave", "7 no tags"],
    );
    for (const { title, make } of tracks) {
      if (title === "8") await assert.rejects(lasting(make()), /Cannot transcode/);
      else {
        const { seconds, bytes } = await lasting(make());
        assert.ok(seconds > 0.98 && seconds < 1.2, `${title}: ${seconds} s`);
        if (title === titles[0]) assert.ok(readFileSync(join(folder, "1 fits.mp3")).includes(bytes), "as it is");
      }
    }
  },
);

test(
  "a station ends when nothing in its list can be played, says so, and does not say before that it plays it",
  { timeout: 60_000 },
  async () => {
    const said: string[] = [];
    const bad = (title: string): Track => ({
      title,
      make: (): Component<{}, { outbox: Sound }> =>
        component(bad, {
          outboxes: { outbox: "nothing" },
          *main() {
            throw new Error("it is noise");
          },
        }),
    });
    const playlist: Playlist = { format: "mp3", tracks: [bad("One"), bad("Two")], left: [] };
    const system = new System({ clock: new VirtualClock() });
    await system.run(Station(playlist, new IcecastMounts(), { playing: (title) => said.push(title), report: (fault) => said.push(fault) }));
    assert.deepEqual(said, [
      "Cannot play One: it is noise",
      "Cannot play Two: it is noise",
      "Cannot go on: nothing in the list can be played",
    ]);
  },
);
test("without ffmpeg a playlist has the MP3s of one kind, or else WAV files of all kinds", { skip, timeout: 60_000 }, async (t) => {
  const [mixed, waves] = [folderOf(t), folderOf(t)];
  sound(mixed, "1.mp3", "One", "-ar", "32000", "-ac", "1");
  sound(mixed, "2.mp3", "Two", "-ar", "44100", "-ac", "1");
  sound(mixed, "3.mp3", "Three", "-ar", "32000", "-ac", "1");
  sound(mixed, "4.wav", "Four");
  const some = await playlistOf([mixed], "no-such-program");
  assert.equal(some.format, "mp3");
  assert.deepEqual(
    some.tracks.map(({ title }) => title),
    ["Bj\u00f6rk - One", "Bj\u00f6rk - Three"],
  );
  assert.equal(some.left.length, 2);
  sound(waves, "1.wav", "Eight bits", "-c:a", "pcm_u8", "-ar", "8000");
  sound(waves, "2.wav", "Floats", "-c:a", "pcm_f32le", "-ar", "96000", "-ac", "2");
  const { format, tracks } = await playlistOf([waves, join(waves, "1.wav")], "no-such-program");
  assert.equal(format, "wav");
  assert.equal(tracks.length, 3);
  for (const { make } of tracks) {
    const { seconds, bytes } = await lasting(make());
    assert.ok(Math.abs(seconds - 1) < 0.05, `${seconds} s`);
    assert.equal(bytes.length % 4, 0);
  }
  await assert.rejects(playlistOf([join(mixed, "4.wav"), join(mixed, "..", "no-such-folder")], "ffmpeg"), /no such file/);
  const empty = folderOf(t);
  await assert.rejects(playlistOf([empty], "ffmpeg"), /there is no file of sound/);
});

test("readTitle() reads ID3 of all versions, and bears tags that promise too much", () => {
  const frame = (name: string, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from(name), Buffer.from([0, 0, 0, bytes.length, 0, 0]), bytes]);
  const id3 = (version: number, ...frames: Buffer[]): Buffer => {
    const body = Buffer.concat(frames);
    return Buffer.concat([Buffer.from("ID3"), Buffer.from([version, 0, 0, 0, 0, body.length >> 7, body.length & 127]), body]);
  };
  const none = Buffer.alloc(0);
  const utf16 = Buffer.concat([Buffer.from([1, 0xff, 0xfe]), Buffer.from("Zo\u00eb", "utf16le")]);
  assert.equal(readTitle(id3(3, frame("TPE1", Buffer.from("\0A")), frame("TIT2", utf16)), none), "A - Zo\u00eb");
  assert.equal(readTitle(id3(4, frame("TIT2", Buffer.from("\u0003\u00fc"))), none), "\u00fc");
  assert.equal(readTitle(id3(2, Buffer.from("TT2\0\0\u0003\0ab", "latin1")), none), "ab");
  const old = Buffer.alloc(128);
  old.write("TAGTitle", "latin1");
  old.write("Artist", 33, "latin1");
  assert.equal(readTitle(none, old), "Artist - Title");
  assert.equal(readTitle(none, none), undefined);
  for (const text of [
    "ID3\u0004\0\0\x7f\x7f\x7f\x7fTIT2\x7f\x7f\x7f\x7f",
    "fLaC\u0004\xff\xff\xff\xff\xff\xff\xff",
    "OggS OpusTags\xff\xff\xff\xff",
    "RIFF INAM\xff\xff\xff\xff",
  ])
    assert.doesNotThrow(() => readTitle(Buffer.from(text, "latin1"), none), text);
});

test("our music is never loud, never silent, as long as it says, and another one each time", { timeout: 60_000 }, async () => {
  const hear = async (seed: number): Promise<Buffer> => {
    const short = { ...compositions[2]!, meter: { ...compositions[2]!.meter, bars: 4 } };
    const pieces: Uint8Array[] = [];
    for await (const bytes of handle(Piece(short, Infinity), { system: new System({ random: new SeededRandom(seed) }) }))
      pieces.push(bytes);
    return Buffer.concat(pieces);
  };
  const [one, again, other] = [await hear(1), await hear(1), await hear(2)];
  assert.deepEqual(one, again);
  assert.notDeepEqual(one, other);
  const samples = new Int16Array(one.buffer, one.byteOffset, one.length / 2);
  const seconds = samples.length / 2 / 44_100;
  assert.ok(Math.abs(seconds - (4 * 3 * 60) / 96 - 2) < 0.1, `${seconds} s`);
  let [loudest, power] = [0, 0];
  for (const sample of samples) {
    loudest = Math.max(loudest, Math.abs(sample));
    power += sample ** 2;
  }
  assert.ok(loudest < 32_767 && Math.sqrt(power / samples.length) > 300, `${loudest}, ${Math.sqrt(power / samples.length)}`);
});

test("a port that nobody asked for, and that is taken, is another one", async (t) => {
  const server = createServer().listen(8000, "127.0.0.1");
  t.after(() => server.close());
  await new Promise((resolve) => server.on("listening", resolve).on("error", resolve)); // then somebody else has it, which is as good
  const result = await asked();
  assert.equal(result?.ports.radio, 0);
  assert.ok(result.notes.includes("Port 8000 is in use: the radio server has another one."));
});

test(
  "npm start -- FOLDER plays what is in it, with titles, in real time, and goes on after what cannot be played",
  { skip, timeout: 60_000 },
  async (t) => {
    const folder = folderOf(t);
    writeFileSync(join(folder, "0.mp3"), "no sound at all");
    sound(folder, "1.mp3", "One; it's", "-ar", "44100", "-ac", "2");
    sound(folder, "2.ogg", "Two", "-c:a", "libvorbis");
    const words = [join(import.meta.dirname, "main.ts"), folder, "--radio", "0", "--echo", "0", "--fortune", "0"];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
    t.after(() => child.kill("SIGKILL"));
    let text = "";
    let url: string | undefined;
    for await (const bytes of child.stdout.iterator({ destroyOnReturn: false })) {
      text += String(bytes);
      url = /ffplay (http:\S+)$/m.exec(text)?.[1];
      if (url !== undefined) break;
    }
    child.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
    const radio = handle(Pipeline(IcecastClient(url!, { backoff: { first: 100 } }), IcecastDemux()), { system: new System() });
    const titles: string[] = [];
    const begun = performance.now();
    let size = 0;
    for await (const message of radio) {
      if (message.type === "IceIPCMetadata") titles.push(message.metadata["StreamTitle"]!);
      if (message.type === "IceIPCDataChunk") size += message.data.length;
      if (titles.filter((title) => title.endsWith("Two")).length === 2) break;
    }
    const seconds = (performance.now() - begun) / 1000;
    assert.ok(titles.includes("Bj\u00f6rk - One; it's"), titles.join());
    assert.ok(size / 16_000 < seconds + 6, `${size} bytes in ${seconds} s`);
    assert.match(text, /^Cannot play 0: Cannot transcode/m);
    assert.doesNotMatch(text, /^Now playing: 0$/m);
    const ended = once(child, "exit");
    child.kill("SIGINT");
    assert.deepEqual(await ended, [0, null]);
  },
);

// SPDX-License-Identifier: Apache-2.0
// A melody as a WAV file: notes make tones, tones make a file; and, read again, levels make a picture.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AudioFormat, type Level, Levels, Tone } from "kamaelia/audio";
import { Carousel, Graphline, Pipeline, Seq } from "kamaelia/chassis";
import { WAVParser, WAVWriter } from "kamaelia/codec";
import { SimpleFileWriter, SimpleReader } from "kamaelia/file";
import { ConsoleEchoer, PureTransformer } from "kamaelia/util";

const format = { sample_format: "S16_LE", channels: 1, sample_rate: 22_050 } as const;
/** Half tones above A, beats, and how loud. */
const notes = [
  [3, 1, 0.2],
  [5, 1, 0.3],
  [7, 1, 0.4],
  [8, 1, 0.5],
  [10, 2, 0.7],
  [10, 2, 0.9],
] as const;
const Note = ([halfTones, beats, amplitude]: (typeof notes)[number]) =>
  Tone({ ...format, frequency: 440 * 2 ** (halfTones / 12), duration: beats / 4, amplitude, shape: "triangle", fade: 20 });

/** A bar for each quarter of a second. */
const draw = ({ time, rms, peak_db }: Level) =>
  `${time.toFixed(2)} s ${"#".repeat(Math.round(60 * rms[0]!)).padEnd(32)} ${peak_db[0]!.toFixed(1)} dBFS\n`;

const folder = mkdtempSync(join(tmpdir(), "kamaelia-"));
const file = join(folder, "melody.wav");
await Pipeline(Seq(...notes.map(Note)), WAVWriter(format), SimpleFileWriter(file)).run();

await Graphline({
  components: {
    FILE: SimpleReader(file, { readMode: "bytes" }),
    WAV: WAVParser(),
    METER: Carousel((meta: AudioFormat) => Levels({ ...meta, interval: 0.25 })), // made when the file has said what it is
    DRAW: PureTransformer(draw),
    SHOW: ConsoleEchoer(),
  },
  linkages: {
    "FILE.outbox": "WAV.inbox",
    "WAV.all_meta": "METER.next",
    "WAV.outbox": "METER.inbox",
    "METER.outbox": "DRAW.inbox",
    "DRAW.outbox": "SHOW.inbox",
    "FILE.signal": "WAV.control",
    "WAV.signal": "METER.control",
    "METER.signal": "DRAW.control",
    "DRAW.signal": "SHOW.control",
  },
}).run();
rmSync(folder, { recursive: true });

// Output:
// 0.00 s #######                          -14.0 dBFS
// 0.25 s ##########                       -10.5 dBFS
// 0.50 s #############                    -8.0 dBFS
// 0.75 s ################                 -6.0 dBFS
// 1.00 s ########################         -3.1 dBFS
// 1.25 s ########################         -3.1 dBFS
// 1.50 s ##############################   -0.9 dBFS
// 1.75 s ##############################   -0.9 dBFS

// SPDX-License-Identifier: Apache-2.0
import { sampled, sine } from "../audio/parts.ts";
import { without } from "../internet/parts.ts";
import { specimen, type Specimens } from "../testing/index.ts";
import { FrameToYUV4MPEG } from "./FrameToYUV4MPEG.ts";
import { chunk, cut, film, joined, riff, text } from "./parts.ts";
import { MPEGAudioFramer } from "./MPEGAudioFramer.ts";
import { RawYUVFramer } from "./RawYUVFramer.ts";
import { Speech } from "./Speech.ts";
import { WAVParser } from "./WAVParser.ts";
import { WAVWriter } from "./WAVWriter.ts";
import { YUV4MPEGToFrame } from "./YUV4MPEGToFrame.ts";

const CD = { sample_format: "S16_LE", channels: 1, sample_rate: 44_100 } as const;
const audio = cut(sampled(sine(440), 0.2), 2000);
const format = chunk("fmt ", [1, 0, 1, 0, 0x44, 0xac, 0, 0, 0x88, 0x58, 1, 0, 2, 0, 16, 0]);
const info = chunk("LIST", [...text("INFO"), ...chunk("INAM", text("title"))]);
const wav = cut(riff(info, format, chunk("data", joined(audio)), info), 2000);
const pictures = joined(film(3).flatMap(({ yuv }) => yuv));
const y4m = joined([
  Buffer.from("YUV4MPEG2 W64 H48\n"),
  ...cut(pictures, pictures.length / 3).flatMap((picture) => [Buffer.from("FRAME\n"), picture]),
]);
/** A silent frame of MP3. */
const mp3 = joined([Buffer.from("fffb9000", "hex"), Buffer.alloc(413)]);

export const specimens: Specimens = {
  Speech: specimen(() => Speech("one"), {}, { skip: without("espeak-ng"), kind: "Speech", compare: (list) => joined(list) }),
  FrameToYUV4MPEG: specimen(() => FrameToYUV4MPEG(), { inbox: film(5) }),
  MPEGAudioFramer: specimen(() => MPEGAudioFramer(), { inbox: cut(joined(Array.from({ length: 5 }, () => mp3)), 500) }),
  RawYUVFramer: specimen(() => RawYUVFramer([64, 48]), { inbox: cut(pictures, 1000) }),
  WAVParser: specimen(() => WAVParser(), { inbox: wav }),
  WAVWriter: specimen(() => WAVWriter(CD), { inbox: audio }),
  YUV4MPEGToFrame: specimen(() => YUV4MPEGToFrame(), { inbox: [y4m] }),
};

// SPDX-License-Identifier: Apache-2.0
/**
 * Sound and pictures in files: WAV, YUV4MPEG, and, by way of ffmpeg, whatever else there is.
 *
 * @module
 */
export type { AudioDecodeOptions, AudioEncodeOptions } from "./audioCodecs.ts";
export { AudioDecoder } from "./AudioDecoder.ts";
export { AudioEncoder, type AudioEncoderOptions } from "./AudioEncoder.ts";
export { DiracDecoder, type DiracDecoderOptions } from "./DiracDecoder.ts";
export { DiracEncoder, type DiracEncoderOptions } from "./DiracEncoder.ts";
export { FFmpeg, type FFmpegOptions } from "./FFmpeg.ts";
export { FrameToYUV4MPEG } from "./FrameToYUV4MPEG.ts";
export { type MPEGAudioFrame, MPEGAudioFramer } from "./MPEGAudioFramer.ts";
export { type MPEGAudioHeader, readMPEGAudioHeader } from "./mpegAudio.ts";
export { OpusDecode } from "./OpusDecode.ts";
export { OpusEncode, type OpusEncodeOptions } from "./OpusEncode.ts";
export type { Frame, PixFormat, Size } from "./pixformats.ts";
export { RawYUVFramer, type RawYUVFramerOptions } from "./RawYUVFramer.ts";
export type { Info } from "./riff.ts";
export { Speech, type SpeechOptions } from "./Speech.ts";
export { SpeexDecode } from "./SpeexDecode.ts";
export { SpeexEncode, type SpeexEncodeOptions } from "./SpeexEncode.ts";
export type { FFmpegProgram, FFmpegProgress } from "./transcoding.ts";
export { VorbisDecode } from "./VorbisDecode.ts";
export { VorbisEncode, type VorbisEncodeOptions } from "./VorbisEncode.ts";
export type { WAVMeta } from "./wavHeader.ts";
export { WAVParser, type WAVParserOptions } from "./WAVParser.ts";
export { WAVWriter, type WAVWriterOptions } from "./WAVWriter.ts";
export { YUV4MPEGToFrame, type YUV4MPEGToFrameOptions } from "./YUV4MPEGToFrame.ts";

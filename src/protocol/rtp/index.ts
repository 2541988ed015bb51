// SPDX-License-Identifier: Apache-2.0
/**
 * RTP: media over networks, RFC 3550.
 *
 * @module
 */
export { JitterBuffer, type JitterBufferOptions } from "./JitterBuffer.ts";
export { NullPayloadPreFramer, type NullPayloadPreFramerOptions } from "./NullPayloadPreFramer.ts";
export type { RTPContent, RTPParsed } from "./packet.ts";
export type { Arrived, PacketiserOptions } from "./payload/arrived.ts";
export { AudioDepacketiser, type AudioDepacketiserOptions } from "./payload/AudioDepacketiser.ts";
export { AudioPacketiser, type AudioPacketiserOptions, type RTPAudioFormat } from "./payload/AudioPacketiser.ts";
export { H264Depacketiser, type H264DepacketiserOptions, type ReceivedAccessUnit } from "./payload/H264Depacketiser.ts";
export { H264Packetiser, type H264PacketiserOptions } from "./payload/H264Packetiser.ts";
export { H264Parser, type H264ParserOptions } from "./payload/H264Parser.ts";
export { H264Writer } from "./payload/H264Writer.ts";
export type { AccessUnit } from "./payload/nalUnits.ts";
export { OpusDepacketiser } from "./payload/OpusDepacketiser.ts";
export { opusDuration } from "./payload/opusDuration.ts";
export { OpusPacketiser } from "./payload/OpusPacketiser.ts";
export { RTPPacer, type RTPPacerOptions } from "./payload/RTPPacer.ts";
export { TSDepacketiser } from "./payload/TSDepacketiser.ts";
export { TSPacketiser, type TSPacketiserOptions } from "./payload/TSPacketiser.ts";
export { packRTCP } from "./rtcp/packRTCP.ts";
export { parseRTCP } from "./rtcp/parseRTCP.ts";
export type {
  AppPacket,
  ByePacket,
  FeedbackPacket,
  OtherRTCPPacket,
  ReceiverReport,
  ReportBlock,
  RTCPPacket,
  SDESItemType,
  SenderReport,
  SourceDescription,
} from "./rtcp/packets.ts";
export { RTPDeframer } from "./RTPDeframer.ts";
export { RTPFECDecoder, type RTPFECDecoderOptions } from "./RTPFECDecoder.ts";
export { RTPFECEncoder, type RTPFECEncoderOptions } from "./RTPFECEncoder.ts";
export { RTPFramer, type RTPFramerOptions } from "./RTPFramer.ts";
export { RTPSession, type RTPSessionOptions } from "./RTPSession.ts";
export { RTPSource, type RTPSourceOptions } from "./RTPSource.ts";
export type { RTPMember } from "./members.ts";
export type { Received, RTPFeedback, RTPStatistics } from "./session.ts";

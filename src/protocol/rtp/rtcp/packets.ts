// SPDX-License-Identifier: Apache-2.0

/** How well one source is received: RFC 3550, section 6.4.1. */
export interface ReportBlock {
  readonly ssrc: number;
  /** Of the packets expected since the last report, how many did not come: in 256ths. */
  readonly fractionLost: number;
  /** Packets that did not come, ever; negative when more came than expected, because some came twice. */
  readonly lost: number;
  /** The highest sequence number received, 32 bit: how often it has wrapped around, and the number. */
  readonly highest: number;
  /** In units of the timestamp. */
  readonly jitter: number;
  /** The middle 32 bits of the NTP time in the last sender report; 0 if none has come. */
  readonly lastSR: number;
  /** Since it came, in units of 1/65536 s. */
  readonly delaySinceLastSR: number;
}

/** What a sender has sent, and how well it receives others. */
export interface SenderReport {
  readonly type: "SR";
  readonly ssrc: number;
  /** When this was sent: seconds since 1900 and 2^32nds of them. */
  readonly ntp: bigint;
  /** The same moment as a timestamp of its RTP packets. */
  readonly rtp: number;
  readonly packets: number;
  /** Bytes of payload. */
  readonly octets: number;
  readonly reports: readonly ReportBlock[];
}

/** How well somebody who sends nothing receives others. */
export interface ReceiverReport {
  readonly type: "RR";
  readonly ssrc: number;
  readonly reports: readonly ReportBlock[];
}

/** What can be said of a source. */
export type SDESItemType = "CNAME" | "NAME" | "EMAIL" | "PHONE" | "LOC" | "TOOL" | "NOTE" | "PRIV";

/** Who sources are. */
export interface SourceDescription {
  readonly type: "SDES";
  readonly chunks: readonly {
    readonly ssrc: number;
    readonly items: readonly { readonly item: SDESItemType; readonly text: string }[];
  }[];
}

/** Sources that leave. */
export interface ByePacket {
  readonly type: "BYE";
  readonly sources: readonly number[];
  readonly reason?: string;
}

/** Something between applications. */
export interface AppPacket {
  readonly type: "APP";
  /** 0 to 31. */
  readonly subtype: number;
  readonly ssrc: number;
  /** Four characters of ASCII. */
  readonly name: string;
  /** Whole words of 4 bytes. */
  readonly data: Uint8Array;
}

/** Feedback on packets (RTPFB) or pictures (PSFB): RFC 4585, section 6.1. */
export interface FeedbackPacket {
  readonly type: "RTPFB" | "PSFB";
  /** What it means: 1 is a NACK, or a picture that is lost. */
  readonly format: number;
  readonly ssrc: number;
  /** The source that it is about. */
  readonly media: number;
  /** Whole words of 4 bytes. */
  readonly information: Uint8Array;
}

/** A packet of a type that is not known here. */
export interface OtherRTCPPacket {
  readonly type: "other";
  readonly packetType: number;
  readonly count: number;
  readonly data: Uint8Array;
}

/** A packet of RTCP; several make a compound packet. */
export type RTCPPacket = SenderReport | ReceiverReport | SourceDescription | ByePacket | AppPacket | FeedbackPacket | OtherRTCPPacket;

/** The packet types of RFC 3550, section 12.1, and RFC 4585. */
export const TYPES: Readonly<Record<Exclude<RTCPPacket["type"], "other">, number>> = {
  SR: 200,
  RR: 201,
  SDES: 202,
  BYE: 203,
  APP: 204,
  RTPFB: 205,
  PSFB: 206,
};

/** In the order of their numbers, from 1. */
export const ITEMS: readonly SDESItemType[] = ["CNAME", "NAME", "EMAIL", "PHONE", "LOC", "TOOL", "NOTE", "PRIV"];

// SPDX-License-Identifier: Apache-2.0
// What NORM's messages say: RFC 5740, section 4.

/** What all messages have. */
export interface FromNode {
  /** The node that sent it. */
  readonly source: number;
  /** Counts the messages of that node, modulo 2^16. */
  readonly sequence: number;
}

/** What all messages of senders have (section 4.2). */
export interface FromSender extends FromNode {
  /** A number that is a different one each time a sender starts. */
  readonly instance: number;
  /** The longest round trip in the group, in ms. */
  readonly grtt: number;
  /** Over how many of them receivers spread their requests. */
  readonly backoff: number;
  /** About how many receivers there are. */
  readonly groupSize: number;
}

/** How an object is cut and encoded: FEC Object Transmission Information for FEC Encoding ID 5. */
export interface Transmission {
  /** Bytes of the object. */
  readonly size: number;
  /** Bytes of a symbol. */
  readonly symbolSize: number;
  /** Source symbols of a block at most. */
  readonly sources: number;
  /** Parity symbols of a block at most. */
  readonly parities: number;
}

/** A symbol of a sender. */
export interface SymbolId {
  readonly object: number;
  readonly block: number;
  readonly symbol: number;
}

export interface NormInfo extends FromSender {
  readonly type: "info";
  readonly flags: number;
  readonly object: number;
  readonly transmission: Transmission | undefined;
  readonly payload: Uint8Array;
}

export interface NormData extends FromSender, SymbolId {
  readonly type: "data";
  readonly flags: number;
  readonly transmission: Transmission | undefined;
  readonly payload: Uint8Array;
}

/** NORM_CMD(FLUSH): nothing follows this symbol for now. */
export interface NormFlush extends FromSender, SymbolId {
  readonly type: "flush";
  /** Who is to say that it has everything. */
  readonly nodes: readonly number[];
}

/** NORM_CMD(EOT): nothing follows at all. */
export interface NormEnd extends FromSender {
  readonly type: "end";
}

/** NORM_CMD(SQUELCH): nothing before this symbol can be had any more. */
export interface NormSquelch extends FromSender, SymbolId {
  readonly type: "squelch";
  readonly invalid: readonly number[];
}

/** How a sender sees a receiver that matters for its rate. */
export interface NormRate {
  readonly node: number;
  /** What of {@link CC}. */
  readonly flags: number;
  /** Its round trip in ms. */
  readonly rtt: number;
  /** Bytes per second. */
  readonly rate: number;
}

/** NORM_CMD(CC): what round trips are measured with. */
export interface NormProbe extends FromSender {
  readonly type: "probe";
  readonly probe: number;
  /** The sender's clock in µs. */
  readonly time: number;
  /** Bytes per second at which the sender sends, if it adapts. */
  readonly rate: number | undefined;
  readonly nodes: readonly NormRate[];
}

/** NORM_CMD(REPAIR_ADV): what was asked for, for those who do not hear each other. */
export interface NormAdvice extends FromSender {
  readonly type: "advice";
  readonly requests: readonly RepairRequest[];
}

/** NORM_CMD(ACK_REQ) */
export interface NormAckRequest extends FromSender {
  readonly type: "ack-request";
  readonly ackType: number;
  readonly ackId: number;
  readonly nodes: readonly number[];
}

/** NORM_CMD(APPLICATION) */
export interface NormCommand extends FromSender {
  readonly type: "command";
  readonly payload: Uint8Array;
}

/** How a receiver gets on, for the sender's rate (section 4.3.1, header extension 3). */
export interface NormFeedback {
  readonly probe: number;
  readonly flags: number;
  /** Its round trip in ms. */
  readonly rtt: number;
  /** Share of loss events. */
  readonly loss: number;
  /** Bytes per second that it could take. */
  readonly rate: number;
}

/** What all messages of receivers to a sender have. */
export interface FromReceiver extends FromNode {
  /** The sender that is meant. */
  readonly server: number;
  readonly instance: number;
  /** The sender's clock in µs, with the time added since its probe came; 0: none has come. */
  readonly time: number;
  readonly feedback: NormFeedback | undefined;
}

/** What is missing: symbols, blocks or objects from one to another. */
export interface RepairRequest {
  /** What of {@link NEED}. */
  readonly flags: number;
  readonly from: SymbolId;
  readonly to: SymbolId;
  /** As many symbols as `from.symbol` says, whichever. */
  readonly erasures: boolean;
}

export interface NormNack extends FromReceiver {
  readonly type: "nack";
  readonly requests: readonly RepairRequest[];
}

export interface NormAck extends FromReceiver {
  readonly type: "ack";
  readonly ackType: number;
  readonly ackId: number;
  readonly payload: Uint8Array;
}

/** What a sender says to receivers. */
export type SenderMessage = NormInfo | NormData | NormFlush | NormEnd | NormSquelch | NormProbe | NormAdvice | NormAckRequest | NormCommand;
/** What a receiver says to a sender. */
export type ReceiverMessage = NormNack | NormAck;
export type NormMessage = SenderMessage | ReceiverMessage;

/** Flags of NORM_DATA and NORM_INFO. */
export const FLAG = { repair: 1, explicit: 2, info: 4, unreliable: 8, file: 16, stream: 32 } as const;
/** Flags of requests. */
export const NEED = { segment: 1, block: 2, info: 4, object: 8 } as const;
/** Flags of feedback. */
export const CC = { limiting: 1, potential: 2, rtt: 4, start: 8, leave: 16 } as const;
/** Types of acknowledgements. */
export const ACK = { cc: 1, flush: 2 } as const;
/** Reed-Solomon over GF(2^8). */
export const FEC_ID = 5;
/** Symbols of a block, source and parity. */
export const MOST_SYMBOLS = 255;
/** Bytes before the data of a symbol of a stream. */
export const STREAM_HEADER = 8;

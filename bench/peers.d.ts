// SPDX-License-Identifier: Apache-2.0
// As much of the peers' types as the rows use, so that types are checked also where the peers are not installed.

declare module "rxjs" {
  interface Observable<T> {
    pipe<A, B, C>(first: Operator<T, A>, second: Operator<A, B>, third: Operator<B, C>): Observable<C>;
    subscribe(next: (value: T) => void): unknown;
  }
  type Operator<T, R> = (source: Observable<T>) => Observable<R>;
  export function range(start: number, count: number): Observable<number>;
  export function map<T, R>(project: (value: T) => R): Operator<T, R>;
}

declare module "csp-ts" {
  export class BufferedChannel<T> {
    constructor(zero: T, length?: number);
    send(item: T): Promise<void>;
    receive(): Promise<T>;
  }
}

declare module "@thi.ng/csp" {
  export interface Channel<T> {
    read(): Promise<T | undefined>;
    write(message: T): Promise<boolean>;
    close(): void;
  }
  export function channel<T>(capacity: number): Channel<T>;
}

declare module "rtp.js" {
  class RtpPacket {
    constructor(view?: DataView);
    setPayloadType(type: number): void;
    setSequenceNumber(sequence: number): void;
    setTimestamp(timestamp: number): void;
    setSsrc(ssrc: number): void;
    setPayload(view: DataView): void;
    serialize(): void;
    getByteLength(): number;
    getPayload(): DataView;
  }
  export const packets: { readonly RtpPacket: typeof RtpPacket };
}

declare module "werift-rtp" {
  export class RtpHeader {
    constructor(props: { payloadType: number; sequenceNumber: number; timestamp: number; ssrc: number });
    readonly ssrc: number;
  }
  export class RtpPacket {
    constructor(header: RtpHeader, payload: Buffer);
    static deSerialize(bytes: Buffer): RtpPacket;
    readonly payload: Buffer;
    serialize(): Buffer;
  }
}

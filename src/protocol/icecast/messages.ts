// SPDX-License-Identifier: Apache-2.0

/** What a station says beside its sound: "StreamTitle", "StreamUrl", and whatever else. It has no prototype. */
export type IcecastMetadata = Readonly<Record<string, string>>;

/** A stream begins. */
export interface IceIPCHeader {
  readonly type: "IceIPCHeader";
  /** "audio/mpeg" … */
  readonly contenttype: string | undefined;
  /** What the station is called, if it says so. */
  readonly name?: string;
  readonly genre?: string;
  /** The station's page. */
  readonly url?: string;
  /** Kilobits per second. */
  readonly bitrate?: number;
}

/** A piece of the sound. */
export interface IceIPCDataChunk {
  readonly type: "IceIPCDataChunk";
  readonly data: Uint8Array;
}

/** What is played from here on. */
export interface IceIPCMetadata {
  readonly type: "IceIPCMetadata";
  readonly metadata: IcecastMetadata;
}

/** The stream is over. */
export interface IceIPCDisconnected {
  readonly type: "IceIPCDisconnected";
  /** Why, if it broke. */
  readonly reason?: Error;
}

/** What {@link IcecastDemux} sends. */
export type IceIPC = IceIPCHeader | IceIPCDataChunk | IceIPCMetadata | IceIPCDisconnected;

// SPDX-License-Identifier: Apache-2.0
/**
 * Icecast and SHOUTcast: listen to stations, send to them, be one.
 *
 * @module
 */
export type { ReconnectOptions } from "./backoff.ts";
export { IcecastClient, type IcecastClientOptions } from "./IcecastClient.ts";
export { IcecastDemux } from "./IcecastDemux.ts";
export { IcecastMount } from "./IcecastMount.ts";
export { IcecastMounts, type IcecastMountsOptions } from "./IcecastMounts.ts";
export { IcecastServer, type IcecastServerOptions } from "./IcecastServer.ts";
export { IcecastSource, type IcecastSourceEvent, type IcecastSourceOptions } from "./IcecastSource.ts";
export { IcecastStreamRemoveMetadata } from "./IcecastStreamRemoveMetadata.ts";
export { IcecastStreamWriter } from "./IcecastStreamWriter.ts";
export type { IcecastMetadata, IceIPC, IceIPCDataChunk, IceIPCDisconnected, IceIPCHeader, IceIPCMetadata } from "./messages.ts";
export { formatMetadata, parseMetadata } from "./metadata.ts";
export type { IcecastMountOptions } from "./mount.ts";
export { parseM3U, parsePLS, type PlaylistEntry } from "./playlists.ts";

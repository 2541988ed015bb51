// SPDX-License-Identifier: Apache-2.0
/**
 * Protocols: components that say what the bytes of a connection mean.
 *
 * @module
 */
export { type AudioCookieOptions, AudioCookieProtocol } from "./AudioCookieProtocol.ts";
export { EchoProtocol } from "./EchoProtocol.ts";
export { FortuneCookieProtocol, type FortuneCookieOptions } from "./FortuneCookieProtocol.ts";
export { MaxSizePacketiser, type MaxSizePacketiserOptions } from "./MaxSizePacketiser.ts";
export { type Gap, type Numbered, RecoverOrder, type RecoverOrderOptions } from "./RecoverOrder.ts";
export { SimpleVideoCookieServer, type SimpleVideoCookieServerOptions } from "./SimpleVideoCookieServer.ts";
export { type VideoCookieOptions, VideoCookieProtocol } from "./VideoCookieProtocol.ts";

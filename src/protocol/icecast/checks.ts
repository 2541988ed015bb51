// SPDX-License-Identifier: Apache-2.0
import { checkField } from "../http/resource.ts";
import type { IcecastMountOptions } from "./mount.ts";

/** Those that a server has for itself. */
const RESERVED = /^\/(?:$|admin(?:\/|\.cgi|$)|status(?:-json)?\.xsl$)|\.(?:m3u|pls|xspf)$/;
const PATH = /^\/[\w.~!$&'()*+,;=:@%/-]{1,255}$/;

export function isMount(path: string): boolean {
  return PATH.test(path) && !RESERVED.test(path);
}

/** @throws RangeError */
export function checkPath(path: string): string {
  if (!isMount(path))
    throw new RangeError(
      `Cannot play at ${JSON.stringify(path)}: a mount is a path like "/live", and not one that the server has for itself`,
    );
  return path;
}

/** @throws RangeError for a number that there cannot be, and a fallback that is no mount; TypeError for text that cannot be sent */
export function checkMount(path: string, options: IcecastMountOptions): IcecastMountOptions {
  const { bitrate = 0, maxListeners = 0, burstSize = 0, queueSize = 0, contenttype = "audio/mpeg", fallback } = options;
  for (const [name, value] of Object.entries({ bitrate, maxListeners, burstSize, queueSize }))
    if (!(value >= 0)) throw new RangeError(`Cannot play at ${path} with ${name} ${value}: give 0 or more`);
  if (contenttype === "") throw new TypeError(`Cannot play at ${path} with no contenttype: give one, such as "audio/mpeg"`);
  checkField("Content-Type", contenttype);
  const { name = "", description = "", genre = "", url = "" } = options;
  for (const [field, text] of Object.entries({ name, description, genre, url }))
    if (/[^\t\x20-\x7e\x80-\uffff]/.test(text))
      throw new TypeError(`Cannot play at ${path} with ${field} ${JSON.stringify(text)}: it is text without control characters`);
  if (fallback !== undefined) checkPath(fallback);
  return options;
}

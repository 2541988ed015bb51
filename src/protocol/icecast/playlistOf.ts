// SPDX-License-Identifier: Apache-2.0
import type { HTTPRequest, Resource } from "../http/index.ts";

/** A playlist that has one station: for players that want one. */
export function playlistOf({ url }: HTTPRequest, path: string, kind: string, name: string = path): Resource {
  const at = new URL(path, url).href;
  const title = name.replaceAll(/[\r\n]+/g, " ");
  if (kind === "m3u") return { headers: { "content-type": "audio/x-mpegurl" }, data: `#EXTM3U\n#EXTINF:-1,${title}\n${at}\n` };
  const data = `[playlist]\nNumberOfEntries=1\nFile1=${at}\nTitle1=${title}\nLength1=-1\nVersion=2\n`;
  return { headers: { "content-type": "audio/x-scpls" }, data };
}

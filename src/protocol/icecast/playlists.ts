// SPDX-License-Identifier: Apache-2.0

/** One line of a playlist. */
export interface PlaylistEntry {
  /** Where it is: as it stands in the list, or, if the list's own URL is known, whole. */
  readonly url: string;
  readonly title?: string;
  /** Seconds. Not there for streams, which have no end. */
  readonly length?: number;
}

/** What a playlist's own URL, or its media type, says of it. */
export type PlaylistKind = "m3u" | "pls";

const TYPES: Readonly<Record<string, PlaylistKind>> = {
  "audio/x-mpegurl": "m3u",
  "audio/mpegurl": "m3u",
  "application/x-mpegurl": "m3u",
  "application/vnd.apple.mpegurl": "m3u",
  "audio/x-scpls": "pls",
  "application/pls": "pls",
  "application/pls+xml": "pls",
};

/**
 * Reads an M3U playlist, with or without `#EXTINF` lines.
 *
 * @param base the URL of the list, from which those in it may be relative. Default: they are given as they are
 * @throws SyntaxError for an HLS playlist, whose lines are pieces of a stream and no stations
 * @example
 * parseM3U("#EXTM3U\n#EXTINF:-1,Radio\nlive\n", "http://a.org/list.m3u"); // [{ url: "http://a.org/live", title: "Radio" }]
 */
export function parseM3U(text: string, base?: string): PlaylistEntry[] {
  if (/^#EXT-X-/m.test(text)) throw new SyntaxError("Cannot read the playlist: it is one of HLS, whose lines are pieces of a stream");
  const entries: PlaylistEntry[] = [];
  let said: Omit<PlaylistEntry, "url"> = {};
  for (const line of linesOf(text)) {
    const match = /^#EXTINF:\s*(-?[\d.]+)?[^,]*,?(.*)$/.exec(line);
    if (match !== null) said = about(match[2], match[1]);
    else if (line !== "" && !line.startsWith("#")) {
      entries.push({ url: whole(line, base), ...said });
      said = {};
    }
  }
  return entries;
}

/**
 * Reads a PLS playlist.
 *
 * @param base as for {@link parseM3U}
 * @example
 * parsePLS("[playlist]\nFile1=http://a.org/live\nTitle1=Radio\nLength1=-1\n"); // [{ url: "http://a.org/live", title: "Radio" }]
 */
export function parsePLS(text: string, base?: string): PlaylistEntry[] {
  const fields = new Map<string, string>();
  for (const line of linesOf(text)) {
    const match = /^(file|title|length)(\d{1,6})\s*=\s*(.*)$/i.exec(line);
    if (match !== null) fields.set(`${match[1]!.toLowerCase()}${Number(match[2])}`, match[3]!);
  }
  const numbers = [...fields.keys()].filter((key) => key.startsWith("file")).map((key) => Number(key.slice(4)));
  return numbers
    .toSorted((a, b) => a - b)
    .map((n) => ({ url: whole(fields.get(`file${n}`)!, base), ...about(fields.get(`title${n}`), fields.get(`length${n}`)) }));
}

/** Whether what is at a URL is a playlist, and of which kind. Undefined: it is something else. */
export function playlistKind(url: string, contenttype: string | undefined): PlaylistKind | undefined {
  const kind = TYPES[(contenttype ?? "").split(";", 1)[0]!.trim().toLowerCase()];
  if (kind !== undefined || /^(?:audio|video|application\/ogg)/i.test(contenttype ?? "")) return kind;
  const suffix = /\.(m3u8?|pls)$/i.exec(URL.parse(url)?.pathname ?? "")?.[1]?.toLowerCase();
  return suffix === undefined ? undefined : suffix === "pls" ? "pls" : "m3u";
}

function linesOf(text: string): string[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim());
}

function whole(url: string, base: string | undefined): string {
  return base === undefined ? url : (URL.parse(url, base)?.href ?? url);
}

function about(title: string | undefined, length: string | undefined): Omit<PlaylistEntry, "url"> {
  const seconds = Number.parseFloat(length ?? "");
  const name = title?.trim() ?? "";
  return { ...(name === "" ? {} : { title: name }), ...(seconds > 0 ? { length: seconds } : {}) };
}

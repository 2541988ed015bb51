// SPDX-License-Identifier: Apache-2.0

/** What files are, by the end of their names. "cool" is the original's own. */
const TYPES: Readonly<Record<string, string>> = {
  aac: "audio/aac",
  atom: "application/atom+xml",
  avi: "video/x-msvideo",
  avif: "image/avif",
  bin: "application/octet-stream",
  bmp: "image/bmp",
  bz2: "application/x-bzip2",
  cool: "text/cool",
  css: "text/css",
  csv: "text/csv",
  flac: "audio/flac",
  gif: "image/gif",
  gz: "application/gzip",
  htm: "text/html",
  html: "text/html",
  ico: "image/vnd.microsoft.icon",
  ics: "text/calendar",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript",
  json: "application/json",
  m3u: "audio/x-mpegurl",
  m3u8: "application/vnd.apple.mpegurl",
  md: "text/markdown",
  mjs: "text/javascript",
  mkv: "video/x-matroska",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  mpg: "video/mpeg",
  oga: "audio/ogg",
  ogg: "audio/ogg",
  ogv: "video/ogg",
  opus: "audio/ogg",
  otf: "font/otf",
  pdf: "application/pdf",
  pls: "audio/x-scpls",
  png: "image/png",
  rss: "application/rss+xml",
  svg: "image/svg+xml",
  tar: "application/x-tar",
  torrent: "application/x-bittorrent",
  ts: "text/plain",
  ttf: "font/ttf",
  txt: "text/plain",
  wasm: "application/wasm",
  wav: "audio/wav",
  webm: "video/webm",
  webmanifest: "application/manifest+json",
  webp: "image/webp",
  woff: "font/woff",
  woff2: "font/woff2",
  xhtml: "application/xhtml+xml",
  xml: "application/xml",
  zip: "application/zip",
};
const TEXT = /^text\/|\+xml$|^application\/(?:json|xml|manifest\+json)$/;

/** The media type of a file, by the end of its name; text is UTF-8. */
export function mimeTypeOf(name: string, more: Readonly<Record<string, string>> = {}): string {
  const end = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  const own = Object.hasOwn(more, end) ? more[end] : undefined;
  if (own !== undefined) return own;
  const type = name.includes(".") && Object.hasOwn(TYPES, end) ? TYPES[end]! : "application/octet-stream";
  return TEXT.test(type) ? `${type}; charset=utf-8` : type;
}

// SPDX-License-Identifier: Apache-2.0
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { escape } from "../errorPages.ts";
import type { RequestHeader } from "../messages.ts";
import type { Resource } from "../resource.ts";

/** Entries of a folder that are shown. */
const MOST = 10_000;

/** A page with what is in a folder. @internal */
export async function listingOf(
  folder: string,
  { "non-query-uri": path }: RequestHeader,
  { isTop, dotFiles }: { readonly isTop: boolean; readonly dotFiles: boolean },
): Promise<Resource> {
  const names = (await readdir(folder)).filter((name) => dotFiles || !name.startsWith(".")).toSorted();
  const rows: { readonly isFolder: boolean; readonly text: string }[] = [];
  for (const name of names.slice(0, MOST)) {
    const entry = await stat(join(folder, name)).catch(() => undefined); // it is gone, or leads nowhere
    if (entry === undefined || !(entry.isFile() || entry.isDirectory())) continue;
    const isFolder = entry.isDirectory();
    const shown = `${name}${isFolder ? "/" : ""}`;
    const link = `<a href="./${encodeURIComponent(name)}${isFolder ? "/" : ""}">${escape(shown)}</a>`;
    const when = entry.mtime.toISOString().slice(0, 16).replace("T", " ");
    rows.push({ isFolder, text: `<tr><td>${link}</td><td>${isFolder ? "" : entry.size}</td><td>${when}</td></tr>\n` });
  }
  const up = isTop ? "" : '<tr><td><a href="../">../</a></td><td></td><td></td></tr>\n';
  const body = [...rows.filter(({ isFolder }) => isFolder), ...rows.filter(({ isFolder }) => !isFolder)].map(({ text }) => text).join("");
  const title = `Index of ${escape(decoded(path))}`;
  const more = names.length > MOST ? `<p>and ${names.length - MOST} more</p>` : "";
  return {
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" },
    data: `<!DOCTYPE html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1>\n<table>\n${up}${body}</table>${more}</body></html>\n`,
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
